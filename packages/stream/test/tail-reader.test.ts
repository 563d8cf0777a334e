import { auditEvent, auditID, eventList, jsonLines } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginning, TailReader } from "../src/follow/tail-reader.js";
import type { ReadPosition, TailRecords } from "../src/follow/tail-reader.js";

const origin = { file: "audit.log", instance: "m1", instanceBasis: "directory" as const };
const limits = { maxRecordBytes: 4000, maxDepth: 100, raw: false };

/** What was found, in words that can be compared. */
interface Findings {
  readonly events: string[];
  readonly rejected: string[];
  foreign: number;
}

const none = (): Findings => ({ events: [], rejected: [], foreign: 0 });

function add(to: Findings, { events, rejected, foreign }: TailRecords): void {
  to.events.push(...events.map(({ event, provenance }) => `${event.auditID} at ${provenance.byteOffset}`));
  to.rejected.push(...rejected.map(({ byteOffset, byteLength, reason }) => `${reason} ${byteOffset}+${byteLength}`));
  to.foreign += foreign;
}

/** Reads everything with one reader. */
function atOnce(content: Buffer): Findings {
  const found = none();
  const reader = new TailReader(origin, limits, beginning, new Uint8Array());
  add(found, reader.push(content));
  add(found, reader.end());
  return found;
}

/** Reads with a new reader after every so many chunks; it knows nothing but the position that the last one gave. */
function withRestarts(content: Buffer, chunkBytes: number, chunksPerLife: number): Findings {
  const found = none();
  let position: ReadPosition = beginning;
  const live = (end: number, isLast: boolean): void => {
    const { offset, window } = position;
    const reader = new TailReader(origin, limits, position, content.subarray(offset - window.bytes, offset));
    for (let start = offset; start < end; start += chunkBytes) {
      const records = reader.push(Buffer.from(content.subarray(start, Math.min(start + chunkBytes, end))));
      add(found, records);
      position = JSON.parse(JSON.stringify(records.position)) as ReadPosition;
      expect(position.offset === 0 || content[position.offset - 1] === 0x0a).toBe(true);
    }
    if (isLast) add(found, reader.end());
  };
  // Each life sees more of the file, as of one that grows; in between one ends before it is as far as the last one was.
  for (let seen = chunkBytes; seen < content.length; seen += chunkBytes * chunksPerLife) {
    live(seen, false);
    live(Math.min(seen, position.offset + chunkBytes), false);
  }
  live(content.length, true);
  return found;
}

let made = 0;
const line = (): string => jsonLines([auditEvent({ auditID: auditID(++made) })]);
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constant(line) },
  fc.integer({ min: 1, max: 600 }).map((length) => () => line().slice(0, length)),
  fc.integer({ min: 1, max: 300 }).map((length) => () => "\0".repeat(length)),
  fc.integer({ min: 0, max: 8 }).map((items) => () => {
    const events = Array.from({ length: items }, () => auditEvent({ auditID: auditID(++made) }));
    return `${JSON.stringify(eventList(events), undefined, 1)}\n`;
  }),
  fc
    .constantFrom("\n", "plain text\n", '{"another":"program"}\n', '[1,{"a":2}]\n', " ", "{", '{"kind":')
    .map((text) => () => text),
  fc.constant(() => jsonLines([auditEvent({ auditID: auditID(++made), userAgent: "x".repeat(5000) })])),
);

describe("TailReader", () => {
  test("whatever a file holds, a reader that begins at a position finds exactly what was not given before", () => {
    const cases = fc.record({
      pieces: fc.array(piece, { maxLength: 12 }),
      chunkBytes: fc.integer({ min: 1, max: 3000 }),
      chunksPerLife: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(cases, ({ pieces, chunkBytes, chunksPerLife }) => {
        const content = Buffer.from(pieces.map((make) => make()).join(""));
        // A life per byte would take too long for the longest contents.
        const step = Math.max(chunkBytes, Math.ceil(content.length / 200));
        expect(withRestarts(content, step, chunksPerLife)).toEqual(atOnce(content));
      }),
      { numRuns: 200 },
    );
  });
});
