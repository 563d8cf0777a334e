import type { EvidenceBundle } from "../bundle.js";
import type { Scopes } from "../decisions/scope.js";
import type { EvidenceOptions } from "../evidence.js";
import type { ClusterNames } from "../internal/cluster-names.js";
import type { EventPass } from "../internal/event-pass.js";
import { classBits } from "../internal/class-bits.js";
import { policiesOf } from "../internal/policy-timeline.js";
import { rejectedInPeriod } from "../internal/rejected-in-period.js";
import type { RegisterName } from "../register-row.js";
import { checkCollection } from "./collection-manifest.js";
import type { ClusterFacts, GateFacts } from "./gate-facts.js";

/** Parts of the bundle that the gates look at. */
export type JudgedParts = Pick<
  EvidenceBundle,
  "period" | "inputs" | "skipped" | "coverage" | "policies" | "canaries" | "source"
>;

/** Puts the facts together that the gates are judged by; of the review nothing is known yet. */
export function gatherFacts(
  parts: JudgedParts,
  pass: EventPass,
  names: ClusterNames,
  registers: readonly RegisterName[],
  options: EvidenceOptions,
  scopes: Pick<Scopes, "isDeclared">,
): GateFacts {
  const { period, inputs, skipped, coverage } = parts;
  const whole = wholeDays(period);
  const several = names.clusters.length > 1;
  // What an event or an input tells of no cluster may be any cluster's.
  const untold = several ? [""] : undefined;
  const isUntold = (cluster: string | undefined): boolean => !several || cluster === undefined;
  const clusters = names.clusters.map(({ name, keys }): ClusterFacts => {
    const told = keys.filter((key) => key !== "");
    const servers = pass.servers.filter(({ clusterKey }) => keys.includes(clusterKey));
    const lost = servers.map(({ number }) => pass.stages.finish(number).byBits);
    return {
      name,
      ...(several
        ? {
            damage: {
              rejectedInPeriod: rejectedInPeriod(
                inputs.filter(({ cluster }) => cluster === name),
                period.from,
                period.to,
              ),
              cutEvents: pass.source.cut(told).count,
              undated: pass.undatedOf(told),
            },
            scopeDeclared: scopes.isDeclared(name),
          }
        : {}),
      registers: registers.map((register) => ({
        register,
        lostRequests: lost.reduce((sum, byBits) => sum + requestsOf(byBits, classBits[register]), 0),
        volumeDrops: keys.flatMap((key) => pass.volume.drops(key, classBits[register], whole)),
      })),
      policies: policiesOf(parts.policies, name),
      coverage: coverage.filter(({ cluster }) => cluster === name),
      blindSpots: keys.length === 0 ? [] : pass.source.blindSpotsOf(keys),
      canaries: parts.canaries?.filter(({ cluster }) => cluster === name) ?? null,
    };
  });
  return {
    period,
    clusters,
    rejectedInPeriod: rejectedInPeriod(
      inputs.filter(({ cluster }) => isUntold(cluster)),
      period.from,
      period.to,
    ),
    cutEvents: pass.source.cut(untold).count,
    undated: untold === undefined ? pass.undated : pass.undatedOf(untold),
    collection: options.collection === undefined ? null : checkCollection(options.collection, inputs, skipped),
    scopeDeclared: names.clusters.every(({ name }) => scopes.isDeclared(name)),
    review: null,
  };
}

function requestsOf(byBits: ReadonlyMap<number, number>, bit: number): number {
  let requests = 0;
  for (const [bits, count] of byBits) if ((bits & bit) !== 0) requests += count;
  return requests;
}

const mostDays = 3660;

/** The days (UTC) that lie wholly inside the period; none for one of more than ten years. */
function wholeDays({ from, to }: { readonly from: string; readonly to: string }): string[] {
  const dayMs = 86_400_000;
  const days: string[] = [];
  if (Date.parse(to) - Date.parse(from) > mostDays * dayMs) return days;
  for (let day = Math.ceil(Date.parse(from) / dayMs) * dayMs; day + dayMs <= Date.parse(to); day += dayMs)
    days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}
