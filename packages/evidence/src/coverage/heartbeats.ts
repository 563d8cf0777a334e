import type { AuditEvent } from "@kaudit/schema";

/**
 * Tells whether an event is one of those that a living cluster makes all the time, with nobody doing anything: nodes and
 * controllers renew their leases (every ten seconds a node, every two a leader), kubelets report their nodes' status.
 */
export function isHeartbeat({ objectRef, verb, user }: AuditEvent): boolean {
  if (verb !== "update" && verb !== "patch") return false;
  if (objectRef?.resource === "leases") {
    return objectRef.apiGroup === "coordination.k8s.io" && (user.username ?? "").startsWith("system:");
  }
  return objectRef?.resource === "nodes" && objectRef.subresource === "status" && (objectRef.apiGroup ?? "") === "";
}
