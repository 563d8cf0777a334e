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
  const days = Math.ceil(to / dayMs) - Math.floor(from / dayMs);
  return { verified: days - daysTouched(bad, from, to), days };
}

/** On how many days (UTC) within two instants any of the stretches falls. */
function daysTouched(stretches: readonly Stretch[], from: number, to: number): number {
  let touched = 0;
  /** The first day that is not counted yet. */
  let next = Math.floor(from / dayMs);
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(stretch.from, from);
    const end = Math.min(stretch.to, to);
    if (start >= end) continue;
    const first = Math.max(next, Math.floor(start / dayMs));
    const after = Math.ceil(end / dayMs);
    touched += Math.max(0, after - first);
    next = Math.max(next, after);
  }
  return touched;
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
  if (
    lacks ||
    coverage.length === 0 ||
    coverage.some(({ complete, gaps, gapsTotal }) => !complete || gaps.length < gapsTotal)
  )
    return [whole];
  return [
    ...coverage.flatMap(({ gaps }) => gaps.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))),
    ...policies
      .filter(
        ({ capabilities, replay }) =>
          replay.differing > 0 || capabilityGap(capabilities, register)?.breaksPopulation === true,
      )
      .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) })),
    ...stretchesWithoutPolicy(policies, period),
    ...registers
      .filter((one) => one.register === register)
      .flatMap(({ volumeDrops }) =>
        volumeDrops.map(({ day }) => ({ from: Date.parse(day), to: Date.parse(day) + dayMs })),
      ),
  ];
}
