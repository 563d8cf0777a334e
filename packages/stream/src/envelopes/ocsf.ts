import { isEventLike } from "@kaudit/schema";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { objectAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { canBeAuditEvent, recordText } from "./record-text.js";

/**
 * Opens an OCSF record (Security Lake, CloudWatch's parseToOCSF) where it carries the event it was made from, in
 * `raw_data` or `unmapped`. Made from an audit event that it does not carry, it is rejected: OCSF keeps neither the
 * stage nor the URI as they were. Every other OCSF record is foreign.
 */
export const ocsfRecord: EnvelopeReader = (value) => {
  if (typeof value["class_uid"] !== "number" || typeof value["category_uid"] !== "number") return undefined;
  return { envelope: "ocsf", facts: {}, contents: [content(value)] };
};

function content(record: JsonObject): EnvelopeContent {
  for (const original of [record["raw_data"], record["unmapped"]]) {
    if (typeof original === "string" && canBeAuditEvent(original)) return recordText(original);
    if (isEventLike(original)) return { kind: "value", value: original };
  }
  if (!isFromAuditEvent(record)) return { kind: "foreign", name: "ocsf" };
  return {
    kind: "rejected",
    reason: "not-an-event",
    detail: "an OCSF record without the audit event it was made from",
  };
}

function isFromAuditEvent(record: JsonObject): boolean {
  const metadata = objectAt(record, "metadata");
  const product = textAt(objectAt(metadata, "product"), "name") ?? "";
  const service = textAt(objectAt(objectAt(record, "api"), "service"), "name") ?? "";
  return /\b(?:EKS|Kubernetes)\b|EKSAudit/i.test(product) || /kubernetes|kube-?api|\beks\b/i.test(service);
}
