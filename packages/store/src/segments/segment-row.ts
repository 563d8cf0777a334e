import { safeParseEvent, stringifyEvent } from "@kaudit/schema";
import type { AuditEvent, CountedActivity, EventProvenance, RejectedRecord, SourcedEvent } from "@kaudit/schema";
import type { storeFormat } from "../chain/commit.js";
import type { Partition } from "./partition.js";

/** The first line of every segment: where it belongs. It makes the bytes of each segment unique. */
export interface SegmentHead extends Partition {
  readonly format: typeof storeFormat;
  /** The commit it was written for. */
  readonly commit: number;
  /** The run that wrote it. */
  readonly run: string;
}

/** A line of a segment. */
export type SegmentRow =
  | { readonly kind: "head"; readonly head: SegmentHead }
  | { readonly kind: "event"; readonly sourced: SourcedEvent }
  | { readonly kind: "rejected"; readonly rejected: RejectedRecord }
  | { readonly kind: "counted"; readonly counted: CountedActivity };

/**
 * Writes an event as a line: `{"provenance":{…},"event":{…}}`. The event's own bytes are kept where they are one line of
 * the present version, so that `contentSha256` can be held against them; others are written as kube-apiserver would.
 */
export function eventLine({ event, provenance, raw }: SourcedEvent): string {
  return `{"provenance":${JSON.stringify(provenance)},"event":${ownText(provenance, raw) ?? stringifyEvent(event)}}\n`;
}

function ownText(provenance: EventProvenance, raw: Uint8Array | undefined): string | undefined {
  const { upgradedFrom, reconstructed, truncated } = provenance;
  if (raw === undefined || upgradedFrom !== undefined || reconstructed !== undefined || truncated === true)
    return undefined;
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("utf8");
  return /[\n\r]/.test(text) ? undefined : text;
}

export function headLine(head: SegmentHead): string {
  return `${JSON.stringify({ segment: head })}\n`;
}

export function rejectedLine(rejected: RejectedRecord): string {
  return `${JSON.stringify({ rejected })}\n`;
}

export function countedLine(counted: CountedActivity): string {
  return `${JSON.stringify({ counted })}\n`;
}

/** Reads a line; undefined for one that no version of this format has. */
export function parseRow(line: string): SegmentRow | undefined {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  if (isObject(value["provenance"])) {
    const provenance = value["provenance"] as unknown as EventProvenance;
    const parsed = safeParseEvent(value["event"]);
    if (parsed.success) return { kind: "event", sourced: { event: parsed.event, provenance } };
    // Of an event that was cut on its way only some fields are there.
    if (provenance.truncated !== true || !isObject(value["event"])) return undefined;
    return { kind: "event", sourced: { event: value["event"] as unknown as AuditEvent, provenance } };
  }
  if (isObject(value["rejected"]))
    return { kind: "rejected", rejected: value["rejected"] as unknown as RejectedRecord };
  if (isObject(value["counted"])) return { kind: "counted", counted: value["counted"] as unknown as CountedActivity };
  if (isObject(value["segment"])) return { kind: "head", head: value["segment"] as unknown as SegmentHead };
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
