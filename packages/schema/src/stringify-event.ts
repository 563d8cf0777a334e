import type { AuditEvent, EventList } from "./event.js";
import { replaceLoneSurrogates } from "./go-text.js";
import { writtenTimestamp } from "./micro-time.js";
import { compareByCodePoint } from "./spool.js";

/** How {@link stringifyEvent} writes an event. */
export interface StringifyEventOptions {
  /** Leave out `kind` and `apiVersion`, as in the items of an EventList. Default: false. */
  readonly asListItem?: boolean;
}

/**
 * Gives the line that kube-apiserver writes for an event (`--audit-log-format=json`), without the line end: compact
 * JSON with the fields in Go's order, empty ones left out as Go leaves them out, map keys in byte order, `<`, `>`, `&`,
 * U+2028 and U+2029 escaped, and timestamps in UTC with six decimals. Fields that the API does not know follow after
 * the known ones, in the order they have, so that no field is lost. The event is not checked.
 *
 * For an event read with `JSON.parse` from a line that kube-apiserver wrote it gives the same bytes, but for what
 * JavaScript forgets while parsing:
 *
 * - inside `requestObject` and `responseObject`, which Go passes on as they were sent: the spelling of numbers (`1.0e3`)
 *   and of string escapes, digits of integers beyond 2^53, all but the last of duplicate keys, and the place of keys
 *   that look like array indexes (`"10"`);
 * - bytes that were not UTF-8: they are read as U+FFFD. That is written as `\ufffd`, Go's spelling for them, in the
 *   fields of the event and in a Status, and as itself in other bodies, where it is mostly a character;
 * - control characters U+0008 and U+000C are written `\b` and `\f`, as Go 1.22 and newer do (Kubernetes 1.30).
 *
 * @throws RangeError when a body is nested too deep for the JavaScript engine's stack (several thousand levels).
 */
export function stringifyEvent(event: AuditEvent, options: StringifyEventOptions = {}): string {
  let members = "";
  if (options.asListItem !== true) {
    members += optionalText("kind", event.kind) + optionalText("apiVersion", event.apiVersion);
  }
  members += `,"level":${text(event.level)},"auditID":${text(event.auditID)},"stage":${text(event.stage)}`;
  members += `,"requestURI":${text(event.requestURI)},"verb":${text(event.verb)},"user":${user(event.user)}`;
  if (isPresent(event.impersonatedUser)) members += `,"impersonatedUser":${user(event.impersonatedUser)}`;
  if (isPresent(event.authenticationMetadata)) {
    members += `,"authenticationMetadata":${stringFields(event.authenticationMetadata, authenticationMetadataFields)}`;
  }
  members += optionalTexts("sourceIPs", event.sourceIPs) + optionalText("userAgent", event.userAgent);
  if (isPresent(event.objectRef)) members += `,"objectRef":${stringFields(event.objectRef, objectReferenceFields)}`;
  if (isPresent(event.responseStatus)) members += `,"responseStatus":${status(event.responseStatus)}`;
  if (event.requestObject !== undefined) members += `,"requestObject":${json(event.requestObject)}`;
  if (event.responseObject !== undefined) members += `,"responseObject":${responseBody(event.responseObject)}`;
  members += `,"requestReceivedTimestamp":${time(event.requestReceivedTimestamp)}`;
  members += `,"stageTimestamp":${time(event.stageTimestamp)}`;
  members += optionalMap("annotations", event.annotations, text);
  return braced(members + others(event, eventFields));
}

/**
 * Gives the body that kube-apiserver's webhook backend posts for a list of events, without the line end. Items are
 * written as {@link stringifyEvent} writes them, with kind and apiVersion where they have them; no items are `null`.
 */
export function stringifyEventList(list: EventList): string {
  const items = list.items?.map((item) => stringifyEvent(item)) ?? [];
  return braced(
    optionalText("kind", list.kind) +
      optionalText("apiVersion", list.apiVersion) +
      `,"metadata":${listMetadata(list.metadata)},"items":${items.length === 0 ? "null" : `[${items.join(",")}]`}` +
      others(list, listFields),
  );
}

type Fields = Readonly<Record<string, unknown>>;

const authenticationMetadataFields: ReadonlySet<string> = new Set(["impersonationConstraint"]);
const objectReferenceFields: ReadonlySet<string> = new Set([
  "resource",
  "namespace",
  "name",
  "uid",
  "apiGroup",
  "apiVersion",
  "resourceVersion",
  "subresource",
]);
const userFields: ReadonlySet<string> = new Set(["username", "uid", "groups", "extra"]);
const statusFields: ReadonlySet<string> = new Set(["metadata", "status", "message", "reason", "details", "code"]);
const detailsFields: ReadonlySet<string> = new Set(["name", "group", "kind", "uid", "causes", "retryAfterSeconds"]);
const causeFields: ReadonlySet<string> = new Set(["reason", "message", "field"]);
const listMetadataFields: ReadonlySet<string> = new Set([
  "selfLink",
  "resourceVersion",
  "continue",
  "remainingItemCount",
]);
const listFields: ReadonlySet<string> = new Set(["kind", "apiVersion", "metadata", "items"]);
const eventFields: ReadonlySet<string> = new Set([
  "kind",
  "apiVersion",
  "level",
  "auditID",
  "stage",
  "requestURI",
  "verb",
  "user",
  "impersonatedUser",
  "authenticationMetadata",
  "sourceIPs",
  "userAgent",
  "objectRef",
  "responseStatus",
  "requestObject",
  "responseObject",
  "requestReceivedTimestamp",
  "stageTimestamp",
  "annotations",
]);

