import type { AuditEvent } from "@kaudit/schema";

/** What a request was aimed at, in the API's terms. */
export interface Target {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What kube-apiserver made of the request, from `objectRef`: its names may come from the request body (creates). */
export function recordedTarget(event: AuditEvent): Target | null {
  const ref = event.objectRef;
  if (ref === null || ref === undefined) return null;
  return {
    apiGroup: ref.apiGroup ?? "",
    resource: ref.resource ?? "",
    subresource: ref.subresource ?? "",
    namespace: ref.namespace ?? "",
    name: ref.name ?? "",
  };
}

/** Paths that a lenient server or proxy could read in another way than kube-apiserver does: empty, dotted or encoded segments, capitals. */
const ambiguousPath = /\/\/|\/\.|%|[A-Z]/;

/**
 * Gives the target that a path spells once empty and dot segments are resolved, percent-encoding is undone and capitals
 * are lowered; null where that is no other reading than kube-apiserver's own.
 *
 * `//api/v1//namespaces/team-a/secrets` is answered 404 by kube-apiserver and recorded with an empty resource, but it is an
 * attempt to list Secrets; a filter on `objectRef.resource` would miss it.
 */
export function spelledTarget(requestURI: string): Target | null {
  const query = requestURI.indexOf("?");
  const path = query === -1 ? requestURI : requestURI.slice(0, query);
  if (!ambiguousPath.test(path)) return null;
  return targetOfPath(resolvedSegments(path));
}

function resolvedSegments(path: string): string[] {
  let decoded = path;
  for (let i = 0; i < 3 && decoded.includes("%"); i++) decoded = percentDecoded(decoded);
  const segments: string[] = [];
  for (const segment of decoded.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return segments;
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** The rules of kube-apiserver's request info for `/api` and `/apis` paths (`requestinfo.go`), on segments already split. */
function targetOfPath(segments: readonly string[]): Target | null {
  const prefix = segments[0]?.toLowerCase();
  if (prefix !== "api" && prefix !== "apis") return null;
  const grouped = prefix === "apis";
  let rest = segments.slice(grouped ? 3 : 2);
  const first = rest[0]?.toLowerCase();
  if (first === "watch" || first === "proxy") rest = rest.slice(1);
  if (rest.length === 0) return null;
  const apiGroup = grouped ? (segments[1] ?? "").toLowerCase() : "";
  let namespace = "";
  if (rest[0]?.toLowerCase() === "namespaces" && rest.length > 1) {
    namespace = rest[1] ?? "";
    if (rest.length > 2 && !["status", "finalize"].includes(rest[2] ?? "")) rest = rest.slice(2);
  }
  return {
    apiGroup,
    resource: (rest[0] ?? "").toLowerCase(),
    subresource: first === "proxy" ? "" : (rest[2] ?? "").toLowerCase(),
    namespace,
    name: rest[1] ?? "",
  };
}
