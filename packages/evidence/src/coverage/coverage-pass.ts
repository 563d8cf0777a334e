import type { AuditEvent, CountedActivity, EventProvenance } from "@kaudit/schema";
import { Activity, createDayBudget } from "./activity.js";
import { countedSteps } from "./counted-steps.js";
import type { ExplainedGap } from "./coverage-options.js";
import { isHeartbeat } from "./heartbeats.js";
import { ServerCoverage } from "./server-coverage.js";
import type { CoveredTime, PeriodMs } from "./server-coverage.js";

const mostServers = 1000;
/** Heartbeats that are this regular for so long are expected to go on. */
const regularSeconds = 120;
const leastHeartbeatSeconds = 1200;

/** How gaps are judged in one cluster. */
export interface ClusterJudgement {
  readonly thresholdSeconds: number | null;
  readonly explainedGaps: readonly ExplainedGap[];
}

/** Follows the logs of all API servers of all clusters. */
export class CoveragePass {
  readonly #period: PeriodMs;
  readonly #budget = createDayBudget();
  readonly #servers = new Map<number, { readonly coverage: ServerCoverage; readonly cluster: string }>();
  readonly #heartbeats = new Map<string, Activity>();

  constructor(period: PeriodMs) {
    this.#period = period;
  }

  /** Notes an event of the API server of this number, in the cluster of this key; times are comparable or empty. */
  add(
    server: number,
    cluster: string,
    { event, provenance }: { readonly event: AuditEvent; readonly provenance: EventProvenance },
    received: string,
    recorded: string,
  ): void {
    const known = this.#servers.get(server) ?? this.#addServer(server, cluster, provenance);
    known?.coverage.add(event, provenance.file, received, recorded);
    if (recorded !== "" && isHeartbeat(event)) this.#heartbeatsOf(cluster)?.add(recorded);
  }

  /** Notes events that the source counted and did not keep. */
  addCounted(server: number, cluster: string, counted: CountedActivity): void {
    const known = this.#servers.get(server) ?? this.#addServer(server, cluster, counted);
    for (const { first, last, isHeartbeat: isOne } of countedSteps(counted)) {
      known?.coverage.addCounted(counted.file, first, last);
      if (isOne) this.#heartbeatsOf(cluster)?.add(new Date(first).toISOString());
    }
  }

  /** The last time at which a server recorded something, and its starts, in milliseconds. */
  timesOf(server: number): { readonly last: number; readonly starts: readonly number[] } {
    const coverage = this.#servers.get(server)?.coverage;
    return { last: coverage?.last ?? Number.NEGATIVE_INFINITY, starts: coverage?.startTimes() ?? [] };
  }

  /** What the log of a server covers; call it when all events were given. Null: more servers than are followed. */
  finish(server: number, apiserver: string, clusterName: string, judgement: ClusterJudgement): CoveredTime | null {
    const known = this.#servers.get(server);
    if (known === undefined) return null;
    return known.coverage.finish({
      period: this.#period,
      thresholdSeconds: judgement.thresholdSeconds,
      explanations: explanationsFor(judgement.explainedGaps, clusterName, apiserver),
      heartbeatSilences: this.#heartbeatSilences(known.cluster, judgement.thresholdSeconds),
    });
  }

  #addServer(server: number, cluster: string, { instanceBasis }: Pick<EventProvenance, "instanceBasis">) {
    if (this.#servers.size === mostServers) return undefined;
    const made = { coverage: new ServerCoverage(this.#period, instanceBasis, this.#budget), cluster };
    this.#servers.set(server, made);
    return made;
  }

  #heartbeatsOf(cluster: string): Activity | undefined {
    const known = this.#heartbeats.get(cluster);
    if (known !== undefined || this.#heartbeats.size === mostServers) return known;
    const made = new Activity(this.#budget);
    this.#heartbeats.set(cluster, made);
    return made;
  }

  /** Silences of a cluster's heartbeats, over all its servers, where they were regular enough to be expected. */
  #heartbeatSilences(cluster: string, thresholdSeconds: number | null): PeriodMs[] {
    const heartbeats = this.#heartbeats.get(cluster);
    if (heartbeats === undefined || heartbeats.occupiedSeconds() < leastHeartbeatSeconds) return [];
    const threshold = heartbeats.thresholdSeconds();
    if (threshold > regularSeconds) return [];
    return [...heartbeats.silences(thresholdSeconds ?? threshold)].map(({ from, to }) => ({
      from: Date.parse(from),
      to: Date.parse(to),
    }));
  }
}

/** The explanations that hold for an API server. */
export function explanationsFor(
  all: readonly ExplainedGap[],
  cluster: string,
  apiserver: string,
): readonly ExplainedGap[] {
  return all.filter(
    (one) =>
      (one.cluster === undefined || one.cluster === cluster) &&
      (one.apiServers === undefined || one.apiServers.includes(apiserver)),
  );
}
