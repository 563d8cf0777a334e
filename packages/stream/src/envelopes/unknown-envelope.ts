import { isAuditRecord } from "./audit-record.js";
import { isJsonObject } from "./json-fields.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";

const deepest = 6;
const mostValues = 100_000;
const unsearched = `what lies deeper than ${deepest} levels, or behind ${mostValues.toLocaleString("en")} values, of an unknown envelope`;

/** Where programs put the text of a record. */
const textFields: ReadonlySet<string> = new Set([
  "message",
  "msg",
  "log",
  "_raw",
  "raw",
  "line",
  "log_s",
  "MESSAGE",
  "original",
  "@message",
  "content",
  "event",
  "data",
]);

/** What clients of the API server sent, or were sent, in the records of other programs: anybody can write an event there. */
const clientFields: ReadonlySet<string> = new Set([
  "requestObject",
  "responseObject",
  "requestBody",
  "responseBody",
  "request",
  "response",
  "object",
  "oldObject",
  "body",
  "spec",
  "metadata",
  "annotations",
  "labels",
]);

/**
 * Opens what no other reader knows, as the last one: searches a bounded part of a value for audit events, and for text at
 * the fields where programs put a record's text that itself begins as an event. An event is not searched inside, nor is
 * a Kubernetes object, nor a field that holds what a client sent: an event found there could be planted.
 */
export const unknownEnvelope: EnvelopeReader = (value) => {
  const contents: EnvelopeContent[] = [];
  let visited = 0;
  let isSearchedWhole = true;
  const search = (fields: Readonly<Record<string, unknown>>, depth: number): void => {
    if (isKubernetesObject(fields)) return;
    for (const field of Object.keys(fields)) {
      if (clientFields.has(field)) continue;
      visit(fields[field], field, depth);
    }
  };
  const visit = (found: unknown, field: string, depth: number): void => {
    if (++visited > mostValues || (depth > deepest && typeof found === "object" && found !== null)) {
      isSearchedWhole = false;
      return;
    }
    if (typeof found === "string") {
      if (textFields.has(field) && isEventText(found)) contents.push({ kind: "text", text: found });
    } else if (Array.isArray(found)) {
      for (const item of found) visit(item, field, depth + 1);
    } else if (isJsonObject(found)) {
      if (isAuditRecord(found)) contents.push({ kind: "value", value: found });
      else search(found, depth + 1);
    }
  };
  search(value, 1);
  if (contents.length === 0) return undefined;
  if (!isSearchedWhole) contents.push({ kind: "rejected", reason: "too-deep", detail: unsearched });
  return { envelope: "unknown", facts: {}, contents };
};

function isKubernetesObject({ kind, apiVersion }: Readonly<Record<string, unknown>>): boolean {
  return typeof kind === "string" && typeof apiVersion === "string";
}

function isEventText(text: string): boolean {
  if (!/^\s*\{/.test(text) || !text.includes('"auditID"')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && isAuditRecord(value);
  } catch {
    return false;
  }
}
