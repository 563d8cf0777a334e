import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * Gives the event that kube-apiserver may have written for an admission request (`admission.k8s.io/v1`) whose `uid`,
 * `operation`, `userInfo` and `resource` are there. Everything in it is derived:
 *
 * - `auditID` is the review's uid, not the audit ID, which admission is not told;
 * - `user` is the effective user: of an impersonation, the one that was impersonated;
 * - `verb` is `update` for a patch, too, and empty for a connect other than exec, attach and port-forward;
 * - `requestObject` is the object after mutation; for a delete the DeleteOptions;
 * - `requestURI` is the path of what `resource` or `requestResource` names, without a query;
 * - both timestamps are the time at which the review was received.
 */
export function eventOfAdmission(
  request: JsonObject,
  received: string,
): { readonly value: Record<string, unknown>; readonly reconstructed: readonly string[] } {
  const target = targetOf(request);
  const body = request["operation"] === "DELETE" ? request["options"] : request["object"];
  const event: Record<string, unknown> = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Request",
    auditID: request["uid"],
    stage: "RequestReceived",
    requestURI: pathOf(target),
    verb: verbOf(target),
    user: request["userInfo"],
    objectRef: objectReference(target, request),
    ...(body === undefined || body === null ? {} : { requestObject: body }),
    requestReceivedTimestamp: received,
    stageTimestamp: received,
  };
  const asWritten = new Set(["kind", "apiVersion"]);
  return { value: event, reconstructed: Object.keys(event).filter((field) => !asWritten.has(field)) };
}

interface Target {
  readonly operation: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** `requestResource` is what the client asked for; `resource` what the webhook's rules matched it as. */
function targetOf(request: JsonObject): Target {
  const asked = textAt(request, "requestResource", "resource") === undefined ? "resource" : "requestResource";
  const subresource = textAt(request, asked === "resource" ? "subResource" : "requestSubResource");
  return {
    operation: textAt(request, "operation") ?? "",
    group: textAt(request, asked, "group") ?? "",
    version: textAt(request, asked, "version") ?? textAt(request, "resource", "version") ?? "",
    resource: textAt(request, asked, "resource") ?? "",
    subresource: subresource ?? "",
    namespace: textAt(request, "namespace") ?? "",
    name: textAt(request, "name") ?? "",
  };
}

const sessions = new Set(["exec", "attach", "portforward"]);

function verbOf({ operation, name, subresource }: Target): string {
  switch (operation) {
    case "CREATE":
      return "create";
    case "UPDATE":
      return "update";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      // Over WebSocket these are `get`; admission does not tell.
      return operation === "CONNECT" && sessions.has(subresource) ? "create" : "";
  }
}

function pathOf(target: Target): string {
  const { group, version, resource, subresource, namespace, name } = target;
  const isNamespace = group === "" && resource === "namespaces";
  const parts = group === "" ? ["api", version] : ["apis", group, version];
  if (namespace !== "" && !isNamespace) parts.push("namespaces", namespace);
  parts.push(resource);
  const isOnCollection = target.operation === "CREATE" && subresource === "";
  if (name !== "" && !isOnCollection) parts.push(name);
  if (subresource !== "") parts.push(subresource);
  return `/${parts.map(pathSegment).join("/")}`;
}

/** Half a surrogate pair cannot be encoded; Go's decoder reads U+FFFD for it. A colon is left as clients leave it. */
function pathSegment(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd")).replaceAll("%3A", ":");
}

function objectReference(target: Target, request: JsonObject): JsonObject {
  const named = target.name === "" ? textAt(request, "object", "metadata", "name") : target.name;
  const uid = ["object", "oldObject"].map((body) => textAt(request, body, "metadata", "uid")).find(Boolean);
  const fields = {
    resource: target.resource,
    namespace: target.namespace,
    name: named,
    uid: isJsonObject(fieldAt(request, "object")) || target.operation === "DELETE" ? uid : undefined,
    apiGroup: target.group,
    apiVersion: target.version,
    subresource: target.subresource,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
}
