import { checkEvent, upgradeEvent } from "@kaudit/schema";
import { ReceiveRefusal } from "./receive-refusal.js";

/** A body that may be kept. */
export interface CheckedBatch {
  /** The body on one line, every byte of its strings as it came. */
  readonly line: Buffer;
  readonly events: number;
  /** Items that are no audit events. They are kept with the others and reported, as in any log. */
  readonly rejected: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** JSON has line ends between its tokens only, so a space in their place changes no value. */
function onOneLine(body: Buffer): Buffer {
  let end = body.length;
  while (end > 0 && (body[end - 1] === lineFeed || body[end - 1] === carriageReturn)) end--;
  const line = body.subarray(0, end);
  for (const byte of [lineFeed, carriageReturn]) {
    for (let at = line.indexOf(byte); at !== -1; at = line.indexOf(byte, at + 1)) line[at] = space;
  }
  return line;
}

function itemsOf(value: unknown): readonly unknown[] | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
  if (kind === "Event") return [value];
  // Webhooks always name the kind; other senders leave it out of lists at times.
  if (kind !== undefined && kind !== "EventList") return null;
  return Array.isArray(items) ? items : null;
}

/**
 * Checks the body of a webhook request: an `EventList`, or one `Event`. What holds an event is kept whole, whatever else
 * is in it: refused, kube-apiserver would send the same again and then drop the good events too. An empty list is fine.
 *
 * Throws a refusal with status 400 for what is no JSON, no list of events, or holds items of which none is an event.
 */
export function checkBatch(body: Buffer): CheckedBatch {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ReceiveRefusal(400, `the body is not JSON (${body.length} bytes)`);
  }
  const items = itemsOf(upgradeEvent(value).value);
  if (items === null) throw new ReceiveRefusal(400, "the body is no EventList of audit.k8s.io");
  let events = 0;
  for (const item of items) if (checkEvent(item).length === 0) events++;
  if (events === 0 && items.length > 0) {
    throw new ReceiveRefusal(400, `none of the ${items.length} items is an audit event`);
  }
  return { line: onOneLine(body), events, rejected: items.length - events };
}
