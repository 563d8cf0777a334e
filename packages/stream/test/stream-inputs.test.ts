import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import type { EventInput, NamedInput, ResponseInput, WebByteStream } from "../src/index.js";
import { eventSource, readEvents } from "../src/index.js";
import { collect } from "./collect.js";

const log = (...ids: readonly string[]): Buffer =>
  Buffer.from(jsonLines(ids.map((auditID) => auditEvent({ auditID }))));

/** File, instance and its basis of each file of the account. */
async function identities(...inputs: readonly EventInput[]): Promise<unknown> {
  const { account } = await collect(inputs);
  return account.files.map(({ file, instance, instanceBasis }) => [file, instance, instanceBasis]);
}

function webStream(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function* silent(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("{");
  await new Promise(() => {});
}

const failing = (): never => {
  throw new Error("secret words");
};

const named = (name: string, id = name): NamedInput => ({ name, open: () => Readable.from([log(id)]) });

/** Gives a piece of a record, then nothing. */
function silentWebStream(onCancel = (): void => {}): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")), cancel: onCancel });
}

describe("a web stream as input", () => {
  test("is read like any stream, compressed too, and is let go at its end", async () => {
    const bytes = gzipSync(log("1", "2"));
    const stream = webStream(bytes.subarray(0, 7), bytes.subarray(7));
    expect((await collect(stream)).ids).toEqual(["1", "2"]);
    expect(await identities(webStream(log("1")), webStream(log("2")))).toEqual([
      ["stream-1", "stream-1", "option"],
      ["stream-2", "stream-2", "option"],
    ]);
  });

  test("is cancelled by the signal while it gives nothing", async () => {
    const cancelled = vi.fn();
    const reading = collect(silentWebStream(cancelled), { signal: AbortSignal.timeout(20) });
    await expect(reading).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test("is cancelled when the iteration is left", async () => {
    const cancelled = vi.fn();
    const stream = new ReadableStream<Uint8Array>({ start: (out) => out.enqueue(log("1", "2")), cancel: cancelled });
    for await (const _ of readEvents(stream)) break;
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test.each([
    ["fails", () => new ReadableStream({ start: (out) => out.error(new Error("secret words")) })],
    ["gives something else", () => new ReadableStream({ start: (out) => out.enqueue({ no: "bytes" }) })],
    [
      "is read by somebody else",
      () => {
        const stream = webStream(log("1"));
        stream.getReader();
        return stream;
      },
    ],
  ])("that %s is INPUT_UNREADABLE", async (_, stream) => {
    const failure = (await collect(stream()).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
    expect(failure.message).not.toContain("secret words");
  });
});

test("the signal ends the reading of an async iterable that gives nothing", async () => {
  await expect(collect(silent(), { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
    code: "KAUDIT_STREAM_ABORTED",
  });
});

describe("an answer of fetch as input", () => {
  test("is read by its body", async () => {
    expect((await collect(new Response(log("1")))).ids).toEqual(["1"]);
    expect(await identities(new Response(log("1")))).toEqual([["stream", "stream", "option"]]);
    expect((await collect([new Response(null), log("1")])).account.files.map(({ bytes }) => bytes)).toEqual([
      0,
      log("1").length,
    ]);
  });

  test("with an error status, or with its body read, is INPUT_UNREADABLE", async () => {
    await expect(collect(new Response(log("1"), { status: 403 }))).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message: "stream: the server answered with status 403, not with a log.",
    });
    const used = new Response(log("1"));
    await used.arrayBuffer();
    await expect(collect(used)).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
  });
});

describe("bytes as input", () => {
  test("are read like a file and stay as they were", async () => {
    const bytes = log("1", "2");
    const before = Buffer.from(bytes);
    const { ids, account } = await collect(bytes);
    expect(ids).toEqual(["1", "2"]);
    expect(bytes.equals(before)).toBe(true);
    expect(account.files).toMatchObject([{ file: "bytes", bytes: bytes.length, instance: "bytes" }]);
    expect((await collect(new Uint8Array(gzipSync(bytes)))).ids).toEqual(["1", "2"]);
  });

  test("several arrays are several inputs, unless they are the pieces of one", async () => {
    const bytes = log("1", "2");
    const pieces = [bytes.subarray(0, 100), bytes.subarray(100, 100), bytes.subarray(100)];
    expect(await identities(log("1"), log("2"))).toEqual([
      ["bytes-1", "bytes-1", "option"],
      ["bytes-2", "bytes-2", "option"],
    ]);
    const { ids, account } = await collect({ name: "cp-1/audit.log", content: pieces });
    expect(ids).toEqual(["1", "2"]);
    expect(account.files).toMatchObject([{ file: "cp-1/audit.log", bytes: bytes.length, rejected: 0 }]);
  });

  test("show progress, whose total is known", async () => {
    const bytes = Buffer.concat(Array.from({ length: 9000 }, (_, i) => log(String(i))));
    const seen: number[] = [];
    await collect(bytes, {
      onProgress: ({ bytes: done, totalBytes }) => {
        expect(totalBytes).toBe(bytes.length);
        seen.push(done);
      },
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(bytes.length);
  });
});

describe("a named input", () => {
  test("is known by its name; the part before the last slash names the API server", async () => {
    expect(await identities(named("cp-1/audit.log"), named("audit.log"), named("a/b/audit.log"))).toEqual([
      ["cp-1/audit.log", "cp-1", "directory"],
      ["audit.log", "audit.log", "option"],
      ["a/b/audit.log", "a/b", "directory"],
    ]);
    const { account } = await collect(named("cp-1/audit.log"), { instance: "chosen" });
    expect(account.files).toMatchObject([{ instance: "chosen", instanceBasis: "option" }]);
  });

  test("may open any kind of stream, and is opened anew by each reading of a source", async () => {
    const source = eventSource([
      { name: "web", open: () => webStream(log("1")) },
      {
        name: "generator",
        open: async function* () {
          yield log("2");
        },
      },
      named("node", "3"),
    ]);
    for (let turn = 0; turn < 2; turn++) {
      const ids: string[] = [];
      for await (const { event } of source.read()) ids.push(event.auditID);
      expect(ids).toEqual(["1", "2", "3"]);
    }
  });

  test("whose open throws is INPUT_UNREADABLE", async () => {
    const failure = (await collect({ name: "x", open: failing }).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
    expect(failure.message).not.toContain("secret words");
  });

  test("takes no name from another input", async () => {
    expect(await identities(named("stream"), webStream(log("1")), named("bytes-1"), log("2"), log("3"))).toEqual([
      ["stream", "stream", "option"],
      ["stream-1", "stream-1", "option"],
      ["bytes-1", "bytes-1", "option"],
      ["bytes-2", "bytes-2", "option"],
      ["bytes-3", "bytes-3", "option"],
    ]);
    await expect(collect([named("a"), named("a")])).rejects.toMatchObject({
      code: "KAUDIT_STREAM_OPTION_INVALID",
      message: "a: two inputs have this name. Give each a name of its own.",
    });
  });
});

test.each([
  [5],
  [null],
  [undefined],
  [{}],
  [[log("1")]],
  [{ name: "", content: log("1") }],
  [{ name: "a", content: ["text"] }],
])("%o is no input", async (input) => {
  await expect(collect([input as unknown as EventInput])).rejects.toMatchObject({
    code: "KAUDIT_STREAM_OPTION_INVALID",
  });
});

test("the types take what Node and fetch give", () => {
  expectTypeOf<ReadableStream<Uint8Array>>().toExtend<WebByteStream>();
  expectTypeOf<Response>().toExtend<ResponseInput>();

  expectTypeOf<Buffer>().toExtend<EventInput>();
  expectTypeOf<Readable>().toExtend<EventInput>();
  expectTypeOf<Response["body"] & {}>().toExtend<EventInput>();
  expectTypeOf<string[]>().not.toExtend<EventInput>();
  expectTypeOf<number>().not.toExtend<EventInput>();
});
