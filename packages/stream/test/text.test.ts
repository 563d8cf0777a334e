import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import type { AuditEvent, SourceAccount } from "@kaudit/schema";
import { anyAuditEvents, auditEvent, eventList, hostileStrings, jsonLines } from "@kaudit/testkit";
import { build } from "esbuild";
import * as fc from "fast-check";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { browserBuild } from "../browser-build.js";
import { Buffer as BrowserBuffer } from "../src/browser/buffer.js";
import { hash } from "../src/browser/node-crypto.js";
import { isUtf8 } from "../src/browser/node-buffer.js";
import type { ParsedAuditText } from "../src/text.js";
import { parseAuditText, StreamError } from "../src/text.js";
import * as api from "../src/text.js";
import { collect } from "./collect.js";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const fixtureFiles = readdirSync(fixtures, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".gz"))
  .map((entry) => join(entry.parentPath, entry.name));

const line = (auditID: string): string => jsonLines([auditEvent({ auditID })]);

/** Logs in every condition: what reads them must not depend on where it runs. */
const samples: readonly (readonly [title: string, bytes: Uint8Array])[] = [
  ...fixtureFiles.map((path) => [path.slice(fixtures.length), readFileSync(path)] as const),
  ["nothing", new Uint8Array()],
  ["lines, a torn one and garbage", Buffer.from(`${line("1")}${line("2").slice(0, 200)}\n${line("3")}garbage\n`)],
  ["two glued records and holes", Buffer.from(`${line("1").slice(0, 300)}${line("2")}\0\0\0${line("3")}`)],
  ["an EventList over several lines", Buffer.from(JSON.stringify(eventList([auditEvent(), auditEvent()]), null, 2))],
  ["a byte order mark", Buffer.from(`\u{feff}${line("1")}`)],
  [
    "broken UTF-8",
    Buffer.concat([Buffer.from(line("a\u{1f600}b")), Buffer.from(line("x").replace("x", "\u00ff"), "latin1")]),
  ],
  ["UTF-16", Buffer.from(`\u{feff}${line("1")}`, "utf16le")],
  ["hostile texts", Buffer.from(jsonLines(hostileStrings.map(({ value }) => auditEvent({ userAgent: value }))))],
  ["more than one portion", Buffer.from(Array.from({ length: 900 }, (_, i) => line(`é-${i}`)).join(""))],
  ["a deep record", Buffer.from(`${"[".repeat(3000)}\n${line("1")}`)],
];

interface BrowserApi {
  parseAuditText: typeof parseAuditText;
}

let script: string;
let inBrowser: BrowserApi;

beforeAll(async () => {
  // Fails where anything of Node is imported: platform browser knows none of it.
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/text.ts", import.meta.url))],
    ...browserBuild,
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "audit",
    conditions: ["@kaudit/source"],
    write: false,
    logLevel: "silent",
  });
  script = outputFiles[0]?.text ?? "";
  // Nothing but the language and what every browser has.
  inBrowser = runInNewContext(`${script}; audit`, { TextEncoder, TextDecoder, atob }) as BrowserApi;
}, 60_000);

/** As plain data: objects of another realm are never equal to ours. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function expected(bytes: Uint8Array): Promise<unknown> {
  const { events, account } = await collect({ name: "text", content: bytes });
  return plain({ events, account });
}

/** Envelopes that hold gzip, which only Node opens. */
const gzipInside: ReadonlySet<string> = new Set([
  "envelopes/firehose-records.json",
  "envelopes/kinesis-records.json",
  "envelopes/lambda-awslogs.json",
]);

