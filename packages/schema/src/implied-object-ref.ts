import type { ObjectReference } from "./event.js";
import { parseRequestURI } from "./request-uri.js";
import { resourcePath } from "./resource-path.js";

/** Paths that a lenient server or proxy could read in another way than kube-apiserver does: empty, dotted or encoded segments, capitals. */
const ambiguousPath = /\/\/|\/\.|%|[A-Z]/;

/** The fields by which two readings of a path are compared. */
const readFields = ["apiGroup", "resource", "subresource", "namespace", "name"] as const;

/**
 * Gives what a request's URI spells once empty and dot segments of its path are resolved, percent-encoding is undone and
 * capitals are lowered; undefined where that is no other reading than kube-apiserver's own, or names no resource.
 *
 * kube-apiserver takes `//api/v1//namespaces/team-a/secrets` for an object called `namespaces` without a resource and
 * answers 404, but it is an attempt to list the Secrets of team-a: who looks for `secrets` in `objectRef` misses it.
 *
 * @example
 * impliedObjectRef("//api/v1//namespaces/team-a/secrets");
 * // { resource: "secrets", namespace: "team-a", apiVersion: "v1" }
 */
export function impliedObjectRef(requestURI: string): ObjectReference | undefined {
  const query = requestURI.indexOf("?");
  const path = query === -1 ? requestURI : requestURI.slice(0, query);
  if (!ambiguousPath.test(path)) return undefined;
  const implied = lenientReading(resolvedSegments(path));
  if (implied === undefined) return undefined;
  const own = ownReading(requestURI);
  return own !== undefined && readFields.every((field) => (implied[field] ?? "") === own[field]) ? undefined : implied;
}

/** How kube-apiserver reads the path; undefined where it sees no resource. */
function ownReading(requestURI: string) {
  const parsed = parseRequestURI(requestURI);
  if ("problem" in parsed) return undefined;
  const place = resourcePath(parsed.path);
  return place.kind === "resource" ? place : undefined;
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
function lenientReading(segments: readonly string[]): ObjectReference | undefined {
  const prefix = segments[0]?.toLowerCase();
  if (prefix !== "api" && prefix !== "apis") return undefined;
  const isGrouped = prefix === "apis";
  let rest = segments.slice(isGrouped ? 3 : 2);
  const first = rest[0]?.toLowerCase();
  if (first === "watch" || first === "proxy") rest = rest.slice(1);
  if (rest.length === 0) return undefined;
  let namespace = "";
  if (rest[0]?.toLowerCase() === "namespaces" && rest.length > 1) {
    namespace = rest[1] ?? "";
    if (rest.length > 2 && !["status", "finalize"].includes(rest[2] ?? "")) rest = rest.slice(2);
  }
  const fields = {
    resource: (rest[0] ?? "").toLowerCase(),
    namespace,
    name: rest[1] ?? "",
    apiGroup: isGrouped ? (segments[1] ?? "").toLowerCase() : "",
    apiVersion: (segments[isGrouped ? 2 : 1] ?? "").toLowerCase(),
    subresource: first === "proxy" ? "" : (rest[2] ?? "").toLowerCase(),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}
