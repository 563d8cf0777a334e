import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { auditEvent, installErrorMatchers, jsonLines } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEvents, StreamError } from "../src/index.js";
import { unreadable } from "../src/sources/unreadable.js";
import { collect } from "./collect.js";

installErrorMatchers();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-stream-"));
});
afterEach(() => rm(folder, { recursive: true }));

const log = (...ids: readonly string[]): string => jsonLines(ids.map((auditID) => auditEvent({ auditID })));

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const path = (name: string): string => join(folder, name);

const read = async (...inputs: readonly string[]): Promise<unknown> => collect(inputs);

const stream = (id: string): Readable => Readable.from([Buffer.from(log(id))]);

/** File, instance and its basis of each event that an input gives. */
async function names(input: string): Promise<unknown> {
  const { events } = await collect(input);
  return events.map(({ provenance }) => [provenance.file, provenance.instance, provenance.instanceBasis]);
}

describe("readEvents of a folder", () => {
  test("reads it recursively, each folder in rotation order, files before subfolders", async () => {
    await put({
      "audit.log": log("3"),
      "audit-2026-11-22T12-18-26.954.log.gz": gzipSync(log("1")),
      "audit-2026-11-22T12-18-36.279.log": log("2"),
      "b/audit.log.2.gz": gzipSync(log("4")),
      "b/audit.log.1": log("5"),
      "b/audit.log": log("6"),
      "c/d/audit.log": log("7"),
    });
    const { ids, account, events } = await collect(folder);
    expect(ids).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect(account.files.map(({ file }) => file)).toEqual([
      "audit-2026-11-22T12-18-26.954.log.gz",
      "audit-2026-11-22T12-18-36.279.log",
      "audit.log",
      "b/audit.log.2.gz",
      "b/audit.log.1",
      "b/audit.log",
      "c/d/audit.log",
    ]);
    expect(events.map(({ provenance }) => provenance.file)).toEqual(account.files.map(({ file }) => file));
  });

  test("reads a plain file and its compressed twin, the plain one first", async () => {
    await put({ "audit.log": log("1"), "audit.log.gz": gzipSync(log("1")) });
    const { account } = await collect(folder);
    expect(account.files.map(({ file, compression, events }) => [file, compression, events])).toEqual([
      ["audit.log", "none", 1],
      ["audit.log.gz", "gzip", 1],
    ]);
  });

  test("lists what holds no audit records with its size, hash and reason", async () => {
    await put({
      "audit.log": log("1"),
      "policy.yaml": "kind: Policy\nrules: []\n",
      "actions.jsonl": '{"seq":1,"auditIDs":["x"]}\n{"seq":2,"auditIDs":[]}\n',
      "mixed.txt": '{"a":1}\ntext\n',
      "events.json":
        '{"kind":"EventList","apiVersion":"v1","metadata":{},"items":[{"kind":"Event","apiVersion":"v1"}]}',
      "list.json": JSON.stringify({ kind: "PodList", apiVersion: "v1", items: [{}, {}] }),
      empty: "",
      nuls: Buffer.alloc(10),
    });
    const { account, rejected } = await collect(folder);
    expect(rejected).toEqual([]);
    expect(account.files.map(({ file }) => file)).toEqual(["audit.log"]);
    expect(Object.fromEntries(account.skipped.map(({ file, bytes, reason }) => [file, [bytes, reason]]))).toEqual({
      "actions.jsonl": [51, "no audit records: 2 records of another kind"],
      empty: [0, "empty"],
      "events.json": [97, "no audit records: 1 record of another kind"],
      "list.json": [52, "no audit records: 1 record of another kind"],
      "mixed.txt": [13, "no audit records: 1 record of another kind, 1 line that is not a JSON object"],
      nuls: [10, "no audit records: nothing but padding"],
      "policy.yaml": [23, "no audit records: 2 lines that are not JSON objects"],
    });
    const sha256sum = execFileSync("sha256sum", [path("policy.yaml")], { encoding: "utf8" }).slice(0, 64);
    expect(account.skipped.find(({ file }) => file === "policy.yaml")?.sha256).toBe(sha256sum);
  });

  test.each([
    ["a megabyte of garbage", `${"garbage line \u0001\n".repeat(80_000)}`],
    ["a megabyte of other JSON", '{"a":1}\n'.repeat(130_000)],
    ["a hole of NULs", "\0".repeat(1 << 20)],
    ["an open bracket", "[\n"],
    ["an open string", '{"a": "\n'],
  ])("reads the events behind %s", async (_what, before) => {
    await put({ "audit.log": before + log("1", "2") });
    const { ids, account } = await collect(folder);
    expect(ids).toEqual(["1", "2"]);
    const lines = before.split("\n").length - 1;
    expect(account.totals.rejected + account.totals.foreign).toBe(before.startsWith("\0") ? 0 : lines);
  });

  test.each([
    ["a torn event", log("1").slice(0, 150)],
    ["a few bytes of a torn event", '{"kind":"Event","api'],
    ["UTF-16 text", Buffer.from(`\ufeff${log("1")}`, "utf16le")],
    ["an event of wrong types", '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":5}\n'],
    ["torn legacy text", '2026-11-22T12:24:19.673798941Z AUDIT: id="e4" stage="RequestReceived" ip="127.0.0.1"\n'],
    ["a torn event in an envelope", `${JSON.stringify({ message: JSON.stringify(auditEvent()).slice(0, 200) })}\n`],
    ["broken gzip", gzipSync(log("1")).subarray(0, 12)],
  ])("does not skip a file with %s", async (_what, content) => {
    await put({ "audit.log": content });
    const { account } = await collect(folder);
    expect(account.skipped).toEqual([]);
    expect(account.files).toMatchObject([{ file: "audit.log", events: 0, rejected: 1 }]);
  });

  test("counts an empty EventList as an audit file without records", async () => {
    await put({ "body.json": '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":null}\n' });
    const { account } = await collect(folder);
    expect(account.files).toMatchObject([{ file: "body.json", records: 0 }]);
  });

  test("ends on a loop of links and reads a linked file once", async () => {
    await put({ "a/audit.log": log("1") });
    await symlink("..", path("a/up"));
    await symlink("a", path("0-link"));
    await symlink("a/audit.log", path("again.log"));
    await symlink("nowhere", path("dangling"));
    const { ids, account } = await collect(folder);
    expect(ids).toEqual(["1"]);
    expect(account.skipped.map(({ file, reason }) => [file, reason])).toEqual([
      ["dangling", "a link that leads nowhere"],
      ["0-link/", "a link to a folder that is read already"],
      ["a/up/", "a link to a folder that is read already"],
      ["again.log", "the same file as a/audit.log, which is read once"],
    ]);
  });

  test("passes over a pipe without opening it", async () => {
    await put({ "audit.log": log("1") });
    execFileSync("mkfifo", [path("pipe")]);
    const { ids, account } = await collect(folder);
    expect(ids).toEqual(["1"]);
    expect(account.skipped).toEqual([{ file: "pipe", bytes: 0, reason: "not a file (a pipe, a socket or a device)" }]);
  });
});

