import { requestInfo, toMicroTime } from "@kaudit/schema";
import { readGoQuoted } from "./go-quoted.js";

/** An event that was put together from a line of text. */
export interface LegacyEvent {
  readonly event: Record<string, unknown>;
  /** The fields that were derived, not recorded: paths as `objectRef.name`. */
  readonly reconstructed: readonly string[];
}

type Fields = ReadonlyMap<string, string>;

const lineStart = /^(\d{4}-\d\d-\d\dT[\d:.]{8,40}(?:Z|[+-]\d\d:\d\d)) AUDIT: /;
const fieldName = /([a-z][a-z-]{0,20})=(?=")/y;

/** In the order of kube-apiserver's `pkg/audit/format.go`; `user-agent` came in 1.21, `stage` with the advanced audit of 1.7. */
const fieldNames: ReadonlySet<string> = new Set([
  "id",
  "stage",
  "ip",
  "method",
  "user",
  "groups",
  "as",
  "asgroups",
  "user-agent",
  "namespace",
  "uri",
  "response",
]);

/** Kubernetes has recorded more than one level since 1.7, but this format never says which. */
const level = "Metadata";

/**
 * Gives the event of a line in the legacy text format (`--audit-log-format=legacy`), or undefined for any other text.
 * Never throws.
 *
 * The line's time is when the request was received, whatever the stage; that of the stage is recorded only for
 * RequestReceived, where both are the same, and is null otherwise. `method` is the Kubernetes verb. Only the first source
 * IP is in the line: the one that a client can choose where a proxy stands before the API server. `level` is not in the
 * line: `Metadata` stands for "no bodies". `objectRef` is made of the URI and the verb, and of the namespace, which the
 * line records; what kube-apiserver takes from a body (the name of a created object) is not known. Annotations, bodies,
 * uid and extra of the user, and all of the status but its code are not in the line and are left out.
 *
 * A user named `<none>` cannot be told from none, nor one impersonated as `<self>` without groups from no impersonation.
 *
 * The first line of the "basic audit" that came before (Kubernetes 1.4 to 1.7: no stage, HTTP method, no response) gives
 * an event of stage RequestReceived whose verb is derived; for its second line see {@link isBasicAuditResponse}.
 */
export function parseLegacyLine(text: string): LegacyEvent | undefined {
  const line = readLine(text);
  if (line === undefined) return undefined;
  const { time, fields } = line;
  const isBasic = !fields.has("stage") && !fields.has("response");
  if (!isBasic && !(fields.has("stage") && fields.has("response"))) return undefined;

  const uri = fields.get("uri");
  const method = fields.get("method");
  const user = userOf(fields);
  const impersonatedUser = impersonatedUserOf(fields);
  const responseStatus = isBasic ? null : statusOf(fields.get("response")!);
  if (uri === undefined || method === undefined || user === undefined) return undefined;
  if (impersonatedUser === undefined || responseStatus === undefined) return undefined;

  const request = requestOf(isBasic ? method : methodOf(method), uri);
  const objectRef = referenceOf(request, placeholder(fields.get("namespace"), "<none>"));
  const stage = fields.get("stage") ?? "RequestReceived";
  const ip = placeholder(fields.get("ip"), "<unknown>");
  const userAgent = fields.get("user-agent") ?? "";
  const isReceived = stage === "RequestReceived";
  const event = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level,
    auditID: fields.get("id")!,
    stage,
    requestURI: uri,
    verb: isBasic ? (request?.verb ?? method.toLowerCase()) : method,
    user,
    ...(impersonatedUser !== null && { impersonatedUser }),
    ...(ip !== undefined && { sourceIPs: [ip] }),
    ...(userAgent !== "" && { userAgent }),
    ...(objectRef !== undefined && { objectRef: objectRef.value }),
    ...(responseStatus !== null && { responseStatus }),
    requestReceivedTimestamp: time,
    stageTimestamp: isReceived ? time : null,
  };
  const reconstructed = [
    "level",
    // A basic line was written a moment after the request was received.
    ...(isBasic ? ["stage", "verb", "requestReceivedTimestamp"] : []),
    ...(isReceived && time !== null ? ["stageTimestamp"] : []),
    ...(objectRef?.derived.map((field) => `objectRef.${field}`) ?? []),
  ];
  return { event, reconstructed };
}

/**
 * Tells whether a line is the second one of the "basic audit" of Kubernetes 1.4 to 1.7, which holds an id and a response
 * code only: no user, no verb and no URI, so it can be no event of its own. Never throws.
 *
 * It is not joined with its first line: any number of other requests can stand between the two, and an id can be the
 * client's own. The outcome of such requests stays unknown, which the stage RequestReceived says.
 */
