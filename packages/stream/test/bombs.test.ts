import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGzip, gzipSync } from "node:zlib";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { collect, collectBytes } from "./collect.js";
import type { Collected } from "./collect.js";
import { tar, tarEntry, zip } from "./write-archives.js";

const log = (id: string): string => jsonLines([auditEvent({ auditID: id })]);
const mebibyte = 1 << 20;

/** Runs `work` and gives by how many bytes the process grew meanwhile, at most. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const look = (): void => void (peak = Math.max(peak, process.memoryUsage().rss));
  const timer = setInterval(look, 5);
  await work();
  clearInterval(timer);
  look();
  return peak - before;
}

/** Compresses `count` mebibytes of zeros without ever holding them. */
async function zeros(count: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise((resolve) => gzip.on("end", resolve));
  const block = Buffer.alloc(mebibyte);
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => gzip.write(block, () => resolve()));
  gzip.end();
  await ended;
  return Buffer.concat(parts);
}

/** A zstd frame of blocks that are one byte repeated: 128 KiB out of 4 bytes, the most there is. */
function zstdBomb(blocks: number): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3]);
  const block = Buffer.from([0x02, 0x00, 0x10, 0x61]);
  return Buffer.concat([head, ...Array.from({ length: blocks }, () => block), Buffer.from([0x03, 0x00, 0x10, 0x61])]);
}

describe("a decompression bomb", () => {
  test("of gzip in gzip is stopped by its ratio, in bounded memory, and the run goes on", async () => {
    const bomb = gzipSync(await zeros(1024), { level: 9 });
    expect(bomb.length).toBeLessThan(20_000);
    const folder = await mkdtemp(join(tmpdir(), "kaudit-bombs-"));
    try {
      await writeFile(join(folder, "a.log.gz"), bomb);
      await writeFile(join(folder, "b.log"), log("1"));
      let found!: Collected;
      const grown = await growth(async () => (found = await collect(folder)));
      expect(grown).toBeLessThan(150 * mebibyte);
      expect(found.ids).toEqual(["1"]);
      expect(found.rejected).toMatchObject([
        {
          file: "a.log.gz",
          reason: "decompression-failed",
          detail: expect.stringMatching(
            /decompresses to too many times its size, more than the option maxCompressionRatio allows \(10,000\); raise it if you trust the file$/,
          ),
        },
      ]);
      const account = found.account.files.find(({ file }) => file === "a.log.gz");
      expect(account).toMatchObject({ bytes: bomb.length, compression: "gzip" });
      expect(account?.decompressedBytes).toBeLessThan(200 * mebibyte);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("of zstd is stopped by its ratio", async () => {
    const grown = await growth(async () => {
      const { rejected, account } = await collectBytes(zstdBomb(40_000));
      expect(rejected.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/maxCompressionRatio/));
      expect(account.totals.decompressedBytes).toBeLessThan(2200 * mebibyte);
    });
    expect(grown).toBeLessThan(150 * mebibyte);
  });

  test("in a member of an archive ends the archive", async () => {
    const bomb = await zeros(512);
    const archive = tar(
      { name: "a.log", content: log("1") },
      { name: "bomb.gz", content: gzipSync(bomb) },
      { name: "b.log", content: log("2") },
    );
    const { ids, account } = await collectBytes(archive, { maxCompressionRatio: 100 });
    expect(ids).toEqual(["1", "2"]);
    expect(account.files.find(({ file }) => file === "stream!/bomb.gz")?.rejectedByReason).toEqual({
      "decompression-failed": 1,
    });
  });

  test("is stopped by its size", async () => {
    const { rejected, account } = await collectBytes(gzipSync(Buffer.alloc(10 * mebibyte)), {
      maxDecompressedBytes: mebibyte,
    });
    expect(account.totals.decompressedBytes).toBeLessThanOrEqual(mebibyte);
    expect(rejected).toMatchObject([
      {
        detail: expect.stringMatching(
          /decompresses to too many bytes, more than the option maxDecompressedBytes allows \(1,048,576\)/,
        ),
      },
    ]);
  });

  test("a limit does not touch what is not compressed, nor a compressed log of the usual ratio", async () => {
    expect(
      (await collectBytes(log("1").repeat(3000), { maxDecompressedBytes: 1, maxCompressionRatio: 1 })).ids.length,
    ).toBe(3000);
    // The same event again and again: gzip's best is 1:1,032.
    const packed = gzipSync(log("1").repeat(120_000), { level: 9 });
    const { rejected, account } = await collectBytes(packed);
    expect(account.totals.decompressedBytes).toBeGreaterThan(64 * mebibyte);
    expect(rejected).toEqual([]);
  });

  test.each([{ maxDecompressedBytes: 0 }, { maxCompressionRatio: 0.5 }])("the limit %o is refused", async (options) => {
    await expect(collectBytes("", options)).rejects.toThrow(/expected a whole number/);
  });
});

describe("an archive that is an attack", () => {
  test("of 100,000 empty members takes bounded memory and a short account", async () => {
    const empty = tarEntry({ name: "empty" });
    const archive = gzipSync(
      Buffer.concat([...Array.from({ length: 100_000 }, () => empty), tar({ name: "a.log", content: log("1") })]),
    );
    let found!: Collected;
    const grown = await growth(async () => (found = await collectBytes(archive)));
    expect(grown).toBeLessThan(200 * mebibyte);
    expect(found.ids).toEqual(["1"]);
    expect(found.account.skipped.length).toBe(1001);
    expect(found.account.skipped.at(-1)).toEqual({
      file: "stream!/",
      bytes: 0,
      reason: "99000 more members without audit records",
    });
  });

  test("of members that claim to be huge costs nothing", async () => {
    const { rejected } = await collectBytes(tarEntry({ name: "a.log", content: log("1"), size: 8 ** 11 - 1 }));
    expect(rejected).toMatchObject([{ file: "stream!/a.log", detail: "the archive breaks off inside this member" }]);
    const huge = await collectBytes(tarEntry({ name: "x", type: "x", size: 8 ** 11 - 1 }));
    expect(huge.rejected).toMatchObject([{ file: "stream", detail: "tar at byte 0: a header that is too large" }]);
  });

  test("of zip members that all lie on one another is read once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kaudit-bombs-"));
    try {
      const content = Buffer.alloc(mebibyte, "garbage\n");
      const again = Array.from({ length: 2000 }, () => ({
        name: "k",
        content: "",
        headerAt: 0,
        compressedBytes: 1000,
      }));
      await writeFile(
        join(folder, "a.zip"),
        zip({ name: "k", content }, ...again, { name: "b.log", content: log("1") }),
      );
      const { ids, account, rejected } = await collect(join(folder, "a.zip"));
      expect(ids).toEqual(["1"]);
      expect(rejected.length).toBe(2000);
      expect(account.totals.decompressedBytes).toBe(log("1").length);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
