import type { BlindSpot } from "@kaudit/schema";
import { isJsonObject, listAt, objectAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import type { NamedRequest } from "./gke-object-reference.js";
import { entryStatus } from "./gke-status.js";

/** An event put together from a log entry. */
export interface GkeEvent {
  readonly event: Record<string, unknown>;
  /** The fields that were derived, not recorded. */
  readonly reconstructed: readonly string[];
  readonly blindSpots: readonly BlindSpot[];
}

const decision = "authorization.k8s.io/decision";
/** gRPC's code of a denied request. */
const permissionDenied = 7;

/**
 * Puts an audit event together from a Cloud Audit Logs entry of service k8s.io. Recorded, and only renamed, are the id of
 * the operation, the principal, the caller's address and user agent, the entry's time, its labels, and the bodies. All
 * else is derived and listed. Groups, uid and extra of the user, the impersonated user and the query of the URI are not
 * in an entry; they are missing.
 *
 * The entry's `timestamp` is the time of the stage. When the request came in is not told; the same time stands for it and
 * is listed as derived. `receiveTimestamp`, when the log service got the entry, is not used.
 */
export function gkeEvent(entry: JsonObject, payload: JsonObject, request: NamedRequest): GkeEvent {
  const operation = objectAt(entry, "operation");
  const operationId = textAt(operation, "id");
  const status = entryStatus(payload);
  const annotations = annotationsOf(entry, payload);
  const bodies = bodiesOf(payload);
  const { verb, requestURI, objectRef } = request;
  const event: Record<string, unknown> = {
    level: levelOf(bodies),
    auditID: operationId ?? textAt(entry, "insertId"),
    stage: stageOf(operation),
    requestURI,
    verb,
    user: { username: principalOf(payload) },
    ...callerOf(payload),
    ...(objectRef !== undefined && { objectRef }),
    ...(status.responseStatus !== undefined && { responseStatus: status.responseStatus }),
    ...bodies,
    requestReceivedTimestamp: entry["timestamp"],
    stageTimestamp: entry["timestamp"],
    ...(annotations.value !== undefined && { annotations: annotations.value }),
  };
  const reconstructed = [
    "level",
    ...(operationId === undefined ? ["auditID"] : []),
    "stage",
    "requestURI",
    "verb",
    ...Object.keys(objectRef ?? {}).map((field) => `objectRef.${field}`),
    ...status.derived,
    "requestReceivedTimestamp",
    ...annotations.derived,
  ];
  return { event, reconstructed, blindSpots: status.blindSpots };
}

type Bodies = Readonly<Partial<Record<"requestObject" | "responseObject", unknown>>>;

function bodiesOf(payload: JsonObject): Bodies {
  const { request, response } = payload;
  return {
    ...(!isNothing(request) && { requestObject: withoutType(request) }),
    ...(!isNothing(response) && { responseObject: withoutType(response) }),
  };
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** `@type` is protobuf's, not the client's. */
function withoutType(body: unknown): unknown {
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== "@type"));
}

function levelOf(bodies: Bodies): string {
  if (Object.hasOwn(bodies, "responseObject")) return "RequestResponse";
  return Object.hasOwn(bodies, "requestObject") ? "Request" : "Metadata";
}

/** The first entry of an operation that is not its last was written while the request went on. Old entries say neither. */
function stageOf({ first, last }: JsonObject): string {
  return isTrue(first) && !isTrue(last) ? "ResponseStarted" : "ResponseComplete";
}

/** BigQuery writes booleans as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function principalOf(payload: JsonObject): string {
  const authentication = objectAt(payload, "authenticationInfo");
  return textAt(authentication, "principalEmail") ?? textAt(authentication, "principalSubject") ?? "";
}

/** The address can be a word (`private`, `gce-internal-ip`); it is kept as it is. */
function callerOf(payload: JsonObject): JsonObject {
  const metadata = objectAt(payload, "requestMetadata");
  const callerIp = textAt(metadata, "callerIp");
  const userAgent = textAt(metadata, "callerSuppliedUserAgent");
  return { ...(callerIp !== undefined && { sourceIPs: [callerIp] }), ...(userAgent !== undefined && { userAgent }) };
}

/** What BigQuery, whose columns cannot have dots and slashes, made of the annotations that evidence rests on. */
const bigQueryLabels: ReadonlyMap<string, string> = new Map([
  ["authorization_k8s_io_decision", decision],
  ["authorization_k8s_io_reason", "authorization.k8s.io/reason"],
]);

function annotationsOf(
  entry: JsonObject,
  payload: JsonObject,
): { readonly value?: unknown; readonly derived: readonly string[] } {
  const { labels } = entry;
  if (!isNothing(labels) && !isJsonObject(labels)) return { value: labels, derived: [] };
  const derived: string[] = [];
  const annotations = Object.entries(labels ?? {}).flatMap(([name, text]) => {
    const original = bigQueryLabels.get(name);
    if (original !== undefined) derived.push(`annotations.${original}`);
    return original !== undefined || isAnnotation(name) ? [[original ?? name, text] as const] : [];
  });
  const granted = annotations.some(([name]) => name === decision) ? undefined : grantedIn(payload);
  if (granted !== undefined) {
    annotations.push([decision, granted ? "allow" : "forbid"]);
    derived.push(`annotations.${decision}`);
  }
  return annotations.length === 0 ? { derived } : { value: Object.fromEntries(annotations), derived };
}

/** The name of an annotation has a domain; Google labels entries, too (`cluster_version`, `compute.googleapis.com/…`). */
function isAnnotation(label: string): boolean {
  if (/k8s_io|kubernetes_io/.test(label)) return true;
  return label.includes("/") && !/^[^/]{0,253}\.googleapis\.com\//.test(label);
}

/** Entries can lack `granted` where it is false, as protobuf leaves out what is false; then the request was denied. */
function grantedIn(payload: JsonObject): boolean | undefined {
  const first = listAt(payload, "authorizationInfo")?.[0];
  if (!isJsonObject(first)) return undefined;
  const { granted } = first;
  if (isTrue(granted)) return true;
  if (granted === false || granted === "false") return false;
  const isDenied = Number(objectAt(payload, "status")["code"]) === permissionDenied;
  return isNothing(granted) && isDenied && textAt(first, "permission") !== undefined ? false : undefined;
}
