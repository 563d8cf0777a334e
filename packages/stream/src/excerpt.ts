/** The most characters an excerpt may have. */
const longest = 160;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const levels = ["None", "Metadata", "Request", "RequestResponse"];
const stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];
const verbs = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "head",
  "post",
  "put",
  "options",
  "connect",
  "trace",
  "proxy",
  "impersonate",
  "approve",
  "sign",
  "bind",
  "escalate",
];
const versions = ["audit.k8s.io/v1", "audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1"];

/** The values that may be shown: Kubernetes' own words, which say nothing about anybody. */
const shown: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["kind", new Set(["Event", "EventList"])],
  ["apiVersion", new Set(versions)],
  ["level", new Set(levels)],
  ["stage", new Set(stages)],
  ["verb", new Set(verbs)],
]);

/** The names that may be shown: those of an Event's own fields. */
const fieldNames: ReadonlySet<string> = new Set([
  "kind",
  "apiVersion",
  "metadata",
  "items",
  "level",
  "timestamp",
  "auditID",
  "stage",
  "requestURI",
  "verb",
  "user",
  "impersonatedUser",
  "authenticationMetadata",
  "impersonationConstraint",
  "sourceIPs",
  "userAgent",
  "objectRef",
  "responseStatus",
  "requestObject",
  "responseObject",
  "requestReceivedTimestamp",
  "stageTimestamp",
  "annotations",
  "username",
  "uid",
  "groups",
  "extra",
  "resource",
  "namespace",
  "name",
  "apiGroup",
  "resourceVersion",
  "subresource",
  "status",
  "message",
  "reason",
  "details",
  "code",
  "creationTimestamp",
]);

const masked = "…";

/** One string, one run of punctuation or white space, or one run of anything else. */
const tokens = /"((?:[^"\\]|\\.)*)("|$)|[{}[\],:]|\s+|[^{}[\],:\s"]+/gs;

/**
 * The beginning of a record with every value masked that is not one of Kubernetes' own enumerated words or the UUID of
 * `auditID`; field names are shown only where they are an Event's. At most 160 characters.
 *
 * What does not begin like JSON is described by its length only. `head` is the record's beginning, `byteLength` the
 * length of all of it.
 */
export function maskedExcerpt(head: Uint8Array, byteLength: number): string {
  const first = head[0];
  const size = `${byteLength.toLocaleString("en")} ${byteLength === 1 ? "byte" : "bytes"}`;
  if (first !== 0x7b && first !== 0x5b) return `${isText(head) ? "text" : "binary data"}, ${size}`;

  const text = new TextDecoder().decode(head.subarray(0, 2048));
  let excerpt = "";
  let key = "";
  let pending: string | undefined;
  for (const match of text.matchAll(tokens)) {
    const token = match[0];
    if (token.trim() === "") continue;
    let piece = "";
    if (token.startsWith('"')) {
      // Whether a string is a key shows only at the next token.
      if (pending !== undefined) piece = shownValue(key, pending);
      pending = match[2] === '"' ? (match[1] ?? "") : "";
      if (match[2] !== '"') {
        pending = undefined;
        piece += `"${masked}`;
      }
    } else if (token === ":" && pending !== undefined) {
      key = fieldNames.has(pending) ? pending : "";
      piece = `"${key || masked}":`;
      pending = undefined;
    } else {
      if (pending !== undefined) piece = shownValue(key, pending);
      pending = undefined;
      piece += /^[{}[\],:]$/.test(token) ? token : masked;
      if (token === ",") key = "";
    }
    excerpt += piece;
    if (excerpt.length >= longest) break;
  }
  if (pending !== undefined) excerpt += shownValue(key, pending);
  return excerpt.length > longest ? `${excerpt.slice(0, longest - 1)}${masked}` : excerpt;
}

function shownValue(key: string, value: string): string {
  if (key === "auditID" && uuid.test(value)) return `"${value}"`;
  return shown.get(key)?.has(value) === true ? `"${value}"` : `"${masked}"`;
}

function isText(head: Uint8Array): boolean {
  for (const byte of head) if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) return false;
  return true;
}
