import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, collectBytes } from "./collect.js";
import type { Collected } from "./collect.js";
import { paxRecord, tar, tarEntry, zip } from "./write-archives.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-archives-"));
});
afterEach(() => rm(folder, { recursive: true }));

const huge = "x".repeat(100_000);

const path = (name: string): string => join(folder, name);
const log = (...ids: readonly string[]): string => jsonLines(ids.map((auditID) => auditEvent({ auditID })));
const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path(name), ".."), { recursive: true });
    await writeFile(path(name), content);
  }
}

/** Events as `file id`. */
const places = ({ events }: Collected): readonly string[] =>
  events.map(({ event, provenance }) => `${provenance.file} ${event.auditID}`);

/** The instances of the accounts that hold events. */
const instances = ({ account }: Collected): readonly string[] =>
  account.files.filter(({ events }) => events > 0).map(({ instance }) => instance);

describe("readEvents of a tar", () => {
  test.each(["gnu", "pax", "ustar", "v7"])("reads what the tar command writes in the format %s", async (format) => {
    await put({ "in/m1/audit.log": log("1", "2"), "in/m2/audit.log.gz": gzipSync(log("3")), "in/notes.txt": "text\n" });
    execFileSync("tar", ["-C", path("in"), `--format=${format}`, "-cf", path("logs.tar"), "m1", "m2", "notes.txt"]);
    const { account, events, rejected } = await collect(path("logs.tar"));
    expect(rejected).toEqual([]);
    const raw = await readFile(path("logs.tar"));
    expect(account.files).toMatchObject([
      { file: "logs.tar", container: "tar", bytes: raw.length, sha256: sha256(raw), records: 0 },
      {
        file: "logs.tar!/m1/audit.log",
        archive: "logs.tar",
        sha256: sha256(log("1", "2")),
        events: 2,
        compression: "none",
      },
      {
        file: "logs.tar!/m2/audit.log.gz",
        archive: "logs.tar",
        sha256: sha256(gzipSync(log("3"))),
        compression: "gzip",
      },
    ]);
    expect(account.skipped).toEqual([
      {
        file: "logs.tar!/notes.txt",
        bytes: 5,
        sha256: sha256("text\n"),
        reason: "no audit records: 1 line that is not a JSON object",
      },
    ]);
    expect(events.map(({ provenance }) => [provenance.file, provenance.byteOffset, provenance.instance])).toEqual([
      ["logs.tar!/m1/audit.log", 0, "logs/m1"],
      ["logs.tar!/m1/audit.log", log("1").length, "logs/m1"],
      ["logs.tar!/m2/audit.log.gz", 0, "logs/m2"],
    ]);
  });

  test("counts raw bytes once, and decompressed bytes of records", async () => {
    const archive = gzipSync(
      tar({ name: "a.log", content: log("1") }, { name: "b.log.gz", content: gzipSync(log("2")) }),
    );
    await put({ "logs.tar.gz": archive, "audit.log": log("3") });
    const { account } = await collect(folder);
    expect(account.totals).toEqual({
      files: 4,
      bytes: archive.length + log("3").length,
      decompressedBytes: log("1", "2", "3").length,
      records: 3,
      events: 3,
      rejected: 0,
      foreign: 0,
    });
  });

  test.each([
    ["tar", (bytes: Buffer) => bytes],
    ["tar.gz", (bytes: Buffer) => gzipSync(bytes)],
    ["tar.zst", (bytes: Buffer) => execFileSync("zstd", ["-qc"], { input: bytes })],
  ])("reads a .%s as a stream, in any chunks", async (_suffix, pack) => {
    const archive = pack(tar({ name: "m1/audit.log", content: log("1") }, { name: "m2/audit.log", content: log("2") }));
    const whole = await collectBytes(archive);
    expect(places(whole)).toEqual(["stream!/m1/audit.log 1", "stream!/m2/audit.log 2"]);
    for (const sizes of [[1], [511, 3], [700]]) expect(await collectBytes(archive, {}, sizes)).toEqual(whole);
    const standardInput = await collect("-", { stdin: Readable.from([archive]) });
    expect(places(standardInput)).toEqual(["-!/m1/audit.log 1", "-!/m2/audit.log 2"]);
    expect(instances(standardInput)).toEqual(["stdin/m1", "stdin/m2"]);
  });

  test("skips an archive that was found and holds no audit records, and lists it once", async () => {
    const archive = tar({ name: "a.txt", content: "text" }, { name: "b.json", content: "{}" });
    await put({ "audit.log": log("1"), "other.tar": archive });
    const { account } = await collect(folder);
    expect(account.files.map(({ file }) => file)).toEqual(["audit.log"]);
    expect(account.skipped).toEqual([
      {
        file: "other.tar",
        bytes: archive.length,
        sha256: sha256(archive),
        reason: "no audit records: tar without a member that holds any",
      },
    ]);
  });

  test("gives all rejected records of a member whose first audit record stands at its end", async () => {
    const lines = 12_000;
    const content = "garbage\n".repeat(lines) + log("1");
    const { account, rejected, ids } = await collectBytes(tar({ name: "audit.log", content }));
    expect(ids).toEqual(["1"]);
    expect(account.totals).toMatchObject({ records: lines + 1, rejected: lines });
    // 10,000 are held with their places, then one stands for the others.
    expect(rejected.length).toBe(10_001);
    expect(rejected.at(-1)?.detail).toMatch(
      /; 1999 more records of this file, before its first audit record, were rejected$/,
    );
  });

  test("names one instance for all where the option does", async () => {
    const { events } = await collectBytes(tar({ name: "m1/audit.log", content: log("1") }), { instance: "master-1" });
    expect(events[0]?.provenance).toMatchObject({ instance: "master-1", instanceBasis: "option" });
  });

  test("reads a member as far as a broken-off archive goes, and says where it breaks", async () => {
    const content = log(...Array.from({ length: 50 }, String));
    const archive = tar({ name: "a.log", content: log("a") }, { name: "b.log", content });
    const cut = archive.subarray(0, 512 + 1024 + 512 + 10_000);
    const { ids, account } = await collectBytes(cut);
    expect(ids.length).toBeGreaterThan(5);
    expect(account.files.at(-1)).toMatchObject({
      file: "stream!/b.log",
      rejectedByReason: { "decompression-failed": 1 },
    });
    expect(account.rejected.at(-1)).toMatchObject({
      detail: "the archive breaks off inside this member",
      byteOffset: 10_000,
    });
    const inHeader = await collectBytes(archive.subarray(0, 512 + 1024 + 100));
    expect(inHeader.rejected).toMatchObject([
      { file: "stream", detail: "tar at byte 1536: breaks off inside a header" },
    ]);
    const packed = await collectBytes(gzipSync(cut).subarray(0, -300));
    expect(packed.account.files[0]?.rejectedByReason).toEqual({ "decompression-failed": 1 });
    expect(packed.account.files[0]).toMatchObject({ container: "tar", bytes: gzipSync(cut).length - 300 });
  });

  test("says that members behind a damaged header cannot be found, and keeps those before it", async () => {
    const first = tarEntry({ name: "a.log", content: log("1") });
    const second = tarEntry({ name: "b.log", content: log("2") });
    second[0] = 0x7a;
    const { ids, rejected } = await collectBytes(Buffer.concat([first, second]));
    expect(ids).toEqual(["1"]);
    expect(rejected).toMatchObject([
      { file: "stream", byteOffset: first.length, byteLength: second.length, reason: "decompression-failed" },
    ]);
  });

  test("reads archives that were glued together", async () => {
    const { ids } = await collectBytes(
      Buffer.concat([tar({ name: "a.log", content: log("1") }), tar({ name: "b.log", content: log("2") })]),
    );
    expect(ids).toEqual(["1", "2"]);
  });

  test("takes names from pax and GNU headers, and sizes from pax", async () => {
    const long = `${"d/".repeat(100)}audit.log`;
    const { events } = await collectBytes(
      tar(
        { name: "x", type: "x", content: paxRecord("path", long) + paxRecord("size", String(log("1").length)) },
        { name: "short", content: log("1"), size: 0 },
        { name: "././@LongLink", type: "L", content: `gnu/${long}\0` },
        { name: "short", content: log("2") },
        { name: "own", content: log("3") },
      ).subarray(0),
    );
    expect(events.map(({ provenance }) => provenance.file)).toEqual([
      `stream!/${long}`,
      `stream!/gnu/${long}`,
      "stream!/own",
    ]);
  });

  test("lists links and devices, and rejects sparse files, whose bytes are not what they seem", async () => {
    const { account, ids } = await collectBytes(
      tar(
        { name: "folder/", type: "5" },
        { name: "hard", type: "1" },
        { name: "soft", type: "2" },
        { name: "tty", type: "3" },
        { name: "pipe", type: "6" },
        { name: "old-sparse", type: "S", content: "x" },
        { name: "h", type: "x", content: paxRecord("GNU.sparse.major", "1") },
        { name: "sparse", content: "y" },
        { name: "old-file", type: "\0", content: log("1") },
      ),
    );
    expect(ids).toEqual(["1"]);
    expect(account.skipped.map(({ file, reason }) => [file, reason])).toEqual([
      ["stream!/hard", "a hard link"],
      ["stream!/soft", "a symbolic link"],
      ["stream!/tty", "a device"],
      ["stream!/pipe", "a pipe"],
    ]);
    expect(account.rejected.map(({ file, detail }) => [file, detail])).toEqual([
      ["stream!/old-sparse", "a sparse file in an archive, which is not read; unpack the archive"],
      ["stream!/sparse", "a sparse file in an archive, which is not read; unpack the archive"],
    ]);
  });

  test("is known by its check sum: text and zeros are none", async () => {
    const header = tarEntry({ name: "audit.log", content: log("1") });
    expect((await collectBytes(header)).ids).toEqual(["1"]);
    header[148] = 0x37;
    const { account } = await collectBytes(header);
    expect(account.files).toMatchObject([{ file: "stream" }]);
    expect(account.files[0]?.container).toBeUndefined();
    expect((await collectBytes(Buffer.alloc(2048))).account.files).toMatchObject([{ nulBytes: 2048 }]);
  });
});

