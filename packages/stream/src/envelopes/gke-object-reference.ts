/** What the names of a Cloud Audit Logs entry say about a request. */
export interface NamedRequest {
  readonly verb: string;
  readonly requestURI: string;
  /** Missing: a request for no resource. */
  readonly objectRef?: Readonly<Record<string, string>>;
}

/** Groups whose name does not end in `.k8s.io` although the method name begins with `io.k8s.`. */
const plainGroups: ReadonlySet<string> = new Set(["apps", "autoscaling", "batch", "extensions", "policy"]);
const version = /^v\d{1,4}(?:(?:alpha|beta)\d{1,4})?$/;

/**
 * Gives the verb, the URI without its query, and the object of `methodName` and `resourceName`; undefined if they name no
 * Kubernetes request. The verb is the last part of the method. The object is taken from the resource name; only where
 * that is empty, from the method, which holds the group reversed and no names; the URI is then unknown, and empty.
 */
export function namedRequest(methodName: string, resourceName: string): NamedRequest | undefined {
  const method = methodName.split(".");
  const verb = method.at(-1);
  if (verb === undefined || verb === "" || method.length < 3) return undefined;
  if (method.length === 3 && methodName.startsWith("io.k8s.")) return { verb, requestURI: `/${resourceName}` };
  if (resourceName === "") {
    const objectRef = referenceOfMethod(method);
    return objectRef === undefined ? undefined : { verb, requestURI: "", objectRef };
  }
  const parts = resourceName.split("/");
  if (parts.length < 3) return undefined;
  return { verb, requestURI: uriOf(parts), objectRef: referenceOfName(parts) };
}

function uriOf(parts: readonly string[]): string {
  const [group, ...rest] = parts;
  return group === "core" ? `/api/${rest.join("/")}` : `/apis/${parts.join("/")}`;
}

/** `group/version/[namespaces/NS/]resource[/name[/subresource]]`; `namespaces/NS` alone is the namespace itself. */
function referenceOfName(parts: readonly string[]): Readonly<Record<string, string>> {
  const [group = "", apiVersion = "", ...path] = parts;
  const inNamespace = path[0] === "namespaces" && path.length > 1;
  const isNamespace = inNamespace && (path.length === 2 || path[2] === "status" || path[2] === "finalize");
  const [resource, name, subresource] = inNamespace && !isNamespace ? path.slice(2) : path;
  const namespace = inNamespace ? path[1] : undefined;
  return withoutEmpty({ resource, namespace, name, apiGroup: group === "core" ? "" : group, apiVersion, subresource });
}

/** As Go leaves out empty fields. */
function withoutEmpty(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const present = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(present);
}

/** `io.k8s.authorization.v1.subjectaccessreviews.create`: group reversed, version, resource[.subresource], verb. */
function referenceOfMethod(method: readonly string[]): Readonly<Record<string, string>> | undefined {
  const at = method.findIndex((part) => version.test(part));
  const [resource = "", subresource] = method.slice(at + 1, -1);
  if (at < 1 || resource === "") return undefined;
  const group = groupOfMethod(method.slice(0, at));
  return withoutEmpty({ resource, apiGroup: group, apiVersion: method[at], subresource });
}

function groupOfMethod(reversed: readonly string[]): string {
  const group = reversed.toReversed().join(".");
  if (group === "core.k8s.io") return "";
  const plain = group.slice(0, -".k8s.io".length);
  return group.endsWith(".k8s.io") && plainGroups.has(plain) ? plain : group;
}
