import type { AuditEvent } from "@kaudit/schema";
import type { ActorKind } from "./register-row.js";

/** `system:serviceaccount:<namespace>:<name>`; both are DNS names, so look-alikes with other characters do not match. */
const serviceAccountName = /^system:serviceaccount:[a-z0-9]([a-z0-9-]*[a-z0-9])?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Tells who acted, from the authenticated user alone; never throws.
 *
 * - `unauthenticated`: no user name and no groups, as in a 401.
 * - `anonymous`: `system:anonymous`.
 * - `serviceaccount`: a well-formed `system:serviceaccount:<namespace>:<name>`, in the group `system:serviceaccounts`.
 * - `node`: `system:node:<name>`, in the group `system:nodes`.
 * - `system`: any other name in the reserved prefix `system:`, also one that only looks like a service account or node.
 * - `human`: every other name. A program with a certificate or cloud identity of its own name counts as human: the log
 *   cannot tell it from a person.
 *
 * Only `user.username` and `user.groups` decide; user agent, `extra` and `uid` are never read. Where a writer left the
 * groups out altogether, the name decides.
 */
export function classifyActor(user: AuditEvent["user"]): ActorKind {
  const name = user.username ?? "";
  const groups = user.groups ?? [];
  if (name === "" && groups.length === 0) return "unauthenticated";
  if (name === "system:anonymous") return "anonymous";
  if (!name.startsWith("system:")) return "human";
  const inGroup = (group: string): boolean => groups.length === 0 || groups.includes(group);
  if (serviceAccountName.test(name) && inGroup("system:serviceaccounts")) return "serviceaccount";
  if (name.startsWith("system:node:") && name.length > "system:node:".length && inGroup("system:nodes")) return "node";
  return "system";
}
