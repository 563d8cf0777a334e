import { hash } from "node:crypto";
import type { SourcedEvent } from "@kaudit/schema";

/**
 * 16 bytes that stand for an event: API server, auditID, time of receipt, verb, request URI, user, stage and its time.
 * The audit id alone is not enough: clients choose it.
 */
export function eventKey({ event, provenance }: SourcedEvent): Buffer {
  const key = [
    provenance.instance,
    event.auditID,
    event.requestReceivedTimestamp,
    event.verb,
    event.requestURI,
    event.user.username ?? "",
    event.stage,
    event.stageTimestamp,
  ];
  return hash("sha256", wellFormed(JSON.stringify(key)), "buffer").subarray(0, 16);
}

/** 16 bytes that stand for an event's content. */
export function contentKey({ provenance }: SourcedEvent): Buffer {
  return Buffer.from(provenance.contentSha256.slice(0, 32), "hex");
}

/** Half a surrogate pair may come back from a segment as U+FFFD: both give one key. */
function wellFormed(json: string): string {
  return json.includes("\\ud") ? json.replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, "\ufffd") : json;
}
