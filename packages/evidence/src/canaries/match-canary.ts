import { canaryObjects } from "./canary-options.js";
import type { CanaryClass, CanaryOptions } from "./canary-options.js";

/** What a planted action is recognised by: nothing that a client could set in passing. */
export interface CanaryRequest {
  /** The authenticated user; empty where authentication failed. */
  readonly actor: string;
  /** The user it acted as; empty without impersonation. */
  readonly impersonated: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number | null;
}

/**
 * Tells which planted action a request is, by the service account that made it and the objects it was aimed at; null for
 * every other request. User agents and labels are never asked: a client sets them. A bad token has no service account:
 * there the object alone decides, which is why {@link CanaryTracker} takes only as many as are expected.
 */
export function matchCanary(
  request: CanaryRequest,
  { namespace, serviceAccount, classes }: CanaryOptions,
): CanaryClass | null {
  if (request.namespace !== namespace) return null;
  const found = classOf(request, `system:serviceaccount:${namespace}:`, serviceAccount);
  return found !== null && classes.includes(found) ? found : null;
}

function classOf(request: CanaryRequest, accounts: string, serviceAccount: string): CanaryClass | null {
  const { resource, subresource, name, verb, code } = request;
  const object = subresource === "" ? resource : `${resource}/${subresource}`;
  if (code === 401) return object === "secrets" && name === canaryObjects.badToken ? "bad-token" : null;
  if (request.actor !== accounts + serviceAccount) return null;
  if (request.impersonated !== "") {
    const reads = object === "secrets" && name === canaryObjects.forbidden && verb === "get";
    return reads && request.impersonated === accounts + canaryObjects.nobody ? "impersonation" : null;
  }
  switch (object) {
    case "secrets":
      if (verb !== "get") return null;
      if (name === canaryObjects.secret) return "secret-read";
      return name === canaryObjects.forbidden && code === 403 ? "forbidden-request" : null;
    case "rolebindings":
      if (name !== canaryObjects.roleBinding) return null;
      return verb === "create" ? "role-binding" : verb === "delete" ? "deletion" : null;
    case "pods/exec":
      return name === canaryObjects.pod ? "session" : null;
    case "serviceaccounts/token":
      return name === canaryObjects.nobody && verb === "create" ? "token-request" : null;
    case "networkpolicies":
      return name === canaryObjects.networkPolicy && verb === "patch" ? "configuration" : null;
    default:
      return null;
  }
}
