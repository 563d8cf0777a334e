import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { eventSource } from "../src/index.js";
import { collect, collectBytes, inChunks } from "./collect.js";

describe("account", () => {
  test("counts each file's bytes, records, stages, reasons and times in one pass", async () => {
    const content =
      jsonLines([
        auditEvent({ stage: "RequestReceived", requestReceivedTimestamp: "2026-10-14T09:00:05.000000Z" }),
        auditEvent({ stage: "ResponseComplete", requestReceivedTimestamp: "2026-10-14T09:00:01.000000Z" }),
        auditEvent({ stage: "ResponseComplete", requestReceivedTimestamp: null }),
      ]) + 'garbage\n{"a":1}\n{"b":2}\n{"kind"';
    const packed = gzipSync(content);
    const { account } = await collect([inChunks(packed, [100])]);
    expect(account.files).toEqual([
      {
        file: "stream",
        bytes: packed.length,
        sha256: createHash("sha256").update(packed).digest("hex"),
        compression: "gzip",
        decompressedBytes: content.length,
        records: 7,
        events: 3,
        rejected: 2,
        foreign: 2,
        eventsByStage: { RequestReceived: 1, ResponseComplete: 2 },
        rejectedByReason: { "not-json": 1, truncated: 1 },
        invalidUtf8Events: 0,
        nulBytes: 0,
        truncatedEvents: 0,
        envelopes: { "json-lines": 4, text: 1 },
        foreignByKind: { json: 2 },
        blindSpots: {},
        firstTimestamp: "2026-10-14T09:00:01.000000Z",
        lastTimestamp: "2026-10-14T09:00:05.000000Z",
        instance: "stream",
        instanceBasis: "option",
      },
    ]);
    expect(account.totals).toEqual({
      files: 1,
      bytes: packed.length,
      decompressedBytes: content.length,
      records: 7,
      events: 3,
      rejected: 2,
      foreign: 2,
    });
  });

  test("compares times as instants, whatever their offsets and fraction digits", async () => {
    const times = [
      "2026-10-14T11:00:00+02:00",
      "2026-10-14T09:00:00.000000001Z",
      "2026-10-14T08:59:59.9Z",
      "2026-10-14T10:30:00.25+01:30",
      "2026-10-14T09:00:00.000001Z",
    ];
    const { account } = await collectBytes(
      jsonLines(times.map((requestReceivedTimestamp) => auditEvent({ requestReceivedTimestamp }))),
    );
    expect(account.files[0]).toMatchObject({
      events: 5,
      firstTimestamp: "2026-10-14T08:59:59.900000Z",
      lastTimestamp: "2026-10-14T09:00:00.250000Z",
    });
  });

  test("names 32 stages and counts the others together", async () => {
    const events = Array.from({ length: 100 }, (_, n) => auditEvent({ stage: `stage-${String(n).padStart(3, "0")}` }));
    const { account } = await collectBytes(jsonLines([...events, ...events]));
    const stages = account.files[0]?.eventsByStage ?? {};
    expect(Object.keys(stages)).toHaveLength(33);
    expect(stages["stage-000"]).toBe(2);
    expect(stages["(other)"]).toBe(2 * (100 - 32));
  });

  test("holds the first 1,000 rejected records, all of which went to onRejected", async () => {
    const { account, rejected } = await collectBytes("x\n".repeat(1500));
    expect(account.totals.rejected).toBe(1500);
    expect(rejected).toHaveLength(1500);
    expect(account.rejected).toEqual(rejected.slice(0, 1000));
  });
});

describe("eventSource", () => {
  test("reads anew each time, with the signal of the reading", async () => {
    const source = eventSource(new URL("fixtures/kill-9.log", import.meta.url).pathname);
    for (let turn = 0; turn < 2; turn++) {
      const reading = source.read({ from: "2030-01-01T00:00:00Z" });
      let events = 0;
      for await (const _ of reading) events++;
      expect(events).toBe((await reading.account).totals.events);
      expect(events).toBe(8);
    }
    const aborted = source.read({}, { signal: AbortSignal.abort() });
    await expect(aborted[Symbol.asyncIterator]().next()).rejects.toThrow("aborted");
  });
});