describe("parseAuditText", () => {
  test.each(samples)("reads %s as readEvents does, here and in a browser", async (name, bytes) => {
    const same = await expected(bytes);
    expect(plain(parseAuditText(bytes))).toEqual(same);
    if (!gzipInside.has(name)) expect(plain(inBrowser.parseAuditText(bytes))).toEqual(same);
  });

  test.each([...gzipInside])("rejects what is compressed inside %s in a browser, by name", (name) => {
    const [, bytes] = samples.find(([sample]) => sample === name) ?? [];
    const { events, account } = inBrowser.parseAuditText(bytes ?? "");
    expect(events).toEqual([]);
    expect(account.rejected.map(({ reason }) => reason)).toContain("decompression-failed");
  });

  test("reads any events and any damage as readEvents does", async () => {
    const damaged = fc.tuple(anyAuditEvents(), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(damaged, async ([events, at, drop, put]) => {
        const whole = Buffer.from(jsonLines(events as readonly AuditEvent[]));
        const start = at % (whole.length + 1);
        const bytes = Buffer.concat([whole.subarray(0, start), put, whole.subarray(start + (drop % 400))]);
        expect(plain(inBrowser.parseAuditText(bytes))).toEqual(await expected(bytes));
      }),
      { numRuns: 60 },
    );
  });

  test("takes text, gives the name and the account, and leaves bytes as they were", () => {
    const bytes = Buffer.from(`${line("1")}garbage\n`);
    const before = Buffer.from(bytes);
    const rejected: unknown[] = [];
    const options = { name: "cp-1/audit.log", instance: "cp-1", onRejected: (one: unknown) => rejected.push(one) };
    const parsed = parseAuditText(bytes.toString(), options);
    expect(plain(parseAuditText(bytes, options))).toEqual(plain(parsed));
    expect(bytes.equals(before)).toBe(true);
    expect(parsed.events.map(({ event, provenance }) => [event.auditID, provenance.file, provenance.instance])).toEqual(
      [["1", "cp-1/audit.log", "cp-1"]],
    );
    expect(parsed.account.totals).toMatchObject({ records: 2, events: 1, rejected: 1, bytes: bytes.length });
    expect(rejected.length).toBe(2);
  });

  test("rejects what is compressed, and says so", () => {
    const bytes = gzipSync(line("1"));
    const { events, account } = parseAuditText(bytes);
    expect(events).toEqual([]);
    expect(account.totals).toMatchObject({ bytes: bytes.length, decompressedBytes: 0, rejected: 1 });
    expect(account.rejected).toMatchObject([
      { reason: "decompression-failed", detail: "compressed with gzip, which is not read here; decompress it first" },
    ]);
  });

  test("heeds the limits, and refuses those that cannot be used", () => {
    expect(parseAuditText(line("1"), { maxRecordBytes: 100 }).account.rejected).toMatchObject([{ reason: "too-long" }]);
    for (const options of [{ maxDepth: 0 }, { maxRecordBytes: 1.5 }]) {
      expect(() => parseAuditText("", options)).toThrow(StreamError);
      expect(() => inBrowser.parseAuditText("", options)).toThrow(
        expect.objectContaining({ code: "KAUDIT_STREAM_OPTION_INVALID" }),
      );
    }
  });

  test("is synchronous, and has types", () => {
    expectTypeOf(parseAuditText).returns.toEqualTypeOf<ParsedAuditText>();
    expectTypeOf<ParsedAuditText["account"]>().toEqualTypeOf<SourceAccount>();
    expect(Object.keys(api).toSorted()).toEqual(["StreamError", "parseAuditText"]);
  });
});

describe("the stand-ins for what is Node's", () => {
  test("give what Node gives", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 100 }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    const { hash: hashOfNode } = await import("node:crypto");
    const { isUtf8: isUtf8OfNode } = await import("node:buffer");
    fc.assert(
      fc.property(bytes, fc.nat(300), fc.nat(300), (data, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const ours = BrowserBuffer.from(data);
        const nodes = Buffer.from(data);
        expect(ours.toString("latin1", start, end)).toBe(nodes.toString("latin1", start, end));
        expect(ours.toString("utf8", start, end)).toBe(nodes.toString("utf8", start, end));
        const wanted = nodes.toString("latin1", start, start + 2).replaceAll(/[^\0-\x7f]/g, "");
        if (wanted !== "") expect(ours.indexOf(wanted)).toBe(nodes.indexOf(wanted));
        expect(ours.includes("\u{1f600}")).toBe(nodes.includes("\u{1f600}"));
        expect(ours.equals(nodes)).toBe(true);
        expect(isUtf8(data)).toBe(isUtf8OfNode(data));
        expect(hash("sha256", data, "hex")).toBe(hashOfNode("sha256", data, "hex"));
      }),
    );
    expect(hash("sha256", "é\ud800", "hex")).toBe(hashOfNode("sha256", "é\ud800", "hex"));
  });

  test("hold what takes more than one call", () => {
    const bytes = Buffer.alloc(100_000, "äb");
    expect(BrowserBuffer.from(bytes).toString("latin1")).toBe(bytes.toString("latin1"));
    expect(BrowserBuffer.concat([bytes, bytes]).equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });
});
