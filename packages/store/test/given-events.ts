import { hash } from "node:crypto";
import type { AuditEvent, EventProvenance, SourcedEvent } from "@kaudit/schema";
import { stringifyEvent } from "@kaudit/schema";
import { auditEvent, auditID } from "@kaudit/testkit";
import { EventWriter } from "../src/index.js";
import type { StorePlace, WriterOptions } from "../src/index.js";

const now = (): Date => new Date("2026-11-23T00:00:00Z");

/** An event with provenance, as a reader of files gives it. */
export function sourced(event: Partial<AuditEvent> = {}, provenance: Partial<EventProvenance> = {}): SourcedEvent {
  const whole = auditEvent(event);
  const raw = Buffer.from(stringifyEvent(whole));
  return {
    event: whole,
    raw,
    provenance: {
      file: "audit.log",
      byteOffset: 0,
      envelope: "json-lines",
      instance: "m1",
      instanceBasis: "directory",
      contentSha256: hash("sha256", stringifyEvent(whole, { asListItem: true }), "hex"),
      ...provenance,
    },
  };
}

/** So many different events, from `first` on. */
export function events(count: number, first = 1): SourcedEvent[] {
  return Array.from({ length: count }, (_, at) => sourced({ auditID: auditID(first + at) }, { byteOffset: at * 1000 }));
}

export function openWriter(place: StorePlace, options: Partial<WriterOptions> = {}): Promise<EventWriter> {
  return EventWriter.open(place, { tool: "test", now, ...options });
}

/** A store with a commit for each of the lists. */
export async function storeWith(
  place: StorePlace,
  commits: readonly (readonly SourcedEvent[])[],
  options: Partial<WriterOptions> = {},
): Promise<void> {
  const writer = await openWriter(place, options);
  for (const list of commits) {
    for (const one of list) await writer.add(one, "prod");
    await writer.commit();
  }
  await writer.close();
}
