import type { AuditEvent, Level } from "@kaudit/schema";

import type { PolicyDecision } from "../evaluate/policy-decision.js";

/** The size of an event as one line of JSON, in bytes, with its line feed. kube-apiserver escapes `<`, `>` and `&`. */
export function eventBytes(event: AuditEvent): number {
  return jsonBytes(event) + 1;
}

/** What is left of an event of `bytes` when it is recorded as `decision` says; bodies that are not there add nothing. */
export function bytesAfter(event: AuditEvent, bytes: number, decision: PolicyDecision): number {
  const { requestObject, responseObject } = event;
  let left = bytes;
  if (!holdsRequest(decision.level)) {
    left -= fieldBytes("requestObject", requestObject);
    for (const [key, value] of Object.entries(event.annotations ?? {})) {
      if (key.startsWith("patch.webhook.admission.k8s.io/")) left -= fieldBytes(key, value);
    }
  } else if (decision.omitManagedFields) left -= managedFieldsBytes(requestObject);
  if (decision.level !== "RequestResponse") left -= fieldBytes("responseObject", responseObject);
  else if (decision.omitManagedFields) left -= managedFieldsBytes(responseObject);
  return Math.max(left, 0);
}

function holdsRequest(level: Level): boolean {
  return level === "Request" || level === "RequestResponse";
}

/** A field with its name, colon and comma. */
function fieldBytes(key: string, value: unknown): number {
  return value === undefined || value === null ? 0 : jsonBytes(key) + jsonBytes(value) + 2;
}

/** `metadata.managedFields` of an object, and of the items of a list. */
function managedFieldsBytes(body: unknown): number {
  if (!isRecord(body)) return 0;
  const own = isRecord(body["metadata"]) ? fieldBytes("managedFields", body["metadata"]["managedFields"]) : 0;
  const items = Array.isArray(body["items"]) ? body["items"] : [];
  return items.reduce<number>((sum, item) => sum + managedFieldsBytes(item), own);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bytes of the UTF-8 of a value's JSON, with the escapes that Go adds. */
function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value) ?? "";
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3c || unit === 0x3e || unit === 0x26) bytes += 5;
    else if (unit >= 0x800) bytes += unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
}
