import { createReadStream } from "node:fs";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import type { SourceAccount, SourcedEvent } from "@kaudit/schema";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createEventTransform, eventTransformStream } from "../src/index.js";
import type { EventTransform } from "../src/index.js";
import { collect } from "./collect.js";

const diskFull = fileURLToPath(new URL("fixtures/disk-full/audit.log", import.meta.url));
const log = (...ids: readonly string[]): Buffer =>
  Buffer.from(jsonLines(ids.map((auditID) => auditEvent({ auditID }))));
const manyIds = Array.from({ length: 3000 }, (_, i) => `event-${i}`);

async function idsOf(events: AsyncIterable<SourcedEvent>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { event } of events) ids.push(event.auditID);
  return ids;
}

/** What both kinds of stream must give, behind one way to write bytes and take events. */
const kinds = [
  {
    kind: "createEventTransform",
    run(source: Readable, options: Parameters<typeof createEventTransform>[0]) {
      const events = createEventTransform(options);
      source.pipe(events);
      return { events: events as AsyncIterable<SourcedEvent>, account: events.account };
    },
  },
  {
    kind: "eventTransformStream",
    run(source: Readable, options: Parameters<typeof eventTransformStream>[0]) {
      const pair = eventTransformStream(options);
      const events = (Readable.toWeb(source) as ReadableStream<Uint8Array>).pipeThrough(pair);
      return { events: events as unknown as AsyncIterable<SourcedEvent>, account: pair.account };
    },
  },
];

describe.each(kinds)("$kind", ({ run }) => {
  test("gives the events, rejected records and account of readEvents", async () => {
    const expected = await collect({ name: "audit.log", open: () => createReadStream(diskFull) });
    const rejected: unknown[] = [];
    const { events, account } = run(createReadStream(diskFull), {
      name: "audit.log",
      onRejected: (record) => rejected.push(record),
    });
    const all: SourcedEvent[] = [];
    for await (const event of events) all.push(event);
    expect(all).toEqual(expected.events);
    expect(rejected).toEqual(expected.rejected);
    expect(await account).toEqual(expected.account);
    expect(expected.account.totals).toMatchObject({ events: 4, rejected: 0 });
  });

  test("reads compressed bytes in any chunks, and nothing at all", async () => {
    const bytes = gzipSync(log(...manyIds));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7));
    expect(await idsOf(run(Readable.from(chunks), {}).events)).toEqual(manyIds);
    const { events, account } = run(Readable.from([]), {});
    expect(await idsOf(events)).toEqual([]);
    expect((await account).files).toMatchObject([{ file: "stream", bytes: 0, records: 0 }]);
  });

  test("lets the writer wait when nobody takes the events", async () => {
    let given = 0;
    const source = new Readable({
      highWaterMark: 1,
      read() {
        given++;
        this.push(given > 1000 ? null : log(...manyIds.slice(0, 20)));
      },
    });
    const { events } = run(source, {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(given).toBeLessThan(100);
    expect((await idsOf(events)).length).toBe(20_000);
  });

  test("ends with the signal, also while nothing is written", async () => {
    const silent = new Readable({ read() {} });
    silent.push("{");
    const { events, account } = run(silent, { signal: AbortSignal.timeout(30) });
    await expect(idsOf(events)).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    await expect(account).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    silent.destroy();
  });

  test("has no account when it is left early", async () => {
    const { events, account } = run(Readable.from([log(...manyIds)]), {});
    for await (const _ of events) break;
    await expect(account).rejects.toMatchObject({ code: "KAUDIT_STREAM_UNFINISHED" });
  });

  test("refuses options that cannot be used at once", () => {
    expect(() => run(Readable.from([]), { maxDepth: 0 })).toThrow(
      expect.objectContaining({ code: "KAUDIT_STREAM_OPTION_INVALID" }),
    );
  });
});

describe("createEventTransform", () => {
  test("stands in a pipeline, behind and before other streams", async () => {
    const ids: string[] = [];
    const events = createEventTransform();
    await pipeline(
      Readable.from([log(...manyIds)]),
      createGzip(),
      events,
      async function* (all: AsyncIterable<SourcedEvent>) {
        for await (const { event } of all) yield event.auditID;
      },
      async (all: AsyncIterable<string>) => {
        for await (const id of all) ids.push(id);
      },
    );
    expect(ids).toEqual(manyIds);
    expect((await events.account).files).toMatchObject([{ compression: "gzip", events: manyIds.length }]);
  });

  test("passes on what ends the pipeline before it", async () => {
    const events = createEventTransform();
    const source = new Readable({ read() {} });
    source.push(log("1"));
    const failure = new Error("the disk is gone");
    setTimeout(() => source.destroy(failure), 20);
    await expect(pipeline(source, events, idsOf)).rejects.toBe(failure);
    await expect(events.account).rejects.toBe(failure);
  });

  test("ends when it is destroyed while it waits, and lets the writer know", async () => {
    const events = createEventTransform();
    events.write("{");
    const taken = idsOf(events);
    setTimeout(() => events.destroy(), 20);
    await expect(taken).rejects.toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
    await expect(events.account).rejects.toMatchObject({ code: "KAUDIT_STREAM_UNFINISHED" });
    expect(events.writable).toBe(false);
  });

  test("is destroyed by a signal that was given before", async () => {
    const events = createEventTransform({ signal: AbortSignal.abort() });
    await expect(idsOf(events)).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
  });

  test("has types of its own", () => {
    expectTypeOf(createEventTransform()).toEqualTypeOf<EventTransform>();
    expectTypeOf<EventTransform>().toExtend<Duplex>();
    // A pipeline of Node's types takes no stream whose iterator is typed.
    expectTypeOf<EventTransform>().toExtend<NodeJS.ReadWriteStream>();
    expectTypeOf<EventTransform>().toExtend<AsyncIterable<SourcedEvent>>();
    expectTypeOf<EventTransform["account"]>().toEqualTypeOf<Promise<SourceAccount>>();
    // @ts-expect-error -- a transform reads what is written to it, never an address
    createEventTransform({ allowHttp: true });
  });
});

describe("eventTransformStream", () => {
  test("fails when its writer gives up", async () => {
    const { writable, readable, account } = eventTransformStream();
    const writer = writable.getWriter();
    void writer.write(log("1")).catch(() => {});
    setTimeout(() => void writer.abort(new Error("gone")), 20);
    await expect(idsOf(readable as unknown as AsyncIterable<SourcedEvent>)).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
    });
    await expect(account).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
  });

  test("is cancelled while it waits, and lets the writer know", async () => {
    const { writable, readable, account } = eventTransformStream();
    const reader = readable.getReader();
    const pending = reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reader.cancel();
    expect(await pending).toEqual({ done: true, value: undefined });
    await expect(account).rejects.toMatchObject({ code: "KAUDIT_STREAM_UNFINISHED" });
    await expect(writable.getWriter().write(log("1"))).rejects.toBeUndefined();
  });

  test("fits pipeThrough", () => {
    expectTypeOf(new Response("").body!.pipeThrough(eventTransformStream())).toEqualTypeOf<
      ReadableStream<SourcedEvent>
    >();
  });
});
