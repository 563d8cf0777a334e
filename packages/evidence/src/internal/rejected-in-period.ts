import type { EvidenceBundle } from "../bundle.js";

/** Gives how many rejected records stand in files that touch the period, or whose time is not known. */
export function rejectedInPeriod(inputs: EvidenceBundle["inputs"], from: string, to: string): number {
  let rejected = 0;
  for (const { rejected: count, firstTimestamp, lastTimestamp } of inputs) {
    if (count === 0) continue;
    const before = lastTimestamp !== null && lastTimestamp < from;
    const after = firstTimestamp !== null && firstTimestamp >= to;
    if (!before && !after) rejected += count;
  }
  return rejected;
}
