import type { Head } from "./chain/head.js";
import { clusterInKey, partitionOfKey } from "./segments/partition.js";

/** What must not be purged, whatever its age: a matter that somebody has a duty to keep evidence for. */
export interface Hold {
  readonly name: string;
  readonly reason: string;
  /** First and last day, as `2026-01-31`; null: no bound. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of this cluster only; null: all. */
  readonly cluster: string | null;
}

const prefix = "hold/";

/** Under which key of the state a hold is remembered. */
export function holdKey(name: string): string {
  return prefix + name;
}

/** The holds that are in force, by name. */
export function holdsOf({ state }: Pick<Head, "state">): Hold[] {
  return [...state]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, value]) => value as Hold)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The hold that keeps an object, if any. */
export function holdOn(key: string, holds: readonly Hold[]): Hold | undefined {
  const partition = partitionOfKey(key);
  return holds.find(({ from, to, cluster }) => {
    if (partition === null) return true;
    if (cluster !== null && clusterInKey(cluster) !== partition.cluster) return false;
    return (from === null || partition.day >= from) && (to === null || partition.day <= to);
  });
}
