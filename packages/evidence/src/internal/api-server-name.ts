import type { EventProvenance } from "@kaudit/schema";

/**
 * Names the API server that wrote an event. Where its cluster is told, by the envelope or by an option for one of several
 * clusters, that stands before the instance: pods of two clusters can have the same name, and their requests must never
 * be taken for one. The run's own cluster (`mainCluster`), which an option named, is not repeated.
 */
export function apiServerName(
  { instance, cluster, clusterBasis }: Pick<EventProvenance, "instance" | "cluster" | "clusterBasis">,
  mainCluster: string,
): string {
  if (cluster === undefined || cluster === "") return instance;
  return clusterBasis === "envelope" || cluster !== mainCluster ? `${cluster}/${instance}` : instance;
}