export function isBasicAuditResponse(text: string): boolean {
  const fields = readLine(text)?.fields;
  return fields !== undefined && fields.size === 2 && fields.has("response");
}

/** The time (null for Go's zero time) and the fields of a line. Each field stands there once, and `id` always. */
function readLine(text: string): { readonly time: string | null; readonly fields: Fields } | undefined {
  const start = lineStart.exec(text);
  if (start === null) return undefined;
  const time = toMicroTime(start[1]!);
  if (time === null) return undefined;
  const fields = new Map<string, string>();
  let at = start[0].length;
  for (;;) {
    fieldName.lastIndex = at;
    const name = fieldName.exec(text);
    if (name === null || !fieldNames.has(name[1]!) || fields.has(name[1]!)) return undefined;
    const quoted = readGoQuoted(text, at + name[0].length);
    if (quoted === undefined) return undefined;
    fields.set(name[1]!, quoted.value);
    at = quoted.end;
    if (text[at] !== " ") break;
    at++;
  }
  if (text.slice(at).trim() !== "" || !fields.has("id")) return undefined;
  return { time: time.startsWith("0001-01-01T00:00:00.000000") ? null : time, fields };
}

/** An unauthenticated request has no user at all. */
function userOf(fields: Fields): Record<string, unknown> | undefined {
  const name = fields.get("user");
  if (name === undefined) return undefined;
  const quotedGroups = placeholder(fields.get("groups"), "<none>");
  const groups = quotedGroups === undefined ? [] : stringsOf(quotedGroups);
  if (groups === undefined) return undefined;
  const username = placeholder(name, "<none>");
  return { ...(username !== undefined && { username }), ...(groups.length > 0 && { groups }) };
}

/** The user that the request was made as; null for none, undefined where the line is malformed. */
function impersonatedUserOf(fields: Fields): Record<string, unknown> | null | undefined {
  const username = fields.get("as");
  const quotedGroups = placeholder(fields.get("asgroups"), "<lookup>");
  if (quotedGroups === undefined && (username === undefined || username === "<self>")) return null;
  const groups = quotedGroups === undefined ? [] : stringsOf(quotedGroups);
  if (groups === undefined || username === undefined) return undefined;
  return { ...(username !== "" && { username }), ...(groups.length > 0 && { groups }) };
}

/** Strings that were quoted one by one and joined with commas. */
function stringsOf(list: string): readonly string[] | undefined {
  const strings: string[] = [];
  if (list === "") return strings;
  let at = 0;
  for (;;) {
    const quoted = readGoQuoted(list, at);
    if (quoted === undefined) return undefined;
    strings.push(quoted.value);
    at = quoted.end;
    if (at === list.length) return strings;
    if (list[at] !== ",") return undefined;
    at++;
  }
}

/** The status of a code; null where there was none yet, undefined where it is no code. Go leaves out a code of zero. */
function statusOf(response: string): Record<string, unknown> | null | undefined {
  if (response === "<deferred>") return null;
  if (!/^-?\d{1,10}$/.test(response)) return undefined;
  const code = Number(response);
  return code === 0 ? { metadata: {} } : { metadata: {}, code };
}

function placeholder(value: string | undefined, standIn: string): string | undefined {
  return value === standIn ? undefined : value;
}

const methodsByVerb: ReadonlyMap<string, string> = new Map([
  ["create", "POST"],
  ["update", "PUT"],
  ["patch", "PATCH"],
  ["delete", "DELETE"],
  ["deletecollection", "DELETE"],
  ["get", "GET"],
  ["list", "GET"],
  ["watch", "GET"],
]);

/** A method that gives the verb. For non-resource requests the verb is the method in lower case. */
function methodOf(verb: string): string {
  return methodsByVerb.get(verb) ?? verb.toUpperCase();
}

type Request = ReturnType<typeof requestInfo>;

/** Undefined for a URI that kube-apiserver would have refused. */
function requestOf(method: string, uri: string): Request | undefined {
  try {
    return requestInfo(method, uri);
  } catch {
    return undefined;
  }
}

/** The fields of `objectRef` in kube-apiserver's order, and which of them the line does not record. */
function referenceOf(
  request: Request | undefined,
  namespace: string | undefined,
): { readonly value: Record<string, unknown>; readonly derived: readonly string[] } | undefined {
  if (request?.isResourceRequest !== true) {
    return namespace === undefined ? undefined : { value: { namespace }, derived: [] };
  }
  const { resource, name, apiGroup, apiVersion, subresource } = request;
  const all = { resource, namespace: namespace ?? request.namespace, name, apiGroup, apiVersion, subresource };
  const fields = Object.entries(all).filter(([, value]) => value !== "");
  const derived = fields.map(([field]) => field).filter((field) => field !== "namespace" || namespace === undefined);
  return { value: Object.fromEntries(fields), derived };
}
