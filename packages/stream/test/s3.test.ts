import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { auditEvent, jsonLines, startS3Server } from "@kaudit/testkit";
import type { S3Server } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { readEvents, s3Bucket } from "../src/index.js";
import type { S3ClientLike } from "../src/index.js";
import { collect } from "./collect.js";

let server: S3Server;
beforeEach(async () => {
  server = await startS3Server({ pageSize: 2 });
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const log = (...ids: readonly string[]): Buffer =>
  Buffer.from(jsonLines(ids.map((auditID) => auditEvent({ auditID }))));

function put(objects: Readonly<Record<string, Uint8Array | string>>, bucket = "logs"): void {
  const content = Object.entries(objects).map(([key, bytes]) => [key, Buffer.from(bytes as string)] as const);
  server.buckets.set(bucket, new Map(content));
}

/** An object of several network packets, and the ids in it. */
const manyIds = Array.from({ length: 2000 }, (_, i) => `event-${i}`);
const large = log(...manyIds);

const gets = () => server.requests.filter(({ method, target }) => method === "GET" && !target.includes("list-type"));

describe("s3://bucket/prefix/", () => {
  test("reads all objects below it, each folder in rotation order, files before subfolders", async () => {
    put({
      "prod/audit.log": log("3"),
      "prod/audit-2026-11-22T12-18-26.954.log.gz": gzipSync(log("1")),
      "prod/audit-2026-11-22T12-18-36.279.log": log("2"),
      "prod/cp-1/audit.log.2.gz": gzipSync(log("4")),
      "prod/cp-1/audit.log": log("6"),
      "prod/cp-1/audit.log.1": log("5"),
      "prod/a/b/audit.log": log("between"),
      "production/audit.log": log("another prefix"),
    });
    const { ids, events, account } = await collect("s3://logs/prod/");
    expect(ids).toEqual(["1", "2", "3", "between", "4", "5", "6"]);
    expect(events.map(({ provenance }) => [provenance.file, provenance.instance, provenance.instanceBasis])).toEqual([
      ["audit-2026-11-22T12-18-26.954.log.gz", "prod", "directory"],
      ["audit-2026-11-22T12-18-36.279.log", "prod", "directory"],
      ["audit.log", "prod", "directory"],
      ["a/b/audit.log", "a/b", "directory"],
      ["cp-1/audit.log.2.gz", "cp-1", "directory"],
      ["cp-1/audit.log.1", "cp-1", "directory"],
      ["cp-1/audit.log", "cp-1", "directory"],
    ]);
    expect(account.totals).toMatchObject({ files: 7, events: 7, records: 7 });
    expect(server.requests.filter(({ target }) => target.includes("list-type")).length).toBe(4);
  });

  test("accounts for objects as for files: raw bytes and their hash, what holds no audit records is skipped", async () => {
    const compressed = gzipSync(log("1"));
    put({ "a/audit.log.gz": compressed, "a/notes.txt": "nothing of interest\n", "a/empty": "", "a/": "" });
    const { account } = await collect("s3://logs/a/");
    expect(account.files).toMatchObject([
      {
        file: "audit.log.gz",
        bytes: compressed.length,
        sha256: createHash("sha256").update(compressed).digest("hex"),
        compression: "gzip",
        decompressedBytes: log("1").length,
      },
    ]);
    expect(account.skipped).toMatchObject([
      { file: "/", reason: "the mark of a folder" },
      { file: "empty", reason: "empty" },
      { file: "notes.txt", reason: "no audit records: 1 line that is not a JSON object" },
    ]);
  });

  test("knows keys with any character", async () => {
    const names = ["é +&<>%25.log", "a?b*[c].log", "#x.log", "tab\tand\u0001.log", "__proto__"];
    put(Object.fromEntries(names.map((name) => [`k/${name}`, log(name)])));
    const { events } = await collect("s3://logs/k/");
    expect(events.map(({ event }) => event.auditID).toSorted()).toEqual(names.toSorted());
    for (const { event, provenance } of events) expect(provenance.file).toBe(event.auditID);
  });

  test("reads the whole bucket, and a prefix without its slash", async () => {
    put({ "a/audit.log": log("1"), "a-b/audit.log": log("2") });
    expect((await collect("s3://logs")).ids).toEqual(["2", "1"]);
    expect((await collect("s3://logs/")).ids).toEqual(["2", "1"]);
    expect((await collect("s3://logs/a")).ids).toEqual(["1"]);
  });

  test("reads each object once, whatever leads to it, and tells buckets apart by their names", async () => {
    put({ "a/audit.log": log("1") });
    put({ "a/audit.log": log("2") }, "other");
    const { events, account } = await collect(["s3://logs/a/", "s3://logs/a/audit.log", "s3://other/a/"]);
    expect(events.map(({ event, provenance }) => [event.auditID, provenance.file, provenance.instance])).toEqual([
      ["1", "logs/a/audit.log", "logs/a"],
      ["2", "other/a/audit.log", "other/a"],
    ]);
    expect(account.skipped).toMatchObject([{ reason: "the same file as logs/a/audit.log, which is read once" }]);
  });
});

describe("s3://bucket/key and globs", () => {
  test("a key is read whatever it holds, also one with the characters of a glob", async () => {
    put({ "a/notes.txt": "nothing of interest\n", "a/audit[1].log": log("1"), "a/audit1.log": log("2") });
    const { account } = await collect("s3://logs/a/notes.txt");
    expect(account.files).toMatchObject([{ file: "notes.txt", rejected: 1, instance: "a" }]);
    expect((await collect("s3://logs/a/audit[1].log")).ids).toEqual(["1"]);
  });

  test("a key needs no right to list", async () => {
    put({ "audit.log": log("1") });
    const { account } = await collect("s3://logs/audit.log");
    expect(account.files).toMatchObject([{ file: "audit.log", events: 1, instance: "logs" }]);
    expect(server.requests.filter(({ target }) => target.includes("list-type"))).toEqual([]);
  });

  test("a glob takes what matches below its fixed part", async () => {
    put({
      "prod/cp-1/audit.log": log("plain"),
      "prod/cp-1/audit-1.log.gz": gzipSync(log("1")),
      "prod/cp-2/old/audit-2.log.gz": gzipSync(log("2")),
      "test/cp-3/audit-3.log.gz": gzipSync(log("3")),
    });
    const { events } = await collect("s3://logs/prod/**/*.gz");
    expect(events.map(({ event, provenance }) => [event.auditID, provenance.file])).toEqual([
      ["1", "cp-1/audit-1.log.gz"],
      ["2", "cp-2/old/audit-2.log.gz"],
    ]);
    expect((await collect("s3://logs/*/cp-[13]/*.gz")).ids).toEqual(["1", "3"]);
  });

  test.each([
    ["s3://logs/none/", "KAUDIT_STREAM_INPUT_EMPTY", "s3://logs/none/: no object below it. Check the prefix."],
    ["s3://logs/*.gz", "KAUDIT_STREAM_INPUT_EMPTY", "s3://logs/*.gz: no object matches. Check the pattern."],
    [
      "s3://logs/none",
      "KAUDIT_STREAM_INPUT_MISSING",
      "s3://logs/none: no such object, and none below it. Check the key.",
    ],
    ["s3://absent/", "KAUDIT_STREAM_INPUT_MISSING", "s3://absent/: no such bucket. Check its name and the endpoint."],
    [
      "s3://absent/key",
      "KAUDIT_STREAM_INPUT_MISSING",
      "s3://absent/key/: no such bucket. Check its name and the endpoint.",
    ],
    [
      "s3://forbidden/prefix/",
      "KAUDIT_STREAM_INPUT_UNREADABLE",
      "s3://forbidden/prefix/: access denied. Allow s3:GetObject and s3:ListBucket to who runs this.",
    ],
    [
      "s3://forbidden/key",
      "KAUDIT_STREAM_INPUT_UNREADABLE",
      "s3://forbidden/key: access denied. Allow s3:GetObject and s3:ListBucket to who runs this.",
    ],
    [
      "s3:///key",
      "KAUDIT_STREAM_OPTION_INVALID",
      "s3:///key: names no bucket. Write s3://bucket/key or s3://bucket/prefix/.",
    ],
  ])("%s gives %s", async (input, code, message) => {
    put({ "audit.log": log("1") });
    await expect(collect(input)).rejects.toMatchObject({ code, message });
  });
});

describe("an object that cannot be read in one go", () => {
  test("is read on where the connection broke, as the version that was listed", async () => {
    put({ "audit.log": large });
    server.mishaps.push(
      { breakAfter: 100_000 },
      { refuse: [503, "SlowDown"] },
      { breakAfter: 1 },
      { slowPieceBytes: 200_000 },
    );
    const { ids, account } = await collect("s3://logs/audit.log");
    expect(ids).toEqual(manyIds);
    expect(account.files[0]).toMatchObject({
      bytes: large.length,
      sha256: createHash("sha256").update(large).digest("hex"),
    });
    const etag = `"${createHash("md5").update(large).digest("hex")}"`;
    const starts = gets().map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")?.[1]));
    expect(starts[0]).toBe(0);
    // Which part of the first 100,000 bytes was handed over before the break is up to the network.
    expect(starts.at(-1)).toBeGreaterThan(0);
    expect(gets().every(({ ifMatch }) => ifMatch === etag)).toBe(true);
  });

  test("is INPUT_CHANGED when it was replaced after it was listed", async () => {
    put({ "a/audit.log": log("1"), "a/audit.log.1": log("0") });
    const reading = readEvents("s3://logs/a/");
    const ids: string[] = [];
    const all = (async () => {
      for await (const { event } of reading) {
        ids.push(event.auditID);
        server.buckets.get("logs")?.set("a/audit.log", log("another"));
      }
    })();
    await expect(all).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_CHANGED",
      message: "s3://logs/a/audit.log: is no longer the object that was listed. Run again.",
    });
    expect(ids).toEqual(["0"]);
  });

  test("is INPUT_CHANGED when it is replaced between two connections, and never mixed", async () => {
    put({ "audit.log": large });
    server.mishaps.push({ breakAfter: 100_000 });
    const reading = readEvents("s3://logs/audit.log");
    const seen = new Set<string>();
    const all = (async () => {
      for await (const { event } of reading) {
        seen.add(event.auditID);
        server.buckets.get("logs")?.set("audit.log", log(...manyIds.map((id) => `new-${id}`)));
      }
    })();
    await expect(all).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_CHANGED" });
    expect([...seen].every((id) => id.startsWith("event-"))).toBe(true);
  });

  test("is not trusted to a server that heeds neither If-Match nor Range", async () => {
    put({ "a/audit.log": large });
    const list = s3Bucket("logs").list("a/");
    for await (const object of list) {
      server.mishaps.push({ ignores: ["if-match"] }, { ignores: ["range"] });
      const store = s3Bucket("logs");
      await expect(store.open({ ...object, etag: '"another"' }, 0)).rejects.toMatchObject({
        code: "KAUDIT_STREAM_INPUT_CHANGED",
      });
      await expect(store.open(object, 10)).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
    }
    expect(gets().length).toBe(2);
  });

  test("is INPUT_MISSING when it vanished after it was listed", async () => {
    put({ "a/audit.log": log("1"), "a/audit.log.1": log("0") });
    const reading = readEvents("s3://logs/a/");
    const all = (async () => {
      for await (const _ of reading) server.buckets.get("logs")?.delete("a/audit.log");
    })();
    await expect(all).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_MISSING",
      message: "s3://logs/a/audit.log: no such object. Check the key; if it was listed, it is gone since.",
    });
  });

  test("is INPUT_UNREADABLE when it is archived; the server's own words are not shown", async () => {
    put({ "audit.log": log("1") });
    server.mishaps.push({ refuse: [403, "InvalidObjectState"] });
    const failure = await collect("s3://logs/audit.log").catch((error: Error) => error);
    expect(failure).toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message: "s3://logs/audit.log: is archived. Restore it first, then run again.",
    });
  });

  test("is waited for when it comes slowly", async () => {
    const ids = manyIds.slice(0, 40);
    put({ "audit.log": log(...ids) });
    server.mishaps.push({ slowPieceBytes: 500 });
    expect((await collect("s3://logs/audit.log")).ids).toEqual(ids);
  });

  test("does not hold up the signal", async () => {
    put({ "audit.log": large });
    server.mishaps.push({ stallAfter: 10_000 });
    const signal = AbortSignal.timeout(300);
    const start = performance.now();
    await expect(collect("s3://logs/audit.log", { signal })).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    expect(performance.now() - start).toBeLessThan(5000);
    await vi.waitFor(() => expect(server.open).toBe(0));
  });

  test("is let go when the reading is left early", async () => {
    put({ "audit.log": large });
    server.mishaps.push({ stallAfter: 100_000 });
    for await (const _ of readEvents("s3://logs/audit.log")) break;
    await vi.waitFor(() => expect(server.open).toBe(0));
  });
});

