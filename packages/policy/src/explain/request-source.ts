import { attributesOf, requestInfo } from "@kaudit/schema";
import type { AuditEvent, RequestAttributes } from "@kaudit/schema";

/** A request as a person writes it down. */
export interface WrittenRequest {
  /** A Kubernetes verb (`list`), or an HTTP method in capitals (`GET`), from which the verb follows as in kube-apiserver. */
  readonly verb: string;
  /** Path and query as sent, such as `/api/v1/namespaces/shop/pods?watch=true`. */
  readonly uri: string;
  /** Missing or null: the request is not authenticated. */
  readonly user?: string | null;
  /** Default: the groups that Kubernetes itself gives to a user of that name (see `usualGroups`). */
  readonly groups?: readonly string[];
}

/** What `explainPolicy` and the like take as a request: attributes, a `WrittenRequest`, or a recorded event. */
export type RequestSource =
  | RequestAttributes
  | WrittenRequest
  | Pick<AuditEvent, "requestURI" | "verb" | "user" | "objectRef">;

const httpMethod = /^[A-Z]+$/;

/**
 * The attributes of a request, however it is given.
 *
 * Throws `SchemaError` when an HTTP method is combined with a URI that kube-apiserver refuses before auditing.
 */
export function attributesFrom(source: RequestSource): RequestAttributes {
  if ("requestURI" in source) return attributesOf(source);
  if ("isResourceRequest" in source) return source;
  const user = source.user ?? null;
  const groups = source.groups ?? (user === null ? [] : usualGroups(user));
  if (!httpMethod.test(source.verb)) {
    const attributes = attributesOf({ requestURI: source.uri, verb: source.verb, user: {} });
    return { ...attributes, user, groups };
  }
  const { isResourceRequest, path, verb, apiGroup, apiVersion, resource, subresource, namespace, name } = requestInfo(
    source.verb,
    source.uri,
  );
  return { user, groups, verb, apiGroup, apiVersion, resource, subresource, namespace, name, path, isResourceRequest };
}

/**
 * The groups that Kubernetes gives to a user of this name on its own: those of service accounts, of
 * `system:anonymous`, of nodes (whose certificates name `system:nodes`), and `system:authenticated`. Groups from
 * certificates and identity providers cannot be known.
 */
export function usualGroups(user: string): readonly string[] {
  if (user === "system:anonymous") return ["system:unauthenticated"];
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user);
  if (account !== null) {
    return ["system:serviceaccounts", `system:serviceaccounts:${account[1] ?? ""}`, "system:authenticated"];
  }
  if (user.startsWith("system:node:")) return ["system:nodes", "system:authenticated"];
  if (user === "system:apiserver") return ["system:authenticated", "system:masters"];
  return ["system:authenticated"];
}
