import { isEventLike } from "@kaudit/schema";

const auditVersions = "audit.k8s.io/";

/** The fields of an event of any version of audit.k8s.io, as kube-apiserver's `pkg/apis/audit` names them. */
const eventFields: ReadonlySet<string> = new Set([
  "kind",
  "apiVersion",
  "metadata",
  "level",
  "timestamp",
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

/** Tells whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An event is known by `auditID` with `stage` or `verb`, since items of an EventList have no kind; or by its kind. */
export function isAuditRecord(value: Readonly<Record<string, unknown>>): boolean {
  return isEventLike(value) || (value["kind"] === "Event" && isAuditVersion(value["apiVersion"]));
}

/** Tells whether an event has fields beside its own: shippers put theirs among them. */
export function hasShipperFields(event: Readonly<Record<string, unknown>>): boolean {
  for (const field in event) if (!eventFields.has(field)) return true;
  return false;
}

/** Tells whether an apiVersion is one of the audit API. */
export function isAuditVersion(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(auditVersions);
}

/** Tells whether text holds what looks like an audit event, be it as JSON or as JSON inside a string. */
export function mentionsAuditEvent(text: string): boolean {
  return (
    (text.includes('\\"auditID\\":') && text.includes('\\"stage\\":')) ||
    (text.includes('"auditID":') && text.includes('"stage":'))
  );
}
