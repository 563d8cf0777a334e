import type { EvidenceBundle } from "../bundle.js";
import type { EvidenceOptions } from "../evidence.js";
import type { ClusterNames } from "../internal/cluster-names.js";
import type { EventPass, ReadServer } from "../internal/event-pass.js";
import type { ClusterJudgement } from "./coverage-pass.js";
import { explanationsFor } from "./coverage-pass.js";
import type { CoverageOptions } from "./coverage-options.js";
import { gapPieces } from "./gap-pieces.js";
import { coveredDays } from "./server-coverage.js";
import type { CoveredTime, CoverageGap, PeriodMs } from "./server-coverage.js";

type Server = EvidenceBundle["coverage"][number];

const mostGaps = 100;

/** Puts together what each API server's log covers of the period, also of those that are expected and were not seen. */
export function bundleCoverage(
  pass: EventPass,
  names: ClusterNames,
  options: EvidenceOptions,
  period: PeriodMs,
): Server[] {
  const servers = pass.servers.map((server) => {
    const cluster = names.nameOf(server.clusterKey);
    const judgement = judgementOf(coverageOptionsOf(options, cluster));
    const time = pass.time.finish(server.number, server.counts.instance, cluster, judgement);
    return serverOf(server, cluster, time ?? unknownTime(period), pass);
  });
  const missing = names.clusters.flatMap(({ name }) =>
    missingServers(name, servers, coverageOptionsOf(options, name), period),
  );
  return [...servers, ...missing].toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/** Gives how gaps are judged in a cluster: by what is told of it, else by what is told of the run. */
function coverageOptionsOf(options: EvidenceOptions, cluster: string): CoverageOptions {
  return options.clusters?.find(({ name }) => name === cluster)?.coverage ?? options.coverage ?? {};
}

function judgementOf({ thresholdMinutes, explainedGaps = [] }: CoverageOptions): ClusterJudgement {
  return { thresholdSeconds: thresholdMinutes === undefined ? null : thresholdMinutes * 60, explainedGaps };
}

function order({ instance, cluster }: Server): string {
  return `${instance}\u0000${cluster}`;
}

function serverOf(server: ReadServer, cluster: string, time: CoveredTime, pass: EventPass): Server {
  const { counts, number, duplicates } = server;
  const lost = pass.stages.finish(number);
  const receiveTime = pass.receiveTimes.of(number);
  const eventsByDay = new Map<string, number>();
  for (const [hour, events] of counts.hours) {
    const day = hour.slice(0, 10);
    eventsByDay.set(day, (eventsByDay.get(day) ?? 0) + events);
  }
  return {
    cluster,
    ...counts,
    ...gapsOf(time),
    complete: time.complete,
    restarts: time.restarts,
    orphanedRequests: lost.orphaned,
    unbegunRequests: lost.unbegun,
    lateEvents: time.lateEvents,
    clockRegressions: time.clockRegressions,
    ...(receiveTime === null ? {} : { receiveTime }),
    duplicates,
    days: time.days.map(([day, covered]): [string, number, number] => [day, covered, eventsByDay.get(day) ?? 0]),
  };
}

function gapsOf({ periodSeconds, coveredSeconds, thresholdSeconds, gaps }: CoveredTime) {
  const listed =
    gaps.length <= mostGaps
      ? gaps
      : gaps
          .toSorted((a, b) => Number(a.explained !== null) - Number(b.explained !== null) || b.seconds - a.seconds)
          .slice(0, mostGaps)
          .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return {
    periodSeconds,
    coveredSeconds,
    thresholdSeconds,
    gaps: listed,
    gapsTotal: gaps.length,
    gapsUnexplained: gaps.filter(({ explained }) => explained === null).length,
  };
}

/** Of a server beyond those that are followed nothing is known but its counts. */
function unknownTime(period: PeriodMs): CoveredTime {
  const periodSeconds = (period.to - period.from) / 1000;
  return {
    periodSeconds,
    coveredSeconds: 0,
    thresholdSeconds: 0,
    gaps: [],
    days: coveredDays(period, []).map(([day]) => [day, 0]),
    restarts: [],
    lateEvents: 0,
    clockRegressions: 0,
    complete: false,
  };
}

function missingServers(
  cluster: string,
  servers: readonly Server[],
  { expectedApiServers = [], explainedGaps = [] }: CoverageOptions,
  period: PeriodMs,
): Server[] {
  const seen = new Set(servers.filter((one) => one.cluster === cluster).map(({ instance }) => instance));
  return [...new Set(expectedApiServers)]
    .filter((name) => !seen.has(name))
    .map((instance) => {
      const gaps: CoverageGap[] = gapPieces(
        period.from,
        period.to,
        explanationsFor(explainedGaps, cluster, instance),
        0,
      ).map(({ from, to, explained }) => ({
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        seconds: (to - from) / 1000,
        cause: "before-first",
        explained: explained === null ? null : `${explained.reason} (${explained.ticket})`,
      }));
      const time = { ...unknownTime(period), gaps, complete: true };
      return {
        cluster,
        instance,
        instanceBasis: "expected",
        firstTimestamp: null,
        lastTimestamp: null,
        events: 0,
        hours: [],
        ...gapsOf(time),
        complete: true,
        restarts: [],
        orphanedRequests: 0,
        unbegunRequests: 0,
        lateEvents: 0,
        clockRegressions: 0,
        duplicates: 0,
        days: time.days.map(([day]): [string, number, number] => [day, 0, 0]),
      };
    });
}
