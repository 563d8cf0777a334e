import * as fc from "fast-check";
import { auditEvent, hostileText } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { ContentFramer } from "../src/content-framer.js";
import { detectCsv } from "../src/csv/csv-form.js";
import { csvRow, csvRowObject } from "../src/csv/csv-row.js";
import type { FramedDocument, FrameSink } from "../src/frame-sink.js";

const event = JSON.stringify(auditEvent({ userAgent: 'a "quoted", agent;\tx' }));
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

interface Framed {
  readonly kind: "row" | "text" | "damaged";
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly value?: unknown;
  readonly reason?: string;
  readonly detail?: string;
}

class FrameLog implements FrameSink {
  readonly framed: Framed[] = [];
  document({ byteOffset, start, end, value, envelope, text }: FramedDocument): void {
    if (envelope === "csv") expect(JSON.parse(text)).toEqual(value);
    this.framed.push({ kind: envelope === "csv" ? "row" : "text", byteOffset, byteLength: end - start, value });
  }
  text(_: Buffer, start: number, end: number, byteOffset: number): void {
    this.framed.push({ kind: "text", byteOffset, byteLength: end - start });
  }
  damaged({ byteOffset, byteLength, reason, detail }: Parameters<FrameSink["damaged"]>[0]): void {
    this.framed.push({ kind: "damaged", byteOffset, byteLength, reason, detail });
  }
  eventList(): void {}
  padding(): void {}
}

function frame(content: string | Buffer, sizes: readonly number[] = [], maxRecordBytes = 1 << 20): Framed[] {
  const log = new FrameLog();
  const framer = new ContentFramer(log, { maxRecordBytes, maxDepth: 1_000 });
  const bytes = Buffer.from(content);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : sizes[turn % sizes.length]!;
    framer.push(bytes.subarray(at, at + size));
    at += size;
    const longest = sizes.length === 0 ? bytes.length : Math.max(...sizes);
    expect(framer.heldBytes).toBeLessThanOrEqual(Math.max(maxRecordBytes, 8_192) + longest + 128);
  }
  framer.end();
  return log.framed;
}

const rowsOf = (content: string | Buffer): unknown[] =>
  frame(content).map(({ kind, value }) => (kind === "row" ? value : kind));

/** What the readers of rows see: the first that opens one decides. */
function textOf(row: unknown): unknown {
  return csvRow(row as Record<string, unknown>)?.contents;
}

describe("detectCsv", () => {
  test.each([
    ["_raw,_time,host\n", ",", ["_raw", "_time", "host"]],
    ['"_raw","_time"\r\n', ",", ["_raw", "_time"]],
    ["@timestamp,@message\n2026", ",", ["@timestamp", "@message"]],
    ["TimeGenerated [UTC];log_s;pod_s\n", ";", ["TimeGenerated [UTC]", "log_s", "pod_s"]],
    ["Time\tLine\n", "\t", ["Time", "Line"]],
    ["AuditId,Stage,Verb\n", ",", ["AuditId", "Stage", "Verb"]],
    ["\ufeffmessage,time\n", ",", ["message", "time"]],
    ['"a,b",message\n', ",", ["a,b", "message"]],
    ['_raw\n"', ",", ["_raw"]],
    ["a,message", ",", ["a", "message"]],
  ])("knows %j", (head, delimiter, columns) => {
    expect(detectCsv(Buffer.from(head))).toEqual({ delimiter, columns });
  });

  test.each([
    "",
    "\n",
    "log",
    "log\nline",
    `log\n${event}`,
    '"log"',
    "the message, as it was\n",
    "a,b,c\n",
    `${event}\n`,
    'message,{"a":1}\n',
    `message,${"x".repeat(9_000)}\n`,
  ])("leaves alone %.40j", (head) => {
    expect(detectCsv(Buffer.from(head))).toBeUndefined();
  });
});

