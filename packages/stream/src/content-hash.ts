import { hash } from "node:crypto";
import type { AuditEvent } from "@kaudit/schema";
import { stringifyEvent } from "@kaudit/schema";

/** How kube-apiserver begins an event that stands on a line of its own. */
const standAlone = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';
/** How it begins the same event as an item of an EventList. */
const asItem = '{"level":';

const openBrace = 0x7b;

/**
 * SHA-256 (hex) of an event as kube-apiserver writes it, without `kind` and `apiVersion`: the same for a line of a log
 * file and for the item of a webhook's EventList.
 *
 * Where the record begins as kube-apiserver begins it, its own bytes are hashed, so number spelling and key order count.
 * Any other form (indented, other key order, an older version) is hashed as `stringifyEvent` writes the event.
 *
 * `text` is the record, `bytes[start, end)` its bytes, `wasUpgraded` says that `event` had an older version; `bytes` is unchanged afterwards.
 */
export function contentSha256(
  text: string,
  bytes: Buffer,
  start: number,
  end: number,
  event: AuditEvent,
  wasUpgraded: boolean,
): string {
  if (text.startsWith(standAlone)) {
    // The brace is put where the comma before the next field stands, so that the bytes to hash lie in one piece.
    const brace = start + standAlone.length - 1;
    const comma = bytes[brace] as number;
    bytes[brace] = openBrace;
    const digest = hash("sha256", bytes.subarray(brace, end), "hex");
    bytes[brace] = comma;
    return digest;
  }
  const isItem = text.startsWith(asItem) && event.kind === undefined && event.apiVersion === undefined;
  if (isItem && !wasUpgraded) return hash("sha256", bytes.subarray(start, end), "hex");
  return writtenEventSha256(event);
}

/** The same for an event of which the own bytes are not known, as `stringifyEvent` writes it. */
export function writtenEventSha256(event: AuditEvent): string {
  return hash("sha256", stringifyEvent(event, { asListItem: true }), "hex");
}
