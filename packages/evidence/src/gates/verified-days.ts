import { blindSpotMeanings } from "../blind-spots.js";
import { capabilityGap } from "../policy-capability.js";
import type { RegisterName } from "../register-row.js";
import type { ClusterFacts } from "./gate-facts.js";
import { stretchesWithoutPolicy } from "./recordable.js";
import type { Stretch } from "./recordable.js";

const dayMs = 86_400_000;

/** On how many days of the period the recording of a register's requests was verified. */
export interface VerifiedDays {
  readonly verified: number;
  /** Days (UTC) that the period touches. */
  readonly days: number;
}

/**
 * Counts the days of the period on which a register's requests were recorded by all that is known: under an audit policy
 * that records them, on every API server without a gap, explained or not, and by a way that leaves none out.
 */
export function verifiedDays(
  register: RegisterName,
  clusters: readonly ClusterFacts[],
  period: { readonly from: string; readonly to: string },
): VerifiedDays {
  const from = Date.parse(period.from);
  const to = Date.parse(period.to);
  const bad = clusters.flatMap((cluster) => unverified(register, cluster, period, { from, to }));
  let days = 0;
  let verified = 0;
  for (let day = Math.floor(from / dayMs) * dayMs; day < to; day += dayMs) {
    days++;
    const start = Math.max(day, from);
    const end = Math.min(day + dayMs, to);
    if (!bad.some((stretch) => stretch.from < end && stretch.to > start)) verified++;
  }
  return { verified, days };
}

function unverified(
  register: RegisterName,
  { coverage, policies, blindSpots, registers }: ClusterFacts,
  period: { readonly from: string; readonly to: string },
  whole: Stretch,
): Stretch[] {
  const lacks = blindSpots.some(({ blindSpot, reads }) => {
    const { limits, lacksRequests } = blindSpotMeanings[blindSpot];
    if (!limits.includes(register)) return false;
    return lacksRequests === "always" || (lacksRequests === "unless-reads-are-seen" && reads === 0);
  });
  if (lacks || coverage.length === 0 || coverage.some(({ complete, gaps, gapsTotal }) => !complete || gaps.length < gapsTotal))
    return [whole];
  return [
    ...coverage.flatMap(({ gaps }) => gaps.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))),
    ...policies
      .filter(({ capabilities, replay }) => replay.differing > 0 || capabilityGap(capabilities, register)?.breaksPopulation === true)
      .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) })),
    ...stretchesWithoutPolicy(policies, period),
    ...registers
      .filter((one) => one.register === register)
      .flatMap(({ volumeDrops }) => volumeDrops.map(({ day }) => ({ from: Date.parse(day), to: Date.parse(day) + dayMs }))),
  ];
}