describe("CsvFramer", () => {
  test("hands on each row as an object of its columns, with its place", () => {
    const header = "_time,_raw\n";
    const first = `2026-03-04,${quoted(event)}`;
    const second = `"2026-03-05",${quoted("two\r\nlines")}`;
    expect(frame(`${header}${first}\r\n\r\n${second}`)).toEqual([
      { kind: "row", byteOffset: 11, byteLength: first.length, value: { _time: "2026-03-04", _raw: event } },
      {
        kind: "row",
        byteOffset: 11 + first.length + 4,
        byteLength: second.length,
        value: { _time: "2026-03-05", _raw: "two\r\nlines" },
      },
    ]);
  });

  test.each([",", ";", "\t"])("reads the delimiter %j", (delimiter) => {
    const content = [
      ["a", "message"],
      ["", quoted(event)],
      [quoted(""), "x"],
    ]
      .map((row) => row.join(delimiter))
      .join("\n");
    expect(rowsOf(content)).toEqual([
      { a: "", message: event },
      { a: "", message: "x" },
    ]);
  });

  test("reads a byte order mark, the header of a joined file, and cells called __proto__", () => {
    const header = "\ufeff__proto__,message\n";
    const [row, ...others] = rowsOf(`${header}x,y\n${header}__proto__,message\n`);
    expect(others).toEqual([]);
    expect(Object.entries(row as object)).toEqual([
      ["__proto__", "x"],
      ["message", "y"],
    ]);
  });

  test("takes the rest of a line where the last column is JSON without quotes", () => {
    expect(rowsOf(`time,message\n1,${event}\n2,{"a":[1,2]}`)).toEqual([
      { time: "1", message: event },
      { time: "2", message: '{"a":[1,2]}' },
    ]);
  });

  test("leaves JSON lines to the other framer, whatever the first of them holds", () => {
    expect(frame(`${event}\n_raw,host\n"x",y\n`).map(({ kind }) => kind)).toEqual(["text", "text", "text"]);
    expect(frame(`log\n${event}\n`).map(({ kind }) => kind)).toEqual(["text", "text"]);
  });

  test("rejects rows with too many or too few cells", () => {
    expect(frame("a,message\n1\n1,2,3\n1,2\n")).toMatchObject([
      {
        kind: "damaged",
        byteOffset: 10,
        byteLength: 1,
        reason: "not-json",
        detail: "a row of 1 cells under a header of 2",
      },
      { kind: "damaged", byteOffset: 12, byteLength: 5, reason: "not-json" },
      { kind: "row" },
    ]);
  });

  test("tells a torn row from the whole one behind it", () => {
    const whole = `"2",${quoted(event)}`;
    expect(frame(`a,message\n"1","{""kind"":""Ev\n${whole}\n${whole}\n`)).toMatchObject([
      { kind: "damaged", byteOffset: 10, byteLength: 19, reason: "truncated" },
      { kind: "row", byteOffset: 30, byteLength: whole.length, value: { a: "2", message: event } },
      { kind: "row" },
    ]);
  });

  test("rejects a row that is torn at the end of the file, and a line with text behind a quote", () => {
    expect(frame('a,message\n"1"x,2\r\n"3",4\n5,"six')).toMatchObject([
      { kind: "damaged", byteOffset: 10, byteLength: 6, reason: "not-json" },
      { kind: "row", value: { a: "3", message: "4" } },
      {
        kind: "damaged",
        byteOffset: 24,
        byteLength: 6,
        reason: "truncated",
        detail: "breaks off at the end of the file",
      },
    ]);
  });

  test("rejects a row over the limit and goes on behind it", () => {
    const long = `1,${quoted("x".repeat(300))}`;
    expect(frame(`a,message\n${long}\r\n2,y\n`, [7], 200)).toMatchObject([
      {
        kind: "damaged",
        byteOffset: 10,
        byteLength: long.length,
        reason: "too-long",
        detail: "longer than the option maxRecordBytes allows (200)",
      },
      { kind: "row", value: { a: "2", message: "y" } },
    ]);
  });

  const cell = fc.oneof(
    hostileText().map((text) => text.replace(/[\ud800-\udfff]/gu, "?")),
    fc.constantFrom(event, "", '"', "\n", "\r\n", ",", "{", '""'),
  );

  test("gives back what was written, in any chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { maxLength: 6 }),
        fc.constantFrom(",", ";", "\t"),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (rows, delimiter, sizes) => {
          const lines = [["name", "_raw"], ...rows].map((row) => row.map(quoted).join(delimiter));
          const framed = frame(lines.join("\r\n"), sizes);
          const wanted = rows.filter(([name, raw]) => name !== "name" || raw !== "_raw");
          expect(framed.map(({ value }) => value)).toEqual(wanted.map(([name, raw]) => ({ name, _raw: raw })));
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["over the limit", "x".repeat(30)],
    ["broken", '"x"y'],
    ["of too few cells", "1"],
  ])("takes one carriage return off a row %s, in any chunks", (_what, row) => {
    const content = `a,message\n${row}\r\r\n`;
    for (const size of [1, 2, 3, content.length]) {
      expect(frame(content, [size], 20)).toMatchObject([{ byteOffset: 10, byteLength: row.length + 1 }]);
    }
  });

  test("gives the same for any bytes in any chunks, throws for none, and gives each byte to one row at most", () => {
    const piece = fc.oneof(
      cell,
      fc.constantFrom('"', '""', '",', ',"', "\n", "\r\n", "\r", '\n"', "a,message\n", `1,${quoted(event)}\n`, "\0"),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(20, 100, 1 << 20),
        (pieces, sizes, limit) => {
          const content = `a,message\n${pieces.join("")}`;
          const framed = frame(content, [], limit);
          expect(frame(content, sizes, limit)).toEqual(framed);
          let behind = 0;
          for (const { byteOffset, byteLength } of framed) {
            expect(byteOffset).toBeGreaterThanOrEqual(behind);
            behind = byteOffset + byteLength;
          }
          expect(behind).toBeLessThanOrEqual(Buffer.byteLength(content));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("takes time in proportion to the length, however the rows break", () => {
    for (const line of ['"","x', '"x""', '""x', '"', '"a,"b', `"1","${"y".repeat(50)}`]) {
      const rows = frame(`a,message\n${`${line}\n`.repeat(100_000)}`, [65_536]);
      expect(rows.length).toBeGreaterThan(0);
    }
  });
});

describe("csvRow", () => {
  const columns = ["time", "Line", "message"];

  test.each([
    ["the only log", ["1", event, ""], event],
    ["the one with JSON", ["1", "for people", event], event],
    ["the first, where none is JSON", ["1", "I0304 text", "more"], "I0304 text"],
  ])("opens the column of %s", (_, cells, text) => {
    expect(textOf(csvRowObject(columns, cells))).toEqual([{ kind: "text", text }]);
  });

  test("says that text is cut where its end is missing, or Excel's limit is reached", () => {
    expect(textOf(csvRowObject(columns, ["1", event.slice(0, -9), ""]))).toMatchObject([{ cut: true }]);
    expect(textOf(csvRowObject(columns, ["1", "x".repeat(32_767), ""]))).toMatchObject([{ cut: true }]);
    expect(textOf(csvRowObject(columns, ["1", `${event}\n`, ""]))).toEqual([{ kind: "text", text: `${event}\n` }]);
  });

  test("opens nothing but rows of CSV with such a column", () => {
    expect(textOf(csvRowObject(["time", "host"], ["1", "m1"]))).toBeUndefined();
    expect(textOf(csvRowObject(columns, ["1", "", ""]))).toBeUndefined();
    expect(textOf({ message: event })).toBeUndefined();
  });
});
