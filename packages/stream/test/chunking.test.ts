import { gzipSync } from "node:zlib";
import { anyAuditEvent, auditEvent, eventList } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { RecordFramer } from "../src/framing.js";
import type { Collected } from "./collect.js";
import { collectBytes } from "./collect.js";
import { expectNothingLeft } from "./nothing-left.js";

const eventBytes = anyAuditEvent().map((event) => Buffer.from(JSON.stringify(event)));

/** Any piece of a log: whole records of every form, and everything that damages one. */
const piece: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(eventBytes, fc.constantFrom("\n", "\r\n", "", "\n\n \t\n"))
      .map(([bytes, end]) => Buffer.concat([bytes, Buffer.from(end)])),
  },
  { weight: 2, arbitrary: anyAuditEvent().map((event) => Buffer.from(`${JSON.stringify(event, null, 2)}\n`)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(anyAuditEvent(), { maxLength: 3 }), fc.constantFrom(undefined, 1))
      .map(([events, indent]) => Buffer.from(`${JSON.stringify(eventList(events), null, indent)}\n`)),
  },
  {
    weight: 1,
    arbitrary: fc.array(anyAuditEvent(), { maxLength: 2 }).map((events) => Buffer.from(JSON.stringify(events))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(eventBytes, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([bytes, part]) => bytes.subarray(0, Math.floor(bytes.length * part))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(eventBytes, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([bytes, at, value]) => {
      const damaged = Buffer.from(bytes);
      damaged[at % damaged.length] = value;
      return Buffer.concat([damaged, Buffer.from("\n")]);
    }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map((length) => Buffer.alloc(length)) },
  { weight: 1, arbitrary: fc.constantFrom(" ", "\n", "\t \r\n").map((space) => Buffer.from(space.repeat(300))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "\ufeff",
        "\n",
        "\r",
        "[",
        "{",
        "]",
        "}",
        ",",
        '"',
        "{}",
        "[{",
        '{"kind":"Event',
        "I0304 05:06:07.000001       1 main.go:1] text\n",
        `${"[".repeat(70)}\n`,
        "NaN\n",
      )
      .map((text) => Buffer.from(text)),
  },
);

const log = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
const chunkSizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });
const options = fc.constantFrom(
  {},
  { maxRecordBytes: 900 },
  { maxRecordBytes: 200 },
  { maxRecordBytes: 40, maxDepth: 3 },
);

function withoutRaw({ account, events, rejected }: Collected): Omit<Collected, "ids"> {
  return { account, events, rejected };
}

