import { auditEvent, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import type { ListedObject, ObjectReader } from "../src/index.js";
import { StreamError } from "../src/index.js";
import { objectBytes } from "../src/sources/object-bytes.js";
import { collect } from "./collect.js";

const content = Buffer.from(jsonLines([auditEvent({ auditID: "1" }), auditEvent({ auditID: "2" })]));
const object: ListedObject = { key: "a/audit.log", bytes: content.length, etag: "v1" };
const impatient = { failures: 3, firstWaitMs: 1, silenceMs: 50 };

/** What a store gives for one call: pieces, then an end, an error, or nothing ever. */
interface Behaviour {
  readonly upTo?: number;
  readonly outcome?: "end" | "silence" | Error;
}

/** A store of one object that behaves in turn as it is told, then well; and the offsets it was asked for. */
function storeOf(...behaviours: readonly Behaviour[]): ObjectReader & { readonly starts: number[]; ended: number } {
  const turns = [...behaviours];
  return {
    address: "box://box",
    starts: [],
    ended: 0,
    find: async (key) => (key === object.key ? object : undefined),
    async *list() {
      yield object;
    },
    async open(_object, start, call) {
      this.starts.push(start);
      call?.signal?.addEventListener("abort", () => this.ended++);
      const { upTo = content.length, outcome = "end" } = turns.shift() ?? {};
      return (async function* () {
        for (let at = start; at < upTo; at += 100) yield content.subarray(at, Math.min(upTo, at + 100));
        if (outcome instanceof Error) throw outcome;
        if (outcome === "silence") await new Promise(() => {});
      })();
    },
  };
}

async function read(store: ObjectReader, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objectBytes(store, object, signal, impatient)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

describe("objects of a store", () => {
  test("are an input", async () => {
    const { events, account } = await collect({ store: storeOf(), path: "" });
    expect(events.map(({ event, provenance }) => [event.auditID, provenance.file, provenance.instance])).toEqual([
      ["1", "a/audit.log", "a"],
      ["2", "a/audit.log", "a"],
    ]);
    expect(account.totals.bytes).toBe(content.length);
  });

  test("are read on after failures, ends that come too early and silence", async () => {
    const store = storeOf(
      { upTo: 150, outcome: new Error("reset") },
      { upTo: 0, outcome: new Error("reset again") },
      { upTo: 300, outcome: "silence" },
      { upTo: 400 },
    );
    expect(await read(store)).toEqual(content);
    expect(store.starts).toEqual([0, 150, 150, 300, 400]);
    // The call that fell silent is ended, not left open.
    expect(store.ended).toBeGreaterThanOrEqual(1);
  });

  test.each([
    ["breaks every time", { upTo: 0, outcome: new Error("reset") }, "KAUDIT_STREAM_INPUT_UNREADABLE"],
    ["is silent every time", { upTo: 0, outcome: "silence" }, "KAUDIT_STREAM_INPUT_UNREADABLE"],
    ["ends too early every time", { upTo: 0 }, "KAUDIT_STREAM_INPUT_CHANGED"],
  ] as const)("a store that %s is given up after some failures", async (_, behaviour, code) => {
    const store = storeOf(behaviour, behaviour, behaviour, behaviour);
    const failure = await read(store).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).toMatch(/^box:\/\/box\/a\/audit\.log: /);
    expect(store.starts).toEqual([0, 0, 0]);
  });

  test("a StreamError of the store ends the reading at once", async () => {
    const refusal = new StreamError("KAUDIT_STREAM_INPUT_MISSING", "gone");
    const store = storeOf({ upTo: 100, outcome: refusal });
    await expect(read(store)).rejects.toBe(refusal);
    expect(store.starts).toEqual([0]);
  });

  test("a failure behind the last byte, as of a check sum, is not read over", async () => {
    await expect(read(storeOf({ outcome: new Error("check sum") }))).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
    });
  });

  test("more bytes than were listed are not taken", async () => {
    const short = { ...object, bytes: content.length - 1 };
    const all = (async () => {
      for await (const _ of objectBytes(storeOf(), short, undefined, impatient));
    })();
    await expect(all).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_CHANGED" });
  });

  test("the signal ends a reading that waits", async () => {
    const store = storeOf({ upTo: 100, outcome: "silence" });
    const bytes = objectBytes(store, object, AbortSignal.timeout(30), { ...impatient, silenceMs: 60_000 });
    const all = (async () => {
      for await (const _ of bytes);
    })();
    await expect(all).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    expect(store.ended).toBe(1);
  });
});
