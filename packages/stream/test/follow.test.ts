import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { auditEvent, auditID, eventList, installErrorMatchers, jsonLines } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { follow, parseCheckpoint } from "../src/index.js";
import type { FollowBatch, FollowCheckpoint, FollowOptions } from "../src/index.js";

installErrorMatchers();

let folder: string;
let checkpoint: FollowCheckpoint | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-follow-"));
  checkpoint = undefined;
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const line = (n: number): string => jsonLines([auditEvent({ auditID: auditID(n) })]);
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join("");
const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => auditID(from + i));
const put = async (name: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
};

interface Found {
  readonly truncated: readonly boolean[];
  readonly ids: readonly string[];
  readonly places: readonly string[];
  readonly rejected: FollowBatch["rejected"];
  readonly notices: FollowBatch["notices"];
}

/** Everything new since the last call, as a job sees it that keeps nothing but the checkpoint, as JSON. */
async function next(options: FollowOptions = {}, inputs: string | readonly string[] = folder): Promise<Found> {
  const batches: FollowBatch[] = [];
  const known = checkpoint === undefined ? {} : { checkpoint };
  for await (const batch of follow(inputs, { once: true, ...known, ...options })) {
    batches.push(batch);
    checkpoint = parseCheckpoint(JSON.parse(JSON.stringify(batch.checkpoint)));
  }
  const events = batches.flatMap((batch) => batch.events);
  return {
    ids: events.map(({ event }) => event.auditID),
    truncated: events.map(({ provenance }) => provenance.truncated === true),
    places: events.map(({ provenance }) => `${provenance.file}:${provenance.byteOffset}`),
    rejected: batches.flatMap((batch) => batch.rejected),
    notices: batches.flatMap((batch) => batch.notices),
  };
}

const settled: FollowOptions = { settleMilliseconds: 0 };
const rotated = "audit-2026-11-22T12-18-26.954.log";

