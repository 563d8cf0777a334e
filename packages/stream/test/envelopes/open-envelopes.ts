import { isEventLike } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import { contentSha256 } from "../../src/content-hash.js";
import type { EnvelopeContent, EnvelopeFacts } from "../../src/envelopes/envelope.js";
import { foreignKind } from "../../src/envelopes/foreign-kind.js";
import { isMergedEvent } from "../../src/envelopes/merged-event.js";
import { envelopeReaders, mergedReaders } from "../../src/envelopes/registry.js";

/** An event that came out of a fixture, and everything its envelopes said about it. */
export interface OpenedEvent {
  readonly event: AuditEvent;
  readonly envelope: string;
  readonly facts: EnvelopeFacts;
  readonly reconstructed: readonly string[];
  readonly sha256: string;
}

/** What came out of a fixture, each in its order. */
export interface Opened {
  readonly events: OpenedEvent[];
  readonly foreign: string[];
  readonly rejected: string[];
  readonly unknown: unknown[];
}

interface Around {
  readonly path: readonly string[];
  readonly facts: EnvelopeFacts;
}

/** Opens records one layer at a time until events are left: the registry's readers alone, without the package's framing. */
export function openEnvelopes(records: readonly unknown[]): Opened {
  const opened: Opened = { events: [], foreign: [], rejected: [], unknown: [] };
  const pieces = new Map<string, string>();
  const outside: Around = { path: [], facts: {} };
  for (const record of records) openValue(record as Record<string, unknown>, undefined, outside);
  if (pieces.size > 0) opened.unknown.push(...pieces.values());
  return opened;

  function openValue(value: Record<string, unknown>, text: string | undefined, around: Around): void {
    const isEvent = isEventLike(value);
    const readers = isEvent ? (isMergedEvent(value) ? mergedReaders : []) : envelopeReaders;
    for (const reader of readers) {
      const envelope = reader(value);
      if (envelope === undefined) continue;
      const inside = inner(around, envelope.envelope, envelope.facts);
      for (const content of envelope.contents) openContent(content, inside);
      return;
    }
    const foreign = foreignKind(value);
    if (foreign !== undefined) opened.foreign.push(foreign);
    else if (isEvent) addEvent(value, text, [], around);
    else if (value["kind"] === "EventList") {
      for (const item of value["items"] as Record<string, unknown>[]) openValue(item, undefined, inner(around, "list"));
    } else opened.unknown.push(value);
  }

  function openContent(content: EnvelopeContent, outer: Around): void {
    const around = { ...outer, facts: { ...outer.facts, ...content.facts } };
    if (content.kind === "value") openValue(content.value as Record<string, unknown>, undefined, around);
    else if (content.kind === "event") addEvent(content.value, undefined, content.reconstructed, around);
    else if (content.kind === "foreign") opened.foreign.push(content.name);
    else if (content.kind === "rejected") opened.rejected.push(`${content.reason}: ${content.detail}`);
    else if (content.kind === "bytes") openText(Buffer.from(content.bytes).toString("utf8"), around);
    else if (content.piece === undefined) openText(content.text, around);
    else {
      const { stream, isLast } = content.piece;
      const joined = (pieces.get(stream) ?? "") + content.text;
      pieces.set(stream, joined);
      if (!isLast) return;
      pieces.delete(stream);
      openText(joined, around);
    }
  }

  function openText(text: string, around: Around): void {
    openValue(JSON.parse(text) as Record<string, unknown>, text, around);
  }

  function addEvent(
    value: Readonly<Record<string, unknown>>,
    text: string | undefined,
    reconstructed: readonly string[],
    { path, facts }: Around,
  ): void {
    const event = value as AuditEvent;
    const bytes = Buffer.from(text ?? "");
    const sha256 = contentSha256(text ?? "", bytes, 0, bytes.length, event, false);
    opened.events.push({ event, envelope: path.join(" > "), facts, reconstructed, sha256 });
  }
}

function inner(around: Around, envelope: string, facts: EnvelopeFacts = {}): Around {
  const blindSpots = [...(around.facts.blindSpots ?? []), ...(facts.blindSpots ?? [])];
  const joined = { ...around.facts, ...facts, ...(blindSpots.length === 0 ? {} : { blindSpots }) };
  return { path: [...around.path, envelope], facts: joined };
}
