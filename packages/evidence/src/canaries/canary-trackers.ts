import type { EvidenceOptions } from "../evidence.js";
import type { ClusterNames } from "../internal/cluster-names.js";
import { CanaryTracker } from "./canary-tracker.js";

/** Makes a tracker for each cluster that planted actions are configured for, by the cluster's name. */
export function canaryTrackers(
  { canaries, clusters = [] }: EvidenceOptions,
  names: ClusterNames,
  period: { readonly from: number; readonly to: number },
): Map<string, CanaryTracker> {
  const trackers = new Map<string, CanaryTracker>();
  for (const { name } of names.clusters) {
    const options = clusters.find((one) => one.name === name)?.canaries ?? canaries;
    if (options !== undefined) trackers.set(name, new CanaryTracker(options, period.from, period.to));
  }
  return trackers;
}
