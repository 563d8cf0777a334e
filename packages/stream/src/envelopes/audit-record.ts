import { isEventLike } from "@kaudit/schema";

const auditVersions = "audit.k8s.io/";

/** An event is known by `auditID` with `stage` or `verb`, since items of an EventList have no kind; or by its kind. */
export function isAuditRecord(value: Readonly<Record<string, unknown>>): boolean {
  return isEventLike(value) || (value["kind"] === "Event" && isAuditVersion(value["apiVersion"]));
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
