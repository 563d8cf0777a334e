import type { AuditEvent } from "@kaudit/schema";
import { holdsSecretValues, isTruncated } from "./internal/body-facts.js";
import { classify } from "./internal/evidence-class.js";
import { comparableInstant } from "./internal/instant.js";
import { isStartSign } from "./coverage/start-signs.js";

/**
 * Tells whether an event belongs to an evidence class, or is one that reports point at for another reason: it holds
 * secret values, was cut, has no readable time, or is the sign of an API server's start. Throws nothing.
 *
 * Whoever keeps only these loses none of a register's rows; what else happened can be counted.
 */
export function isEvidenceEvent(event: AuditEvent): boolean {
  if (comparableInstant(event.requestReceivedTimestamp) === null) return true;
  const { bits, target } = classify(event);
  return bits !== 0 || isTruncated(event) || holdsSecretValues(event, target) || isStartSign(event);
}
