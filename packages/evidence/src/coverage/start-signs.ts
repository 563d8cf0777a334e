import type { AuditEvent } from "@kaudit/schema";

const rbacObjects = new Set(["clusterroles", "clusterrolebindings", "roles", "rolebindings"]);
const bootstrapVerbs = new Set(["get", "list", "create"]);

/**
 * Tells whether an event is one of the requests that a kube-apiserver makes to itself when it starts: it looks after the
 * built-in roles, bindings and priority classes, and makes its lease. Only the process itself is `system:apiserver`.
 *
 * Seen in the logs of kube-apiserver 1.36 at every start; the hooks are those of pkg/registry/rbac/rest and
 * pkg/registry/scheduling/rest.
 */
export function isStartSign({ user, impersonatedUser, objectRef, verb }: AuditEvent): boolean {
  if (user.username !== "system:apiserver" || (impersonatedUser ?? null) !== null) return false;
  const resource = objectRef?.resource ?? "";
  switch (objectRef?.apiGroup ?? "") {
    case "rbac.authorization.k8s.io":
      return rbacObjects.has(resource) && bootstrapVerbs.has(verb);
    case "scheduling.k8s.io":
      return resource === "priorityclasses" && bootstrapVerbs.has(verb);
    case "coordination.k8s.io":
      return resource === "leases" && verb === "create" && objectRef?.namespace === "kube-system";
    default:
      return false;
  }
}

/** A start takes a few seconds; one that fails is tried again after ten or more. */
const sameStartSeconds = 15;
const mostStarts = 1000;

/** The times at which an API server started: signs that lie within 15 seconds of each other are of one start. */
export class Starts {
  /** First and last sign of each start, in milliseconds, by time. */
  readonly #starts: [first: number, last: number][] = [];

  /** Notes a sign at this time, in milliseconds. The order does not matter. */
  add(time: number): void {
    const starts = this.#starts;
    let at = starts.length;
    while (at > 0 && (starts[at - 1]?.[0] ?? 0) > time) at--;
    const before = starts[at - 1];
    const after = starts[at];
    const near = sameStartSeconds * 1000;
    const joinsBefore = before !== undefined && time - before[1] <= near;
    const joinsAfter = after !== undefined && after[0] - time <= near;
    if (joinsBefore && joinsAfter) {
      before[1] = after[1];
      starts.splice(at, 1);
    } else if (joinsBefore) before[1] = Math.max(before[1], time);
    else if (joinsAfter) after[0] = time;
    else if (starts.length < mostStarts) starts.splice(at, 0, [time, time]);
  }

  /** When each start was first seen, in milliseconds, by time; at most a thousand. */
  times(): number[] {
    return this.#starts.map(([first]) => first);
  }
}
