import type { BlindSpot } from "@kaudit/schema";
import type { EnvelopeFacts } from "./envelope.js";

/** Categories, and the tables that are named for them, from which get and list are left out; in lower case. */
const withoutReads = new Set(["kube-audit-admin", "aksauditadmin", "arck8sauditadmin"]);
const aksResource = /\/managedclusters\/([^/]{1,255})$/i;
const arcResource = /\/connectedclusters\/([^/]{1,255})$/i;

/** What an Azure diagnostic record says about an audit event. */
export interface DiagnosticIdentity {
  /** The category, or the name of the resource-specific table. */
  readonly category: string | undefined;
  readonly resourceId: string | undefined;
  /** The pod of the API server. */
  readonly pod: string | undefined;
}

/**
 * Gives the facts of an AKS audit event. The cluster is the last segment of the resource id, in lower case: Azure does not
 * tell cases apart and writes one id in capitals in some places and not in others; an Arc cluster runs its own kube-apiserver, which is no AKS.
 */
export function aksFacts({ category, resourceId = "", pod }: DiagnosticIdentity): EnvelopeFacts {
  const arc = arcResource.exec(resourceId)?.[1];
  const cluster = aksResource.exec(resourceId)?.[1] ?? arc;
  const blindSpots: BlindSpot[] = ["large-events-cut"];
  if (category !== undefined && withoutReads.has(category.toLowerCase())) blindSpots.unshift("no-reads");
  return {
    ...(arc === undefined && { origin: "aks" }),
    ...(cluster !== undefined && { cluster: cluster.toLowerCase() }),
    ...(pod !== undefined && { instance: pod }),
    blindSpots,
  };
}
