/** What the path of a resource request names. Strings are empty where the path has no such part. */
export interface ResourcePath {
  readonly kind: "resource";
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The verb that the deprecated forms `/api/v1/watch/…` and `/api/v1/proxy/…` set whatever the method, or empty. */
  readonly prefixVerb: string;
}

/** A path that names no resource: `/healthz`, but also discovery such as `/api/v1` and `/apis/apps/v1`. */
export interface NonResourcePath {
  readonly kind: "non-resource";
  readonly apiPrefix: string;
}

/** `/api/v1/watch`: a prefix verb that nothing follows. */
export interface IncompletePath {
  readonly kind: "incomplete";
}

/** Reads a percent-decoded path as kube-apiserver does (apiserver `pkg/endpoints/request/requestinfo.go`). */
export function resourcePath(path: string): ResourcePath | NonResourcePath | IncompletePath {
  const parts = splitPath(path);
  const apiPrefix = parts[0];
  if (parts.length < 3 || (apiPrefix !== "api" && apiPrefix !== "apis")) return { kind: "non-resource", apiPrefix: "" };
  if (apiPrefix === "apis" && parts.length < 4) return { kind: "non-resource", apiPrefix };

  const groupParts = apiPrefix === "apis" ? 1 : 0;
  const apiGroup = groupParts === 1 ? parts[1]! : "";
  const apiVersion = parts[1 + groupParts]!;
  let rest = parts.slice(2 + groupParts);

  let prefixVerb = "";
  if (rest[0] === "watch" || rest[0] === "proxy") {
    if (rest.length < 2) return { kind: "incomplete" };
    prefixVerb = rest[0];
    rest = rest.slice(1);
  }

  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 1) {
    namespace = rest[1]!;
    // Without a resource behind it, the namespace is itself the object: its name is then the namespace, too.
    if (rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") rest = rest.slice(2);
  }
  return {
    kind: "resource",
    apiPrefix,
    apiGroup,
    apiVersion,
    namespace,
    resource: rest[0]!,
    name: rest[1] ?? "",
    subresource: prefixVerb === "proxy" ? "" : (rest[2] ?? ""),
    prefixVerb,
  };
}

/** Slashes at both ends do not count; doubled ones inside make empty parts, as in kube-apiserver. */
function splitPath(path: string): readonly string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === "/") start++;
  while (end > start && path[end - 1] === "/") end--;
  return start === end ? [] : path.slice(start, end).split("/");
}