describe("readEvents", () => {
  test("gives the same events, rejected records and account however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(log, chunkSizes, options, async (bytes, sizes, limits) => {
        const whole = await collectBytes(bytes, limits);
        const cut = await collectBytes(bytes, limits, sizes);
        expect(withoutRaw(cut)).toEqual(withoutRaw(whole));
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test("gives the same from gzip members cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(log, chunkSizes, fc.array(fc.nat(), { maxLength: 3 }), async (bytes, sizes, cuts) => {
        fc.pre(bytes.length > 0);
        const at = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
        const members = at.slice(1).map((end, i) => gzipSync(bytes.subarray(at[i], end)));
        const plain = await collectBytes(bytes);
        const packed = await collectBytes(Buffer.concat(members), {}, sizes);
        expect(packed.events).toEqual(plain.events);
        expect(packed.rejected).toEqual(plain.rejected);
        expect(packed.account.files[0]).toMatchObject({ compression: "gzip", decompressedBytes: bytes.length });
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test("leaves no byte unaccounted for: outside records there is only white space, padding and the frame of lists", async () => {
    await fc.assert(
      fc.asyncProperty(log, async (bytes) => {
        await expectNothingLeft(bytes);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test.each([`""`, `  "" \t`, `" \\n"`])("counts a line of an empty string: %s", async (line) => {
    const { account } = await collectBytes(`${line}\n${JSON.stringify(auditEvent())}\n`);
    expect(account.totals).toMatchObject({ records: 2, events: 1, rejected: 0, foreign: 1 });
  });

  test("counts a line that is an empty list behind a prefix", async () => {
    const { account } = await collectBytes(`!\r${JSON.stringify(eventList([]))}\n`);
    expect(account.totals).toMatchObject({ records: 1, events: 0, rejected: 0, foreign: 1 });
  });

  const event = JSON.stringify(auditEvent());
  const list = JSON.stringify(eventList([auditEvent({ auditID: "a" }), auditEvent({ auditID: "b" })]));
  test.each([
    ["a list glued to an event behind a prefix", `,${event}${list}\n`, 3],
    ["the same event twice behind a prefix", `,${event}${event}\n`, 2],
    ["an event glued to a list behind a prefix", `host:${list}${event}\n`, 3],
  ])("leaves no byte unaccounted for in %s", async (_what, text, events) => {
    const { account, rejected } = await expectNothingLeft(Buffer.from(text));
    expect(account.totals).toMatchObject({ records: events, events, rejected: 0, foreign: 0 });
    expect(rejected).toEqual([]);
  });
});

describe("readEvents at every place a chunk can end", () => {
  const event = JSON.stringify(auditEvent());
  const pretty = JSON.stringify(auditEvent(), null, 2);
  const list = JSON.stringify(eventList([auditEvent(), auditEvent({ userAgent: "é" })]));
  test.each([
    ["a torn record and a glued one", `${event.slice(0, 200)}${event}\n`, {}],
    ["a record torn behind its first key", `{"kind":${event}\n`, {}],
    ["a record torn behind its second key", `{"kind":"Event","apiVersion":${event}\n`, {}],
    ["a gap of NULs inside a line", `${event.slice(0, 200)}\0\0${event} \r\n`, {}],
    ["text behind a gap", `${event.slice(0, 200)}\0\0${event} x\n`, {}],
    ["garbage with carriage returns", `{x}\r\n[y]\r\r\n${event}\r\n`, {}],
    ["text over the limit with a carriage return", `${"x".repeat(700)}\r\n${event}\r\n`, { maxRecordBytes: 650 }],
    ["garbage over the limit with a carriage return", `{${"x".repeat(700)}\r\n${event}\r\n`, { maxRecordBytes: 650 }],
    ["a torn indented document", `${pretty.slice(0, 300)}\n${event}\n`, {}],
    ["a byte order mark and a list", `\ufeff${list}\r\n`, {}],
    ["a list over the limit, torn", list.slice(0, -30), { maxRecordBytes: 100 }],
    ["a list with its items first", JSON.stringify({ items: [JSON.parse(event)], kind: "EventList" }), {}],
    ["a record over the limit and a glued one", `${event.slice(0, -1)}${event}\n${event}\n`, { maxRecordBytes: 300 }],
    ["two characters of four bytes", `${event.replace("kubectl", "\u{1f600}\u{1f600}")}\n`, {}],
  ])("gives the same for %s", async (_what, text, limits) => {
    const bytes = Buffer.from(text);
    const whole = withoutRaw(await collectBytes(bytes, limits));
    for (let cut = 1; cut < bytes.length; cut++) {
      expect({ cut, ...withoutRaw(await collectBytes(bytes, limits, [cut, bytes.length])) }).toEqual({ cut, ...whole });
    }
    expect(withoutRaw(await collectBytes(bytes, limits, [1]))).toEqual(whole);
  });
});

describe("RecordFramer", () => {
  test("never holds more than the limit and one chunk", () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 300 }), (bytes, chunk) => {
        const maxRecordBytes = 500;
        const framer = new RecordFramer(
          { document() {}, text() {}, damaged() {}, eventList() {}, padding() {} },
          { maxRecordBytes, maxDepth: 100 },
        );
        for (let at = 0; at < bytes.length; at += chunk) {
          framer.push(bytes.subarray(at, at + chunk));
          expect(framer.heldBytes).toBeLessThanOrEqual(maxRecordBytes + chunk + 128);
        }
      }),
      { numRuns: 200 },
    );
  });
});