describe("names of members", () => {
  test.each([
    ["../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"],
    ["/etc/audit.log", "etc/audit.log"],
    ["./a//b/./audit.log", "a/b/audit.log"],
    ["a\nb\u001b[31m\u202e.log", "a%0Ab%1B[31m%E2%80%AE.log"],
    ["100%.log", "100%25.log"],
    ["inner.tar!/audit.log", "inner.tar%21/audit.log"],
    ["__proto__/constructor", "__proto__/constructor"],
    ["C:\\logs\\audit.log", "C:\\logs\\audit.log"],
    ["", "unnamed"],
    ["..", "%2E%2E"],
    ["audit.log#2", "audit.log%232"],
  ])("%j is %s", async (name, safe) => {
    const inTar = await collectBytes(tar({ name, content: log("1") }));
    expect(places(inTar)).toEqual([`stream!/${safe}`.concat(" 1")]);
    if (name === "") return;
    await put({ "logs.zip": zip({ name, content: log("1") }) });
    expect(places(await collect(path("logs.zip")))).toEqual([`logs.zip!/${safe} 1`]);
  });

  test("that are huge are cut and told apart, and those that occur again get a number", async () => {
    const entry = (name: string, id: string) => [
      { name: "h", type: "x", content: paxRecord("path", name) },
      { name: "", content: log(id) },
    ];
    const { events } = await collectBytes(
      tar(
        ...entry(`${huge}a`, "1"),
        ...entry(`${huge}b`, "2"),
        { name: "a", content: log("3") },
        { name: "a", content: log("4") },
      ),
    );
    const files = events.map(({ provenance }) => provenance.file);
    expect(new Set(files).size).toBe(4);
    expect(Math.max(...files.map(({ length }) => length))).toBeLessThan(600);
    expect(files.slice(2)).toEqual(["stream!/a", "stream!/a#2"]);
  });
});