describe("readEvents of a named file", () => {
  test("accounts for pure garbage as rejected records, never as skipped", async () => {
    await put({ "notes.txt": "one\ntwo\n" });
    const { account } = await collect(path("notes.txt"));
    expect(account.skipped).toEqual([]);
    expect(account.files).toMatchObject([
      { file: "notes.txt", records: 2, events: 0, rejected: 2, rejectedByReason: { "not-json": 2 } },
    ]);
  });

  test("reads files of one folder in rotation order whatever order a shell gives them", async () => {
    await put({
      "audit.log": log("3"),
      "audit-2026-11-22T12-18-26.954.log": log("1"),
      "audit-2026-11-22T12-18-36.279.log": log("2"),
      "z/audit.log": log("4"),
    });
    const names = [
      "audit.log",
      "z/audit.log",
      "audit-2026-11-22T12-18-36.279.log",
      "audit-2026-11-22T12-18-26.954.log",
    ];
    expect((await collect(names.map(path))).ids).toEqual(["1", "2", "3", "4"]);
  });

  test("reads a file once that two inputs lead to", async () => {
    await put({ "audit.log": log("1") });
    await link(path("audit.log"), path("hard.log"));
    const { ids, account } = await collect([path("audit.log"), folder, path("*.log")]);
    expect(ids).toEqual(["1"]);
    expect(new Set(account.skipped.map(({ reason }) => reason))).toEqual(
      new Set(["the same file as audit.log, which is read once"]),
    );
  });
});

