import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Collected } from "./collect.js";
import { collectBytes } from "./collect.js";

/**
 * Reads the bytes, takes every record out of them, and checks that nothing but white space, padding and the frame of
 * lists is left. Finds the records without the code under test.
 */
export async function expectNothingLeft(bytes: Buffer): Promise<Collected> {
  const rest = Buffer.from(bytes);
  const collected = await collectBytes(bytes);
  const { rejected, events, account } = collected;
  const offsets = [...events.map(({ provenance }) => provenance), ...rejected].map(({ byteOffset }) => byteOffset);
  /** Up to where each line behind a prefix was taken: its events all have the line's offset, and their order. */
  const taken = new Map<number, number>();
  for (const record of rejected) rest.fill(0x20, record.byteOffset, record.byteOffset + record.byteLength);
  expect(account.totals.records).toBe(events.length + rejected.length + account.totals.foreign);
  for (const { event, provenance } of events) {
    const { byteOffset, envelope } = provenance;
    if (provenance.truncated === true) {
      // It reaches to the next record, or as far as the tear: at least over the fields that were kept.
      rest.fill(0x20, byteOffset, nextOffset(byteOffset, offsets, bytes));
      continue;
    }
    if (!bareShapes.has(envelope)) {
      const from = taken.get(byteOffset) ?? bytes.indexOf("{", byteOffset);
      const [start, end] = placeOfObject(bytes, from, event);
      // What stands before the first event on its line belongs to the record.
      rest.fill(0x20, taken.has(byteOffset) ? start : byteOffset, end);
      taken.set(byteOffset, end);
      continue;
    }
    // The event is at its offset: what stands there begins with a brace and parses to the event.
    const end = endOfObject(bytes, byteOffset);
    expect(JSON.parse(bytes.toString("utf8", byteOffset, end))).toEqual(event);
    rest.fill(0x20, byteOffset, end);
  }
  if (account.totals.foreign > 0) return collected;
  const left = rest.toString("latin1").replaceAll(/[\s\0]|\u00ef\u00bb\u00bf/g, "");
  expect(left.replaceAll('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":', "")).toMatch(
    /^[[\]{},]*$/,
  );
  return collected;
}

/** Shapes in which an event begins at its own offset. */
const bareShapes: ReadonlySet<string> = new Set(["json-lines", "json-document", "json-array", "event-list"]);

/** Where the record behind the one at `start` begins, or where the bytes end. */
function nextOffset(start: number, offsets: readonly number[], bytes: Buffer): number {
  return Math.min(bytes.length, ...offsets.filter((offset) => offset > start));
}

/** The end of the JSON object at `start`, found without the code under test: the shortest prefix that parses. */
function endOfObject(bytes: Buffer, start: number): number {
  const end = objectEnds(bytes, start);
  if (end === undefined) throw new Error("no object");
  return end;
}

function objectEnds(bytes: Buffer, start: number): number | undefined {
  for (let end = bytes.indexOf(0x7d, start) + 1; end > 0; end = bytes.indexOf(0x7d, end) + 1) {
    try {
      JSON.parse(bytes.toString("utf8", start, end));
      return end;
    } catch {
      // Not yet the closing brace.
    }
  }
  return undefined;
}

/** Where the first object at or behind `from` stands that equals `value`. */
function placeOfObject(bytes: Buffer, from: number, value: unknown): readonly [start: number, end: number] {
  for (let start = bytes.indexOf("{", from); start >= 0; start = bytes.indexOf("{", start + 1)) {
    const end = objectEnds(bytes, start);
    if (end !== undefined && isDeepStrictEqual(JSON.parse(bytes.toString("utf8", start, end)), value)) {
      return [start, end];
    }
  }
  throw new Error("the event is nowhere in its record");
}