describe("readEvents of a zip", () => {
  test("reads what the zip command writes, stored and deflated", async () => {
    await put({ "in/m1/audit.log": log("1", "2"), "in/m2/audit.log.gz": gzipSync(log("3")), "in/notes.txt": "text\n" });
    await symlink("m1/audit.log", path("in/link"));
    execFileSync("zip", ["-qry", path("logs.zip"), "."], { cwd: path("in") });
    execFileSync("zip", ["-qr0", path("stored.zip"), "m1"], { cwd: path("in") });
    const { account, rejected } = await collect(path("logs.zip"));
    expect(rejected).toEqual([]);
    const raw = await readFile(path("logs.zip"));
    const [archive, ...members] = account.files;
    expect(archive).toMatchObject({ file: "logs.zip", container: "zip", bytes: raw.length, sha256: sha256(raw) });
    expect(members.map(({ file, events, sha256, archive }) => [file, events, sha256, archive]).toSorted()).toEqual([
      ["logs.zip!/m1/audit.log", 2, sha256(log("1", "2")), "logs.zip"],
      ["logs.zip!/m2/audit.log.gz", 1, sha256(gzipSync(log("3"))), "logs.zip"],
    ]);
    expect(account.totals).toMatchObject({ bytes: raw.length, decompressedBytes: log("1", "2", "3").length });
    expect(account.skipped.map(({ file, reason }) => [file, reason]).toSorted()).toEqual([
      ["logs.zip!/link", "a symbolic link"],
      ["logs.zip!/notes.txt", "no audit records: 1 line that is not a JSON object"],
    ]);
    expect(places(await collect(path("stored.zip")))).toEqual([
      "stored.zip!/m1/audit.log 1",
      "stored.zip!/m1/audit.log 2",
    ]);
  });

  test("reads a zip of zip64", async () => {
    await put({
      "logs.zip": zip(
        { name: "a.log", content: log("1"), isLarge: true },
        { name: "b.log", content: log("2"), method: 0 },
      ),
    });
    expect(places(await collect(path("logs.zip")))).toEqual(["logs.zip!/a.log 1", "logs.zip!/b.log 2"]);
  });

  test.each([
    ["is encrypted", { flags: 1 }, "it is encrypted; unpack it with its password"],
    ["is compressed by LZMA", { method: 14 }, "it is compressed by LZMA; unpack it first"],
    ["is compressed by something unknown", { method: 77 }, "it is compressed by method 77; unpack it first"],
    ["has two names", { localName: "b.log" }, "its two headers give different names"],
    ["lies outside the file", { headerAt: 1 << 24 }, "its header is damaged"],
    ["reaches into the list", { compressedBytes: 1 << 20 }, "its data reaches into the list of contents"],
  ])("rejects a member that %s, and reads the others", async (_what, entry, why) => {
    await put({
      "logs.zip": zip({ name: "good.log", content: log("1") }, { name: "bad", content: log("2"), ...entry }),
    });
    const { ids, rejected, account } = await collect(path("logs.zip"));
    expect(ids).toEqual(["1"]);
    expect(rejected).toMatchObject([
      { file: "logs.zip!/bad", reason: "decompression-failed", detail: `a member of a zip that is not read: ${why}` },
    ]);
    expect(account.totals).toMatchObject({ records: 2, events: 1, rejected: 1 });
  });

  test("rejects what a wrong check sum makes doubtful, and keeps its events", async () => {
    await put({ "logs.zip": zip({ name: "a.log", content: log("1"), crc: 1 }) });
    const { ids, rejected } = await collect(path("logs.zip"));
    expect(ids).toEqual(["1"]);
    expect(rejected).toMatchObject([{ file: "logs.zip!/a.log", byteOffset: log("1").length }]);
  });

  test("reads one of two members whose data overlaps", async () => {
    const again = { content: log("1"), headerAt: 0 };
    await put({ "logs.zip": zip({ name: "a", content: log("1") }, { name: "a", ...again }, { name: "a", ...again }) });
    const { ids, rejected } = await collect(path("logs.zip"));
    expect(ids).toEqual(["1"]);
    expect(rejected.map(({ file, detail }) => [file, detail])).toEqual(
      ["logs.zip!/a#2", "logs.zip!/a#3"].map((file) => [
        file,
        "a member of a zip that is not read: its data overlaps that of another",
      ]),
    );
  });

  test("says that a zip breaks off or that its list is damaged", async () => {
    const whole = zip({ name: "a.log", content: log("1") });
    const damaged = Buffer.from(whole);
    damaged[whole.length - 22 - 46 - 5] = 0;
    await put({ "cut.zip": whole.subarray(0, -1), "damaged.zip": damaged, "empty.zip": zip() });
    const { rejected, account } = await collect(folder);
    expect(rejected.map(({ file, detail }) => [file, detail])).toEqual([
      ["cut.zip", "zip: breaks off: the list of its contents, which stands at the end, is missing"],
      ["damaged.zip", "zip: a damaged list of contents"],
    ]);
    expect(account.skipped.map(({ file }) => file)).toEqual(["empty.zip"]);
  });

  test("is not read from a stream or out of another archive, and says so", async () => {
    const bytes = zip({ name: "a.log", content: log("1") });
    for (const input of [bytes, gzipSync(bytes), tar({ name: "inner.zip", content: bytes })]) {
      const { rejected } = await collectBytes(input);
      expect(rejected).toMatchObject([
        { reason: "decompression-failed", detail: expect.stringMatching(/^a zip inside a stream/) },
      ]);
    }
  });

  test("never throws on damage, at any byte", async () => {
    const whole = zip({ name: "a.log", content: log("1") }, { name: "b.log", content: log("2"), isLarge: true });
    for (let at = 2; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      await put({ "logs.zip": damaged });
      const { ids, rejected } = await collect(path("logs.zip"));
      if (ids.join() !== "1,2") expect(rejected.length).toBeGreaterThan(0);
    }
  });
});