describe("provenance", () => {
  test("names files relative to their input and takes the folder for the instance", async () => {
    await put({ "logs/m1/audit.log": log("1"), "logs/m2/kube/audit.log": log("2"), "logs/audit.log": log("0") });
    expect(await names(path("logs"))).toEqual([
      ["audit.log", "logs", "directory"],
      ["m1/audit.log", "m1", "directory"],
      ["m2/kube/audit.log", "m2/kube", "directory"],
    ]);
    expect(await names(path("logs/m1/audit.log"))).toEqual([["audit.log", "m1", "directory"]]);
    expect(await names(path("logs/m*/audit.log"))).toEqual([["m1/audit.log", "m1", "directory"]]);
    expect(await names(path("logs/{m1,m2/kube}/audit.log"))).toEqual([
      ["m1/audit.log", "m1", "directory"],
      ["m2/kube/audit.log", "m2/kube", "directory"],
    ]);
    expect(await names(path("logs/**/*.log"))).toEqual([
      ["audit.log", "logs", "directory"],
      ["m1/audit.log", "m1", "directory"],
      ["m2/kube/audit.log", "m2/kube", "directory"],
    ]);
  });

  test("tells inputs apart by as many folder names as it takes, never by an absolute path", async () => {
    await put({
      "m1/kube/logs/audit.log": log("1"),
      "m2/kube/logs/audit.log": log("2"),
      "m2/kube/logs/x/only.log": log("3"),
    });
    const { events } = await collect([path("m1/kube/logs"), path("m2/kube/logs")]);
    expect(events.map(({ provenance }) => [provenance.file, provenance.instance])).toEqual([
      ["m1/kube/logs/audit.log", "m1/kube/logs"],
      ["m2/kube/logs/audit.log", "m2/kube/logs"],
      ["x/only.log", "x"],
    ]);
    const files = await collect([path("m1/kube/logs/audit.log"), path("m2/kube/logs/audit.log")]);
    expect(files.events.map(({ provenance }) => provenance.file)).toEqual([
      "m1/kube/logs/audit.log",
      "m2/kube/logs/audit.log",
    ]);
    expect(JSON.stringify(files.account)).not.toContain(folder);
  });

  test("does not depend on how a path is written", async () => {
    await put({ "logs/audit.log": log("1") });
    const ways = [
      path("logs"),
      `${path("logs")}/`,
      join(path("logs"), "..", "logs"),
      relative(process.cwd(), path("logs")),
    ];
    const all = await Promise.all(ways.map((way) => collect(way)));
    for (const { account } of all) expect(account).toEqual(all[0]?.account);
  });

  test("takes the instance that is named, and says so", async () => {
    await put({ "audit.log": log("1") });
    const { events, account } = await collect(folder, { instance: "master-1" });
    expect(events[0]?.provenance).toMatchObject({ instance: "master-1", instanceBasis: "option" });
    expect(account.files[0]).toMatchObject({ instance: "master-1", instanceBasis: "option" });
  });

  test("calls standard input `-` and its instance `stdin`", async () => {
    const { events } = await collect("-", { stdin: Readable.from([Buffer.from(log("1"))]) });
    expect(events[0]?.provenance).toMatchObject({ file: "-", instance: "stdin", instanceBasis: "option" });
  });

  test("numbers several streams", async () => {
    const { events } = await collect([stream("1"), stream("2")]);
    expect(events.map(({ provenance }) => provenance.file)).toEqual(["stream-1", "stream-2"]);
  });

  test("reads a stream of strings", async () => {
    expect((await collect(Readable.from([log("1"), log("2")]))).ids).toEqual(["1", "2"]);
  });

  test("keeps names apart that become equal by putting an input's name before them", async () => {
    await put({ "x/logs/audit.log": log("1"), "y/logs/audit.log": log("2"), "y/audit.log": log("3") });
    const { events } = await collect([path("x/logs"), path("y")]);
    expect(events.map(({ provenance }) => provenance.file)).toEqual([
      "logs/audit.log",
      "y/audit.log",
      "y/logs/audit.log",
    ]);
  });
});

