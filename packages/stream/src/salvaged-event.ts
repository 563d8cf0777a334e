import { isAuditEvent } from "@kaudit/schema";
import { salvageEvent } from "./salvage.js";

const auditVersion = /"apiVersion"\s*:\s*"audit\.k8s\.io\//g;
/** An event's own version stands before this many characters of it. */
const ownBeginning = 96;

/**
 * Gives the event that a record without its end still is, with the fields that are whole; undefined unless all fields
 * are there that say who did what. Times that were cut off are null: they stand behind the bodies.
 *
 * A record in which another event stands, outside of strings, is not salvaged: it can have been torn just before the
 * value of a body, and the next record written behind it would then pass for that body.
 */
export function salvagedEvent(text: string): Record<string, unknown> | undefined {
  auditVersion.lastIndex = ownBeginning;
  if (auditVersion.test(text)) return undefined;
  const salvaged = salvageEvent(text);
  if (salvaged === undefined) return undefined;
  const { requestReceivedTimestamp = null, stageTimestamp = null } = salvaged.event;
  const event = { ...salvaged.event, requestReceivedTimestamp, stageTimestamp };
  return isAuditEvent(event) ? event : undefined;
}
