import { isAuditEvent } from "@kaudit/schema";
import { salvageEvent } from "./salvage.js";

const auditVersion = /"apiVersion"\s*:\s*"audit\.k8s\.io\//g;
/** An event's own version stands before this many characters of it. */
const ownBeginning = 96;

/** What is left of an event, and which of its fields come from elsewhere. */
export interface SalvagedEvent {
  readonly value: Record<string, unknown>;
  readonly reconstructed: readonly string[];
}

/**
 * Gives the event that a record without its end still is, with the fields that are whole; undefined unless all fields
 * are there that say who did what. Times that were cut off, which stand behind the bodies, are `loggedAt`: when the
 * record was logged, as what is around it tells; they are listed as reconstructed. Without it they are null.
 *
 * A record in which another event stands, outside of strings, is not salvaged: it can have been torn just before the
 * value of a body, and the next record written behind it would then pass for that body.
 */
export function salvagedEvent(text: string, loggedAt?: string): SalvagedEvent | undefined {
  auditVersion.lastIndex = ownBeginning;
  if (auditVersion.test(text)) return undefined;
  const salvaged = salvageEvent(text);
  if (salvaged === undefined) return undefined;
  const value = { ...salvaged.event };
  const reconstructed: string[] = [];
  for (const field of ["requestReceivedTimestamp", "stageTimestamp"]) {
    if (value[field] !== undefined) continue;
    value[field] = loggedAt ?? null;
    if (loggedAt !== undefined) reconstructed.push(field);
  }
  return isAuditEvent(value) ? { value, reconstructed } : undefined;
}
