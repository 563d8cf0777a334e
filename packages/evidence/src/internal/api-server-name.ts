import type { EventProvenance } from "@kaudit/schema";
import { orderedKey } from "./ordered-key.js";

/** What of an event's provenance tells its API server. */
export type ServerNames = Pick<EventProvenance, "instance" | "cluster" | "clusterBasis">;

/**
 * Names the API server that wrote an event. Where its envelope tells its cluster, that stands before the instance: pods of two
 * clusters can have the same name. A cluster that an option named has its own column and is not repeated here.
 */
export function apiServerName({ instance, cluster, clusterBasis }: ServerNames): string {
  if (cluster === undefined || cluster === "") return instance;
  return clusterBasis === "envelope" ? `${cluster}/${instance}` : instance;
}

/**
 * Gives what tells an API server from all others of the run: its name, and its cluster where an option named it as one of several.
 * Requests of two of them must never be taken for one. The run's own cluster (`mainCluster`) is not repeated.
 */
export function apiServerIdentity(provenance: ServerNames, mainCluster: string): string {
  const { cluster = "", clusterBasis } = provenance;
  const name = apiServerName(provenance);
  const isOneOfSeveral = cluster !== "" && clusterBasis !== "envelope" && cluster !== mainCluster;
  return isOneOfSeveral ? orderedKey([cluster, name]) : name;
}
