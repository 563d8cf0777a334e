import type { AuditEvent } from "./event.js";
import { listOptions } from "./list-options.js";
import { parseRequestURI } from "./request-uri.js";
import { resourcePath } from "./resource-path.js";

/** What an audit policy, an authorizer and kaudit's registers ask about a request: one shape everywhere. */
export interface RequestAttributes {
  /** The authenticated user's name; null when the request was not authenticated (401). Never the impersonated user. */
  readonly user: string | null;
  /** The groups of the authenticated user. */
  readonly groups: readonly string[];
  /** A Kubernetes verb, or the HTTP method in lower case for a non-resource request; can be empty. */
  readonly verb: string;
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for cluster-scoped objects and for requests across all namespaces. */
  readonly namespace: string;
  /** The name in the URL: empty for a create, whatever the body names. */
  readonly name: string;
  /** The percent-decoded path, without the query. */
  readonly path: string;
  readonly isResourceRequest: boolean;
}

/**
 * Gives the attributes of a recorded request as kube-apiserver's policy and authorizer saw them. Never throws.
 *
 * They are taken from `requestURI` and `verb`, not from `objectRef`: at creates and updates kube-apiserver fills the
 * gaps of `objectRef` with what the client's body says. `objectRef` is used only where the URI cannot tell: it is
 * missing or malformed, or its path is that of another API server's resources; the name of a create is then left empty.
 *
 * A URI such as `//api/v1//namespaces/team-a/secrets` names no resource for kube-apiserver either: `resource` is empty,
 * `name` is `namespaces`, and the answer was a 404. Look at `path` to see what was tried.
 */
export function attributesOf(event: Pick<AuditEvent, "requestURI" | "verb" | "user" | "objectRef">): RequestAttributes {
  const username = event.user.username ?? "";
  const groups = event.user.groups ?? [];
  return {
    user: username === "" && groups.length === 0 ? null : username,
    groups,
    verb: event.verb,
    ...targetOf(event),
  };
}

type Target = Omit<RequestAttributes, "user" | "groups" | "verb">;

function targetOf(event: Pick<AuditEvent, "requestURI" | "verb" | "objectRef">): Target {
  const parsed = parseRequestURI(event.requestURI);
  if ("problem" in parsed) return targetOfReference(event, event.requestURI.split("?", 1)[0]!);
  const place = resourcePath(parsed.path);
  if (place.kind !== "resource") return targetOfReference(event, parsed.path);
  const { apiGroup, apiVersion, resource, subresource, namespace, prefixVerb } = place;
  const selects = place.name === "" && prefixVerb === "" && (event.verb === "list" || event.verb === "watch");
  const name = selects ? listOptions(parsed.query).name : place.name;
  return { apiGroup, apiVersion, resource, subresource, namespace, name, path: parsed.path, isResourceRequest: true };
}

function targetOfReference({ objectRef, verb }: Pick<AuditEvent, "verb" | "objectRef">, path: string): Target {
  const subresource = objectRef?.subresource ?? "";
  return {
    apiGroup: objectRef?.apiGroup ?? "",
    apiVersion: objectRef?.apiVersion ?? "",
    resource: objectRef?.resource ?? "",
    subresource,
    namespace: objectRef?.namespace ?? "",
    // A create on a collection has no name in its URL; the one recorded came from the body.
    name: verb === "create" && subresource === "" ? "" : (objectRef?.name ?? ""),
    path,
    isResourceRequest: objectRef !== undefined && objectRef !== null,
  };
}
