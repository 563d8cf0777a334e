import type { EventProvenance } from "@kaudit/schema";

/**
 * Names the API server that wrote an event. Where the envelope names the cluster it stands before the instance: pods of
 * two clusters can have the same name, and their requests must never be taken for one.
 */
export function apiServerName({ instance, cluster, clusterBasis }: EventProvenance): string {
  return cluster !== undefined && clusterBasis === "envelope" ? `${cluster}/${instance}` : instance;
}
