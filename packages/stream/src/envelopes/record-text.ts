import type { EnvelopeContent } from "./envelope.js";

/** What CloudWatch puts in place of the end of a message that is over its limit. */
const truncationMark = "[Truncated...]";

/**
 * Gives the text of a field that should hold one audit event as the content of its envelope. It is marked as cut where
 * it ends in CloudWatch's mark, which is taken off, or where it begins as a JSON object and does not end as one: then the
 * source's limit on length took its end.
 */
export function recordText(text: string): EnvelopeContent {
  const trimmed = text.trimEnd();
  if (trimmed.endsWith(truncationMark)) {
    return { kind: "text", text: trimmed.slice(0, -truncationMark.length), cut: true };
  }
  if (/^\s*\{/.test(text) && !trimmed.endsWith("}")) return { kind: "text", text, cut: true };
  return { kind: "text", text };
}

/** Tells whether text can be an audit event in JSON, however it is labelled: nothing may be dropped by its label alone. */
export function canBeAuditEvent(text: string): boolean {
  return /^\s*[{[]/.test(text) && text.includes('"auditID"');
}