describe("archives in archives", () => {
  test("are read with their names one behind the other", async () => {
    const inner = gzipSync(tar({ name: "m1/audit.log.gz", content: gzipSync(log("1")) }));
    const outer = gzipSync(tar({ name: "day1/logs.tgz", content: inner }, { name: "audit.log", content: log("2") }));
    await put({ "support.zip": zip({ name: "case/outer.tar.gz", content: outer }) });
    const found = await collect(path("support.zip"));
    expect(places(found)).toEqual([
      "support.zip!/case/outer.tar.gz!/day1/logs.tgz!/m1/audit.log.gz 1",
      "support.zip!/case/outer.tar.gz!/audit.log 2",
    ]);
    expect(instances(found)).toEqual(["support/case/outer/day1/logs/m1", "support/case/outer"]);
    expect(found.account.files.map(({ archive }) => archive)).toEqual([
      undefined,
      "support.zip",
      "support.zip!/case/outer.tar.gz",
      "support.zip!/case/outer.tar.gz!/day1/logs.tgz",
      "support.zip!/case/outer.tar.gz",
    ]);
  });

  test("and compressed files in each other are read to a depth of eight layers", async () => {
    const nested = (layers: number): Buffer => {
      let bytes = Buffer.from(log("1"));
      for (let layer = 0; layer < layers; layer++) bytes = gzipSync(bytes);
      return bytes;
    };
    expect((await collectBytes(nested(8))).ids).toEqual(["1"]);
    const { rejected } = await collectBytes(nested(9));
    expect(rejected).toMatchObject([
      { reason: "decompression-failed", detail: expect.stringMatching(/more than 8 layers deep/) },
    ]);
    let bytes: Buffer = Buffer.from(log("1"));
    for (let layer = 0; layer < 10; layer++) bytes = tar({ name: "t", content: bytes });
    expect((await collectBytes(bytes)).rejected).toMatchObject([
      { detail: expect.stringMatching(/more than 8 layers deep/) },
    ]);
  });
});