describe("follow", () => {
  test("gives each whole line once, and a line that is being written when its end is there", async () => {
    await put("audit.log", lines(1, 2) + line(3).slice(0, 50));
    expect((await next()).ids).toEqual(ids(1, 2));
    expect((await next()).ids).toEqual([]);
    await appendFile(at("audit.log"), line(3).slice(50) + line(4));
    const found = await next();
    expect(found.ids).toEqual(ids(3, 4));
    expect(found.places).toEqual([`audit.log:${lines(1, 2).length}`, `audit.log:${lines(1, 3).length}`]);
    expect(checkpoint?.totals).toEqual({ events: 4, rejected: 0, foreign: 0, losses: 0, lostBytes: 0 });
  });

  test("goes on in a file that was renamed and compressed, while the compressed one is still partial", async () => {
    await put("audit.log", lines(1, 200));
    expect((await next()).ids).toHaveLength(200);
    await appendFile(at("audit.log"), lines(201, 210));
    await rename(at("audit.log"), at(rotated));
    await put("audit.log", lines(300, 301));
    const compressed = gzipSync(lines(1, 210));
    await put(`${rotated}.gz`, compressed.subarray(0, compressed.length / 2));
    const found = await next();
    expect(found.ids).toEqual([...ids(201, 210), ...ids(300, 301)]);
    expect(found.places[0]).toBe(`${rotated}:${lines(1, 200).length}`);
    await put(`${rotated}.gz`, compressed);
    await rm(at(rotated));
    expect(await next()).toMatchObject({ ids: [], notices: [], rejected: [] });
    expect(checkpoint?.sources.map(({ file, isComplete }) => [file, isComplete])).toEqual([
      [`${rotated}.gz`, true],
      ["audit.log", false],
    ]);
  });

  test("reads on in the compressed file when the other is gone already, and waits for its end", async () => {
    await put("audit.log", lines(1, 100));
    await next();
    await rm(at("audit.log"));
    const compressed = gzipSync(lines(1, 150));
    await put(`${rotated}.gz`, compressed.subarray(0, 60));
    expect(await next()).toMatchObject({ ids: [], notices: [], rejected: [] });
    await put(`${rotated}.gz`, compressed);
    expect((await next()).ids).toEqual(ids(101, 150));
  });

  test("says what is damaged in compressed data once it is settled, gives what can be read, and goes on if it is mended", async () => {
    const compressed = gzipSync(lines(1, 3000));
    await put("audit.log.1.gz", compressed.subarray(0, compressed.length - 1000));
    const first = await next(settled);
    expect(first.ids.length).toBeGreaterThan(100);
    expect(first.ids).toEqual(ids(1, first.ids.length));
    expect(first.rejected).toMatchObject([{ reason: "decompression-failed", file: "audit.log.1.gz" }]);
    expect(await next(settled)).toMatchObject({ ids: [], rejected: [] });
    await put("audit.log.1.gz", compressed);
    expect((await next(settled)).ids).toEqual(ids(first.ids.length + 1, 3000));
  });

  test("follows copytruncate: the copy is read on, the truncated file from its new beginning", async () => {
    await put("audit.log", lines(1, 5));
    await next();
    await appendFile(at("audit.log"), lines(6, 7));
    await copyFile(at("audit.log"), at("audit.log.1"));
    await appendFile(at("audit.log"), line(8));
    // The copy and the log exist side by side.
    expect((await next()).ids).toEqual(ids(6, 8));
    await truncate(at("audit.log"));
    await appendFile(at("audit.log"), lines(20, 40));
    expect(await next()).toMatchObject({ ids: ids(20, 40), notices: [] });
  });

  test("skips the hole of NULs that copytruncate leaves where the server does not append", async () => {
    await put("audit.log", lines(1, 5));
    await next();
    await copyFile(at("audit.log"), at("audit.log.1"));
    await put("audit.log", Buffer.concat([Buffer.alloc(lines(1, 5).length), Buffer.from(lines(6, 8))]));
    expect(await next()).toMatchObject({ ids: ids(6, 8), rejected: [], notices: [] });
  });

  test("tells the loss of a file that vanished before its end was read, once, and goes on if it comes back", async () => {
    await put("audit.log", lines(1, 3) + "{");
    await next();
    await rm(at("audit.log"));
    const loss = { kind: "loss", reason: "vanished", file: "audit.log", fromOffset: lines(1, 3).length, lostBytes: 1 };
    expect(await next()).toEqual({ ids: [], truncated: [], places: [], rejected: [], notices: [loss] });
    expect(await next()).toMatchObject({ notices: [] });
    expect(checkpoint?.totals).toMatchObject({ losses: 1, lostBytes: 1 });
    await put("kept/audit.log.7", lines(1, 4));
    const found = await next();
    expect(found.ids).toEqual(ids(4, 4));
    expect(found.notices).toEqual([{ kind: "found-again", file: "kept/audit.log.7", fromOffset: lines(1, 3).length }]);
  });

  test("a truncation without a copy is a loss, and what follows is read", async () => {
    await put("audit.log", lines(1, 3));
    await next();
    await put("audit.log", line(9));
    expect(await next()).toMatchObject({
      ids: ids(9, 9),
      notices: [{ kind: "loss", reason: "vanished", file: "audit.log", fromOffset: lines(1, 3).length, lostBytes: 0 }],
    });
  });

  test("a file that lost only its end is told, and read on where it grows again", async () => {
    await put("audit.log", lines(1, 5));
    await next();
    await truncate(at("audit.log"), lines(1, 3).length);
    expect((await next()).notices).toMatchObject([
      { kind: "loss", reason: "shortened", fromOffset: lines(1, 5).length },
    ]);
    await appendFile(at("audit.log"), lines(6, 7));
    expect(await next()).toMatchObject({ ids: ids(6, 7), notices: [] });
  });

  test("a rotated file that was read to its end may vanish, and is forgotten after a while but not before", async () => {
    let now = Date.now();
    const options = { now: () => now, forgetMilliseconds: 1000 };
    await put(rotated, lines(1, 3));
    await put("audit.log", lines(4, 5));
    await next(options);
    await rename(at(rotated), `${folder}.kept`);
    expect(await next(options)).toMatchObject({ ids: [], notices: [] });
    now += 999;
    await rename(`${folder}.kept`, at("elsewhere.log"));
    expect(await next(options)).toMatchObject({ ids: [], notices: [] });
    await rm(at("elsewhere.log"));
    await next({ ...options });
    await put("elsewhere.log.1", lines(1, 3));
    await next(options);
    await rm(at("elsewhere.log.1"));
    await next(options);
    expect(checkpoint?.sources).toHaveLength(2);
    now += 1000;
    await next(options);
    expect(checkpoint?.sources.map(({ file }) => file)).toEqual(["audit.log"]);
  });

  test("the last line of a rotated file is read without a line end once nobody writes to it", async () => {
    await put("audit.log.1", lines(1, 2) + line(3).trimEnd());
    await put("audit.log", line(4) + line(5).slice(0, 80));
    expect((await next()).ids).toEqual([...ids(1, 2), ...ids(4, 4)]);
    const found = await next(settled);
    expect(found.ids).toEqual(ids(3, 3));
    // The log itself may still be written to, whoever left half a line in it.
    expect(found.rejected).toEqual([]);
    await appendFile(at("audit.log"), line(5).slice(80));
    expect((await next(settled)).ids).toEqual(ids(5, 5));
  });

  test("a torn line that a new start of the server goes on in is told from the whole one", async () => {
    await put("audit.log", line(1) + line(2).slice(0, 300));
    expect((await next()).ids).toEqual(ids(1, 1));
    await appendFile(at("audit.log"), lines(3, 4));
    const found = await next();
    expect(found.ids).toEqual(ids(2, 4));
    expect(found.rejected).toEqual([]);
    expect(found.truncated).toEqual([true, false, false]);
  });

  test("a copy is said and not read again; a file that only begins alike is read", async () => {
    await put("audit.log", lines(1, 5));
    await put("backup/audit.log", lines(1, 3));
    await put("fork/audit.log", lines(1, 2) + line(9));
    const found = await next();
    expect(found.ids).toEqual([...ids(1, 5), ...ids(1, 2), ...ids(9, 9)]);
    expect(found.notices).toEqual([
      { kind: "copy", file: "backup/audit.log", copyOf: "audit.log" },
      { kind: "same-first-line", file: "fork/audit.log", beginsLike: "audit.log" },
    ]);
    expect((await next()).ids).toEqual([]);
    await put("fork/audit.log", lines(1, 2) + lines(20, 30));
    expect((await next()).ids).toEqual([...ids(1, 2), ...ids(20, 30)]);
  });

  test("a checkpoint in the middle of a list leaves out the items that were given", async () => {
    const list = JSON.stringify(eventList(ids(1, 3000).map((auditID) => auditEvent({ auditID }))), undefined, 1);
    await put("body.json", `${list}\n`);
    const given: string[] = [];
    let stopped = 0;
    for (;;) {
      const known: FollowOptions = checkpoint === undefined ? {} : { checkpoint };
      const reading = follow(folder, { once: true, ...settled, ...known });
      const first = await reading.next();
      await reading.return();
      if (first.done === true || first.value.events.length === 0) break;
      stopped++;
      given.push(...first.value.events.map(({ event }) => event.auditID));
      checkpoint = parseCheckpoint(JSON.parse(JSON.stringify(first.value.checkpoint)));
    }
    expect(stopped).toBeGreaterThan(3);
    expect(given).toEqual(ids(1, 3000));
  });

  test("leaves out files without audit records until one is in them", async () => {
    await put("notes.txt", "kube-apiserver was restarted\n");
    await put("policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\n");
    await put("audit.log", line(1));
    expect(await next()).toMatchObject({ ids: ids(1, 1), rejected: [] });
    await appendFile(at("notes.txt"), line(2));
    const found = await next();
    expect(found.ids).toEqual(ids(2, 2));
    expect(found.rejected).toMatchObject([{ file: "notes.txt", byteOffset: 0, reason: "not-json" }]);
  });

  test("a file without audit records that is cut or rewritten is no loss", async () => {
    await put("notes.txt", "first\nsecond\nthird\n");
    await put("audit.log", line(1));
    await next();
    await put("notes.txt", "first\n");
    expect(await next()).toMatchObject({ ids: [], rejected: [], notices: [] });
    await rm(at("notes.txt"));
    expect(await next()).toMatchObject({ notices: [] });
    expect(checkpoint?.sources.map(({ file }) => file)).toEqual(["audit.log"]);
  });

  test("a reader that goes on in one process finds a log again that was truncated behind a hole", async () => {
    const reading = follow(folder, { pollMilliseconds: 5 });
    const given: string[] = [];
    const until = async (count: number): Promise<void> => {
      while (given.length < count) {
        const { value } = await reading.next();
        given.push(...(value?.events ?? []).map(({ event }) => event.auditID));
      }
    };
    await put("audit.log", lines(1, 3));
    await until(3);
    // The end of the first look.
    expect((await reading.next()).value?.events).toEqual([]);
    await copyFile(at("audit.log"), at("audit.log.1"));
    // The same file, with other content before and behind the place where reading would go on.
    await truncate(at("audit.log"));
    await appendFile(at("audit.log"), Buffer.concat([Buffer.alloc(lines(1, 2).length), Buffer.from(lines(4, 6))]));
    await until(6);
    await appendFile(at("audit.log"), line(7));
    await until(7);
    await reading.return();
    expect(given).toEqual(ids(1, 7));
  });

  test("notices that a file was rewritten while a batch was being stored", async () => {
    await put("audit.log", lines(1, 3));
    const reading = follow(folder, { once: true });
    const first = await reading.next();
    expect(first.value?.events).toHaveLength(3);
    await copyFile(at("audit.log"), at("audit.log.1"));
    await truncate(at("audit.log"));
    await appendFile(at("audit.log"), lines(4, 9));
    const given: string[] = [];
    for await (const { events } of reading) given.push(...events.map(({ event }) => event.auditID));
    expect(given).toEqual(ids(4, 9));
  });

  test("a log that is named is followed through its rotation, and nothing beside it", async () => {
    await put("other.log", line(9));
    expect((await next({}, at("audit.log"))).ids).toEqual([]);
    await put("audit.log", lines(1, 2));
    expect((await next({}, at("audit.log"))).ids).toEqual(ids(1, 2));
    await appendFile(at("audit.log"), line(3));
    await rename(at("audit.log"), at(rotated));
    await put("audit.log", line(4));
    expect((await next({}, at("audit.log"))).ids).toEqual(ids(3, 4));
  });

  test("tells the API servers of several folders apart", async () => {
    await put("m1/audit.log", line(1));
    await put("m2/audit.log", line(2));
    const instances: string[] = [];
    for await (const { events } of follow([at("m1"), at("m2")], { once: true })) {
      instances.push(...events.map(({ provenance }) => `${provenance.instance} ${provenance.file}`));
    }
    expect(instances).toEqual(["m1 m1/audit.log", "m2 m2/audit.log"]);
  });

  test("fromEnd gives only what comes after the first look", async () => {
    await put(`${rotated}.gz`, gzipSync(lines(1, 3)));
    await put("audit.log", lines(4, 5) + line(6).slice(0, 9));
    expect((await next({ fromEnd: true })).ids).toEqual([]);
    await appendFile(at("audit.log"), line(6).slice(9) + line(7));
    await put("new/audit.log", line(8));
    expect((await next({ fromEnd: true })).ids).toEqual(ids(6, 8));
  });

  test("goes on until the signal is given, without an error", async () => {
    const stop = new AbortController();
    const given: string[] = [];
    const reading = (async () => {
      for await (const { events } of follow(folder, { signal: stop.signal, pollMilliseconds: 5 })) {
        given.push(...events.map(({ event }) => event.auditID));
      }
    })();
    const until = async (count: number): Promise<void> => {
      while (given.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await put("audit.log", line(1));
    await until(1);
    await put("m2/audit.log", line(2));
    await until(2);
    await appendFile(at("audit.log"), line(3));
    await until(3);
    stop.abort();
    await reading;
    expect(given).toEqual(ids(1, 3));
  });

  test("says which input, option or checkpoint is wrong", async () => {
    await expect(next({}, at("nowhere/audit.log"))).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    await expect(next({}, at("nowhere/*.log"))).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    await expect(next({}, [])).toRejectWithCode("KAUDIT_STREAM_INPUT_EMPTY");
    expect(() => follow(folder, { pollMilliseconds: 0 })).toThrowCode("KAUDIT_STREAM_OPTION_INVALID");
    expect(() => follow(folder, { checkpoint: { version: 2 } as never })).toThrowCode(
      "KAUDIT_STREAM_CHECKPOINT_INVALID",
    );
  });
});
