import { isAuditEvent } from "@kaudit/schema";
import { salvageEvent } from "./salvage.js";

const anotherEvent = '"apiVersion":"audit.k8s.io/';

/**
 * Gives the event that a record without its end still is, with the fields that are whole; undefined unless all fields
 * are there that every event has.
 *
 * A record in which another event stands, outside of strings, is not salvaged: it can have been torn just before the
 * value of a body, and the next record written behind it would then pass for that body.
 */
export function salvagedEvent(text: string): Record<string, unknown> | undefined {
  const first = text.indexOf(anotherEvent);
  if (first >= 0 && text.includes(anotherEvent, first + 1)) return undefined;
  const event = salvageEvent(text)?.event;
  return event !== undefined && isAuditEvent(event) ? event : undefined;
}
