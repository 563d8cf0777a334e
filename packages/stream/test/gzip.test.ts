import { deflateRawSync, gzipSync } from "node:zlib";
import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { DecompressionBudget } from "../src/containers/decompression-budget.js";
import { gunzip } from "../src/containers/gzip.js";
import type { DecompressionFailure } from "../src/containers/gzip.js";
import { collectBytes, inChunks } from "./collect.js";

const events = Array.from({ length: 200 }, (_, n) =>
  auditEvent({ auditID: auditID(n), userAgent: `agent ${(n * 7919) % 1000}` }),
);
const log = Buffer.from(jsonLines(events));
const packed = gzipSync(log);
const noLimits = { maxDecompressedBytes: Infinity, maxCompressionRatio: Infinity };

async function unpack(
  bytes: Uint8Array,
  sizes: readonly number[] = [],
): Promise<{ text: Buffer; failure: DecompressionFailure | undefined }> {
  const content = gunzip(inChunks(bytes, sizes), new DecompressionBudget(noLimits));
  const parts: Buffer[] = [];
  for (;;) {
    const next = await content.next();
    if (next.done === true) return { text: Buffer.concat(parts), failure: next.value };
    parts.push(Buffer.from(next.value));
  }
}

/** A member with every optional header field that RFC 1952 knows. */
function memberWithAllFields(content: Buffer): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 255]);
  const extra = Buffer.from([3, 0, 1, 2, 3]);
  const plain = gzipSync(content);
  return Buffer.concat([
    header,
    extra,
    Buffer.from("audit.log\0"),
    Buffer.from("a comment\0"),
    Buffer.from([0, 0]),
    deflateRawSync(content),
    plain.subarray(-8),
  ]);
}

describe("gunzip", () => {
  test.each([
    ["one member", packed],
    ["two members", Buffer.concat([gzipSync(log.subarray(0, 1000)), gzipSync(log.subarray(1000))])],
    [
      "an empty member between others",
      Buffer.concat([gzipSync(log.subarray(0, 5)), gzipSync(""), gzipSync(log.subarray(5))]),
    ],
    ["NUL padding behind the last member", Buffer.concat([packed, Buffer.alloc(40_000)])],
    [
      "NUL padding between members",
      Buffer.concat([gzipSync(log.subarray(0, 1000)), Buffer.alloc(7), gzipSync(log.subarray(1000))]),
    ],
    ["all header fields", memberWithAllFields(log)],
    ["stored, not compressed", gzipSync(log, { level: 0 })],
  ])("gives all of %s, in any chunks", async (_what, bytes) => {
    for (const sizes of [[], [1], [7, 16_384, 3]]) {
      const { text, failure } = await unpack(bytes, sizes);
      expect(failure).toBeUndefined();
      expect(text.equals(log)).toBe(true);
    }
  });

  test("gives what there is of a member that breaks off, at every length", async () => {
    const small = gzipSync(log.subarray(0, 2000));
    let longest = 0;
    for (let length = 2; length < small.length; length++) {
      const { text, failure } = await unpack(small.subarray(0, length));
      expect(failure?.detail).toMatch(/breaks off/);
      expect(log.subarray(0, text.length).equals(text)).toBe(true);
      longest = Math.max(longest, text.length);
    }
    expect(longest).toBe(2000);
  });

  test("gives all content before garbage behind the last member, and names the place", async () => {
    const { text, failure } = await unpack(Buffer.concat([packed, Buffer.from("garbage")]));
    expect(text.equals(log)).toBe(true);
    expect(failure).toMatchObject({
      rawOffset: packed.length,
      detail: `bytes behind the last gzip member, from byte ${packed.length} of the compressed file on`,
    });
  });

  test("gives all content whose check sum or length does not match, and says so", async () => {
    for (const at of [packed.length - 8, packed.length - 1]) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const { text, failure } = await unpack(damaged);
      expect(text.equals(log)).toBe(true);
      expect(failure?.detail).toMatch(/check sum does not match/);
    }
  });

  test("never fails silently on a flipped byte: other content always comes with a failure", async () => {
    const small = gzipSync(log.subarray(0, 600));
    for (let at = 2; at < small.length; at++) {
      const damaged = Buffer.from(small);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      const { text, failure } = await unpack(damaged);
      if (failure === undefined) expect(text.equals(log.subarray(0, 600))).toBe(true);
    }
  });
});

describe("readEvents on gzip", () => {
  test("reads a truncated file as far as it goes and rejects the rest with its place", async () => {
    const { ids, rejected, account } = await collectBytes(packed.subarray(0, packed.length - 20));
    expect(ids.length).toBeGreaterThan(150);
    expect(ids).toEqual(events.slice(0, ids.length).map(({ auditID }) => auditID));
    const last = rejected.at(-1);
    expect(last).toMatchObject({ reason: "decompression-failed", byteOffset: account.files[0]?.decompressedBytes });
    expect(account.files[0]).toMatchObject({ compression: "gzip", bytes: packed.length - 20 });
  });

  test("is recognised by its first bytes, not by a name", async () => {
    expect((await collectBytes(packed)).ids.length).toBe(200);
    expect((await collectBytes(packed, {}, [1])).ids.length).toBe(200);
  });

  test.each([
    ["bzip2", [0x42, 0x5a, 0x68, 0x39]],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
    ["lz4", [0x04, 0x22, 0x4d, 0x18]],
    ["7-Zip", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ])("rejects %s as a whole: whether it holds audit records nobody knows", async (name, magic) => {
    const { rejected, account } = await collectBytes(Buffer.from([...magic, 1, 2, 3, 4]));
    expect(rejected).toMatchObject([
      {
        byteOffset: 0,
        byteLength: magic.length + 4,
        reason: "decompression-failed",
        detail: `compressed with ${name}, which is not read; decompress it first`,
      },
    ]);
    expect(account.totals).toMatchObject({ records: 1, rejected: 1, bytes: magic.length + 4 });
  });

  test("reads a bomb in bounded memory: 64 MiB of one line are one rejected record", async () => {
    const bomb = gzipSync(Buffer.alloc(1 << 26, 0x61));
    expect(bomb.length).toBeLessThan(100_000);
    const { rejected } = await collectBytes(bomb, { maxRecordBytes: 1 << 20 });
    expect(rejected).toMatchObject([{ reason: "too-long", byteLength: 1 << 26, excerpt: "text, 67,108,864 bytes" }]);
  });
});
