import { listOptions } from "./list-options.js";
import { parseRequestURI } from "./request-uri.js";
import { resourcePath } from "./resource-path.js";
import { SchemaError } from "./schema-error.js";

/** What kube-apiserver reads from a method and a URI. Strings are empty where the request has no such part. */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** The percent-decoded path: what the `nonResourceURLs` of a policy are compared with. */
  readonly path: string;
  /** A Kubernetes verb for a resource request (empty for methods such as OPTIONS), else the method in lower case. */
  readonly verb: string;
  /** `api`, `apis` or empty. */
  readonly apiPrefix: string;
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

const verbsByMethod: ReadonlyMap<string, string> = new Map([
  ["POST", "create"],
  ["GET", "get"],
  ["HEAD", "get"],
  ["PUT", "update"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

/**
 * Gives the request attributes of a method and a URI exactly as kube-apiserver derives them
 * (`RequestInfoFactory.NewRequestInfo` with the prefixes `api` and `apis`, on a URI parsed by Go's
 * `url.ParseRequestURI`).
 *
 * The path is percent-decoded before it is split, so `secrets/a%2Fb` has two parts behind `secrets`. Methods are
 * case-sensitive, as in HTTP: `get /api/v1/pods` has the empty verb. Bytes that are not UTF-8 become U+FFFD, one each,
 * as they do in the audit log. The time taken grows in proportion to the length of the URI, whatever is in it.
 *
 * @throws SchemaError `KAUDIT_SCHEMA_URI_INVALID` where a Go server answers 400, and `KAUDIT_SCHEMA_URI_INCOMPLETE`
 * where kube-apiserver answers 500 (`/api/v1/watch`): in both cases no audit event is ever written.
 */
export function requestInfo(method: string, uri: string): RequestInfo {
  // The target of CONNECT is an authority, unless it begins with a slash.
  const parsed = parseRequestURI(method === "CONNECT" && !uri.startsWith("/") ? `http://${uri}` : uri);
  if ("problem" in parsed) {
    throw new SchemaError("KAUDIT_SCHEMA_URI_INVALID", `request URI: ${parsed.problem}; a Go server answers 400`);
  }
  const place = resourcePath(parsed.path);
  if (place.kind === "incomplete") {
    throw new SchemaError(
      "KAUDIT_SCHEMA_URI_INCOMPLETE",
      "request URI: expected a resource after the prefix 'watch' or 'proxy'; kube-apiserver answers 500 and audits nothing",
    );
  }
  if (place.kind === "non-resource") return nonResourceInfo(method, parsed.path, place.apiPrefix);

  let { name } = place;
  let verb = place.prefixVerb === "" ? (verbsByMethod.get(method) ?? "") : place.prefixVerb;
  if (name === "" && verb === "get") {
    const options = listOptions(parsed.query);
    verb = options.watch ? "watch" : "list";
    name = options.name;
  } else if (name === "" && verb === "delete") {
    verb = "deletecollection";
  }
  const { apiPrefix, apiGroup, apiVersion, namespace, resource, subresource } = place;
  return {
    isResourceRequest: true,
    path: parsed.path,
    verb,
    apiPrefix,
    apiGroup,
    apiVersion,
    namespace,
    resource,
    subresource,
    name,
  };
}

function nonResourceInfo(method: string, path: string, apiPrefix: string): RequestInfo {
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    apiPrefix,
    apiGroup: "",
    apiVersion: "",
    namespace: "",
    resource: "",
    subresource: "",
    name: "",
  };
}
