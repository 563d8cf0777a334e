import { compareByCodePoint } from "@kaudit/schema";
import type { EvidenceOptions } from "../evidence.js";

/** The clusters of a run, and which events are of which. */
export interface ClusterNames {
  /** By name. */
  readonly clusters: readonly { readonly name: string; readonly basis: string; readonly keys: readonly string[] }[];
  /** Gives the name of the cluster with this key: what an event or an option calls it, empty where neither does. */
  nameOf(key: string): string;
}

/**
 * Tells the clusters of a run. Where all events are of one, the name of the options holds, whatever an envelope calls it;
 * several go by the names that their envelopes or the options for their inputs give, and those that nothing names by the
 * options' own. Clusters that the options name are there even without an event.
 */
export function clusterNames(
  keys: readonly string[],
  { cluster, clusters = [] }: Pick<EvidenceOptions, "cluster" | "clusters">,
): ClusterNames {
  const distinct = [...new Set(keys)];
  const single = distinct.length <= 1 && clusters.length <= 1;
  const names = new Map<string, { readonly basis: string; readonly keys: string[] }>();
  const note = (name: string, basis: string, key?: string): void => {
    const known = names.get(name) ?? { basis, keys: [] };
    names.set(name, known);
    if (key !== undefined) known.keys.push(key);
  };
  const nameOf = (key: string): string => (single || key === "" ? cluster.name : key);
  for (const { name } of clusters) if (!single) note(name, "option");
  for (const key of distinct) {
    if (single || key === "") note(cluster.name, cluster.basis, key);
    else note(key, clusters.some(({ name }) => name === key) ? "option" : "envelope", key);
  }
  if (names.size === 0) note(cluster.name, cluster.basis);
  return {
    clusters: [...names]
      .map(([name, { basis, keys: own }]) => ({ name, basis, keys: own }))
      .toSorted((a, b) => compareByCodePoint(a.name, b.name)),
    nameOf,
  };
}