describe("an OpenShift must-gather", () => {
  const files = {
    "quay-io-sha256-1/audit_logs/kube-apiserver/master-0-audit-2026-11-22T12-18-26.954.log.gz": gzipSync(log("1")),
    "quay-io-sha256-1/audit_logs/kube-apiserver/master-0.example.test-audit.log": log("2"),
    "quay-io-sha256-1/audit_logs/kube-apiserver/my-audit-node-audit.log": log("3"),
    "quay-io-sha256-1/audit_logs/openshift-apiserver/master-0-audit.log": log("4"),
    "quay-io-sha256-1/audit_logs/kube-apiserver.audit_logs_listing": "--- master-0\nfile\n",
    "quay-io-sha256-1/other/master-0-audit.log": log("5"),
  };
  const nodes = ["master-0", "master-0.example.test", "my-audit-node", "master-0/openshift-apiserver"];

  test("gives the node as instance from its archive", async () => {
    const bytes = tar(...Object.entries(files).map(([name, content]) => ({ name, content })));
    await put({ "must-gather.tar.gz": gzipSync(bytes) });
    const found = await collect(path("must-gather.tar.gz"));
    expect(instances(found)).toEqual([...nodes, "must-gather/quay-io-sha256-1/other"]);
    expect(found.account.skipped.map(({ file }) => file)).toEqual([
      "must-gather.tar.gz!/quay-io-sha256-1/audit_logs/kube-apiserver.audit_logs_listing",
    ]);
  });

  test("and from its folder", async () => {
    await put(files);
    expect(instances(await collect(folder)).toSorted()).toEqual([...nodes, "quay-io-sha256-1/other"].toSorted());
    expect(instances(await collect(path("quay-io-sha256-1/audit_logs/kube-apiserver"))).toSorted()).toEqual(
      nodes.slice(0, 3),
    );
  });
});

describe("gzip beside its log", () => {
  test("a half-written .gz is read as far as it goes, and nothing of the log is lost", async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `${n}-${(n * 7919) % 1009}`);
    const members = Buffer.concat(ids.map((id) => gzipSync(log(id))));
    await put({
      "audit-2026-11-22T12-18-26.954.log": log(...ids),
      "audit-2026-11-22T12-18-26.954.log.gz": members.subarray(0, -30),
    });
    const found = await collect(folder);
    expect(found.ids.slice(0, 500)).toEqual(ids);
    const again = found.events.slice(500);
    expect(again.filter(({ provenance }) => provenance.truncated !== true).map(({ event }) => event.auditID)).toEqual(
      ids.slice(0, 499),
    );
    expect(found.rejected.map(({ file, reason }) => [file, reason])).toContainEqual([
      "audit-2026-11-22T12-18-26.954.log.gz",
      "decompression-failed",
    ]);
  });
});