describe("errors of readEvents", () => {
  test("names a path that is missing", async () => {
    await expect(read(path("none"))).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    await put({ file: "" });
    await expect(read(path("file/below"))).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    await expect(read(path("none"))).rejects.toThrow(`${path("none")}: no such file or folder. Check the path.`);
  });

  test("calls an empty folder, a glob without a match and no input at all empty", async () => {
    await expect(read(folder)).toRejectWithCode("KAUDIT_STREAM_INPUT_EMPTY");
    await expect(read(path("*.log"))).toRejectWithCode("KAUDIT_STREAM_INPUT_EMPTY");
    await expect(read(path("none/*.log"))).toRejectWithCode("KAUDIT_STREAM_INPUT_EMPTY");
    await expect(read()).toRejectWithCode("KAUDIT_STREAM_INPUT_EMPTY");
  });

  test("comes before the first event, and rejects the account too", async () => {
    await put({ "audit.log": log("1") });
    const reading = readEvents([path("audit.log"), path("none")]);
    await expect(async () => {
      for await (const _ of reading) throw new Error("an event was given");
    }).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    await expect(reading.account).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
  });

  test.skipIf(process.getuid?.() === 0)("names a file that may not be read", async () => {
    await put({ "audit.log": log("1") });
    execFileSync("chmod", ["000", path("audit.log")]);
    await expect(read(folder)).toRejectWithCode("KAUDIT_STREAM_INPUT_UNREADABLE");
  });

  test("says what to do about missing rights and about anything else", () => {
    expect(unreadable("audit.log", { code: "EACCES" })).toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message:
        "audit.log: cannot be read (EACCES). Run as a user who may read it (audit logs are mode 0600, usually owned by root).",
    });
    expect(unreadable("audit.log", { code: "EIO" }).message).toBe(
      "audit.log: cannot be read (EIO). Check the disk and the path, then run again.",
    );
    expect(unreadable("audit.log", undefined)).toBeInstanceOf(StreamError);
  });

  test("says that a file became shorter while it was read", async () => {
    await put({ "audit.log": log(...Array.from({ length: 20_000 }, String)) });
    const reading = readEvents(path("audit.log"));
    await expect(async () => {
      let first = true;
      for await (const _ of reading) {
        if (first) await truncate(path("audit.log"), 100);
        first = false;
      }
    }).toRejectWithCode("KAUDIT_STREAM_INPUT_CHANGED");
  });

  test("names a stream that fails or gives no bytes", async () => {
    const failing = new Readable({
      read() {
        this.destroy(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
      },
    });
    await expect(collect("-", { stdin: failing })).rejects.toThrow("-: cannot be read (ECONNRESET).");
    await expect(collect(Readable.from([{ not: "bytes" }]))).rejects.toThrow("stream: gave something else than bytes.");
  });

  test("ends when the signal says so", async () => {
    await put({ "audit.log": log(...Array.from({ length: 5000 }, String)) });
    await expect(collect(folder, { signal: AbortSignal.abort() })).toRejectWithCode("KAUDIT_STREAM_ABORTED");
    const controller = new AbortController();
    await expect(
      collect(folder, { signal: controller.signal, onProgress: () => controller.abort() }),
    ).resolves.toBeDefined();
    const reading = readEvents(folder, { signal: controller.signal });
    await expect(async () => {
      for await (const _ of reading);
    }).toRejectWithCode("KAUDIT_STREAM_ABORTED");
  });

  test("ends waiting for a stream that gives nothing, and closes it", async () => {
    const silent = new Readable({ read() {} });
    const controller = new AbortController();
    const reading = collect("-", { stdin: silent, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(reading).toRejectWithCode("KAUDIT_STREAM_ABORTED");
    expect(silent.destroyed).toBe(true);
  });

  test("closes a stream whose reading was left", async () => {
    const endless = new Readable({
      read() {
        this.push(log("1"));
      },
    });
    for await (const _ of readEvents(endless)) break;
    expect(endless.destroyed).toBe(true);
  });

  test("has no account when the iteration was left, and leaves no file open", async () => {
    await put({ "audit.log": log("1", "2"), "packed.log": gzipSync(log("3")) });
    const reading = readEvents(folder);
    for await (const _ of reading) break;
    await expect(reading.account).toRejectWithCode("KAUDIT_STREAM_UNFINISHED");
    const packed = readEvents(path("packed.log"));
    for await (const _ of packed) break;
    if (!existsSync("/proc/self/fd")) return;
    const open = readdirSync("/proc/self/fd").map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return "";
      }
    });
    expect(open.filter((target) => target.startsWith(folder))).toEqual([]);
  });

  test.each([{ maxRecordBytes: 0 }, { maxRecordBytes: 1.5 }, { maxRecordBytes: 2 ** 40 }, { maxDepth: 0 }])(
    "refuses the limit %o",
    (options) => {
      expect(() => readEvents("-", options)).toThrowCode("KAUDIT_STREAM_OPTION_INVALID");
    },
  );
});

describe("onProgress", () => {
  test("tells files, bytes, events and rejected records, at the end all of them", async () => {
    const big = log(...Array.from({ length: 20_000 }, String));
    await put({ "a.log": `garbage\n${big}`, "b.log": log("x"), "c.txt": "text" });
    const seen: { bytes: number; filesDone: number }[] = [];
    await collect(folder, { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
    const total = 8 + big.length + log("x").length + 4;
    expect(seen.at(-1)).toEqual({
      filesDone: 3,
      files: 3,
      bytes: total,
      totalBytes: total,
      events: 20_001,
      rejected: 1,
      file: "c.txt",
    });
  });
});