// Every function below gives either a JSON value, or members that each begin with a comma.

function braced(members: string): string {
  return members === "" ? "{}" : `{${members.slice(1)}}`;
}

/** Printable ASCII without a quote, a backslash and what Go escapes for HTML. */
const plain = /^[ !#-%'-;=?-[\]-~]*$/;

function text(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? '""' : json(value);
  if (plain.test(value)) return `"${value}"`;
  // A surrogate that stands alone cannot come out of Go, whose decoder puts U+FFFD in its place.
  return encodedByGo(replaceLoneSurrogates(value));
}

/** A value of unknown kind: `undefined` and other things that JSON does not have become null. */
function json(value: unknown): string {
  return escapeForHtml((JSON.stringify(value) as string | undefined) ?? "null");
}

/** The names in a Status come from the URL, which can hold any bytes; those in other objects have been through JSON. */
function responseBody(value: unknown): string {
  return isObject(value) && value["kind"] === "Status" ? encodedByGo(value) : json(value);
}

/** Go's encoder writes bytes that are not UTF-8, which are read here as U+FFFD, as an escape. */
function encodedByGo(value: unknown): string {
  return json(value).replaceAll("\ufffd", "\\ufffd");
}

function escapeForHtml(encoded: string): string {
  if (!/[<>&\u2028\u2029]/.test(encoded)) return encoded;
  return encoded.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function time(value: string | null): string {
  return typeof value === "string" ? text(writtenTimestamp(value)) : "null";
}

function optionalText(field: string, value: unknown): string {
  return value === undefined || value === null || value === "" ? "" : `,"${field}":${text(value)}`;
}

function optionalTexts(field: string, values: unknown): string {
  if (!isPresent(values) || (Array.isArray(values) && values.length === 0)) return "";
  return `,"${field}":${texts(values)}`;
}

function texts(values: unknown): string {
  return Array.isArray(values) ? `[${values.map(text).join(",")}]` : json(values);
}

function optionalMap(field: string, map: unknown, value: (element: unknown) => string): string {
  if (!isObject(map)) return isPresent(map) ? `,"${field}":${json(map)}` : "";
  const keys = Object.keys(map);
  if (keys.length === 0) return "";
  keys.sort(compareByCodePoint);
  return `,"${field}":${braced(keys.map((key) => `,${text(key)}:${value(map[key])}`).join(""))}`;
}

function others(fields: Fields, known: ReadonlySet<string>): string {
  let members = "";
  for (const field of Object.keys(fields)) {
    if (known.has(field) || fields[field] === undefined) continue;
    members += `,${text(field)}:${json(fields[field])}`;
  }
  return members;
}

function stringFields(fields: Fields, known: ReadonlySet<string>): string {
  if (!isObject(fields)) return json(fields);
  let members = "";
  for (const field of known) members += optionalText(field, fields[field]);
  return braced(members + others(fields, known));
}

function user(fields: Fields | undefined): string {
  if (!isObject(fields)) return fields === undefined ? "{}" : json(fields);
  return braced(
    optionalText("username", fields["username"]) +
      optionalText("uid", fields["uid"]) +
      optionalTexts("groups", fields["groups"]) +
      optionalMap("extra", fields["extra"], texts) +
      others(fields, userFields),
  );
}

function status(fields: Fields): string {
  if (!isObject(fields)) return json(fields);
  return braced(
    `,"metadata":${listMetadata(fields["metadata"])}` +
      optionalText("status", fields["status"]) +
      optionalText("message", fields["message"]) +
      optionalText("reason", fields["reason"]) +
      (isPresent(fields["details"]) ? `,"details":${details(fields["details"])}` : "") +
      optionalNumber("code", fields["code"]) +
      others(fields, statusFields),
  );
}

function details(fields: unknown): string {
  if (!isObject(fields)) return json(fields);
  const causes = fields["causes"];
  return braced(
    optionalText("name", fields["name"]) +
      optionalText("group", fields["group"]) +
      optionalText("kind", fields["kind"]) +
      optionalText("uid", fields["uid"]) +
      (Array.isArray(causes) && causes.length > 0
        ? `,"causes":[${causes.map((cause) => stringFields(cause as Fields, causeFields)).join(",")}]`
        : "") +
      optionalNumber("retryAfterSeconds", fields["retryAfterSeconds"]) +
      others(fields, detailsFields),
  );
}

function listMetadata(fields: unknown): string {
  if (!isObject(fields)) return isPresent(fields) ? json(fields) : "{}";
  return braced(
    optionalText("selfLink", fields["selfLink"]) +
      optionalText("resourceVersion", fields["resourceVersion"]) +
      optionalText("continue", fields["continue"]) +
      (isPresent(fields["remainingItemCount"]) ? `,"remainingItemCount":${json(fields["remainingItemCount"])}` : "") +
      others(fields, listMetadataFields),
  );
}

function optionalNumber(field: string, value: unknown): string {
  return value === undefined || value === null || value === 0 ? "" : `,"${field}":${json(value)}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPresent<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && value !== null;
}