describe("s3Bucket", () => {
  test("takes a client of the caller's own, also as an input of its own", async () => {
    put({ "a/audit.log": log("1") });
    const { S3Client } = await import("@aws-sdk/client-s3");
    const client = new S3Client({
      endpoint: server.environment["AWS_ENDPOINT_URL"] ?? "",
      forcePathStyle: true,
      region: "us-east-1",
      credentials: { accessKeyId: "another", secretAccessKey: "another" },
    });
    vi.unstubAllEnvs();
    expect((await collect({ store: s3Bucket("logs", { client }), path: "a/" })).ids).toEqual(["1"]);
    expectTypeOf<S3Client>().toExtend<S3ClientLike>();
  });

  test("says what is missing when there is no region", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    await expect(collect("s3://logs/a/")).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message: "s3://logs/a/: no AWS region. Set AWS_REGION.",
    });
  });

  test("names the package to install when it is not there", async () => {
    vi.doMock("@aws-sdk/client-s3", () => {
      throw new Error("not installed");
    });
    try {
      await expect(collect("s3://logs/a/")).rejects.toMatchObject({
        code: "KAUDIT_STREAM_PACKAGE_MISSING",
        message:
          "s3://logs: reading from S3 needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3",
      });
    } finally {
      vi.doUnmock("@aws-sdk/client-s3");
    }
  });
});
