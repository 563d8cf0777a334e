import { execFileSync } from "node:child_process";
import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { DecompressionBudget } from "../src/containers/decompression-budget.js";
import type { DecompressionFailure } from "../src/containers/gzip.js";
import { createZstdDecoder, hasNativeZstd } from "../src/containers/zstd-decoder.js";
import type { ZstdDecoderFactory } from "../src/containers/zstd-decoder.js";
import { ZstdFrameDecoder } from "../src/containers/zstd-frame.js";
import { unzstd } from "../src/containers/zstd.js";
import { collectBytes, inChunks } from "./collect.js";

const events = Array.from({ length: 3000 }, (_, n) =>
  auditEvent({ auditID: auditID(n), userAgent: `agent ${(n * 7919) % 1000}`, requestURI: `/api/v1/pods?n=${n ** 3}` }),
);
const log = Buffer.from(jsonLines(events));
const noLimits = { maxDecompressedBytes: Infinity, maxCompressionRatio: Infinity };

/** Our decoder, and Node's own where this Node.js has one. */
const decoders: [name: string, create: ZstdDecoderFactory][] = [
  ["in JavaScript", (header) => new ZstdFrameDecoder(header)],
  ...(hasNativeZstd ? [["of Node.js", createZstdDecoder] as [string, ZstdDecoderFactory]] : []),
];

/** Compresses with the reference implementation. */
function zstd(content: Uint8Array, ...options: readonly string[]): Buffer {
  return execFileSync("zstd", ["-q", "-c", ...options], { input: content, maxBuffer: 1 << 28 });
}

/** A number of 24 bits before the rest: a block's header. */
function block(size: number, type: number, isLast: boolean, content: Buffer): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE(size * 8 + type * 2 + Number(isLast), 0, 3);
  return Buffer.concat([head, content]);
}

/** A frame header with a window of 128 KiB, and neither check sum nor content size. */
const frameHeader = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3]);

const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from("12345")]);

function randomBytes(length: number): Buffer {
  let state = 12_345;
  return Buffer.from(Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) >> 16));
}

describe.each(decoders)("unzstd with the decoder %s", (_name, create) => {
  async function unpack(
    bytes: Uint8Array,
    sizes: readonly number[] = [],
  ): Promise<{ text: Buffer; failure: DecompressionFailure | undefined }> {
    const content = unzstd(inChunks(bytes, sizes), new DecompressionBudget(noLimits), create);
    const parts: Buffer[] = [];
    for (;;) {
      const next = await content.next();
      if (next.done === true) return { text: Buffer.concat(parts), failure: next.value };
      parts.push(Buffer.from(next.value));
    }
  }

  test.each([
    ["level 1", log, ["-1"]],
    ["level 3", log, ["-3"]],
    ["level 19", log, ["-19"]],
    ["level 22 with a long window", log, ["--ultra", "-22", "--long=27"]],
    ["a negative level", log, ["--fast=5"]],
    ["without a check sum", log, ["--no-check"]],
    ["without a content size", log, ["--no-content-size"]],
    ["random bytes", randomBytes(300_000), []],
    ["few distinct bytes", randomBytes(300_000).map((byte) => (byte & 3) + 0x61), ["-19"]],
    ["one byte, repeated", Buffer.alloc(1_000_000, 0x61), []],
    ["nothing", Buffer.alloc(0), []],
    ["one byte", Buffer.from("x"), []],
    ["33 bytes", Buffer.from("012345678901234567890123456789012"), []],
  ])("gives what zstd was given: %s", async (_what, content, options) => {
    const packed = zstd(content, ...options);
    for (const sizes of [[], [7, 16_384, 3]]) {
      const { text, failure } = await unpack(packed, sizes);
      expect(failure).toBeUndefined();
      expect(text.equals(content)).toBe(true);
    }
  });

  test("gives short contents of every length, whose check sums differ in how they end", async () => {
    const all = Buffer.concat(Array.from({ length: 80 }, (_, length) => zstd(log.subarray(0, length))));
    const { text, failure } = await unpack(all);
    expect(failure).toBeUndefined();
    expect(text.toString()).toBe(Array.from({ length: 80 }, (_, length) => log.toString("utf8", 0, length)).join(""));
  });

  test("reads several frames and passes over those that are to be skipped", async () => {
    const bytes = [skippable, zstd(log.subarray(0, 5000)), skippable, zstd(log.subarray(5000)), skippable];
    for (const sizes of [[], [1]]) {
      const { text, failure } = await unpack(Buffer.concat(bytes), sizes);
      expect(failure).toBeUndefined();
      expect(text.equals(log)).toBe(true);
    }
  });

  test("gives all whole blocks of a frame that breaks off", async () => {
    const packed = zstd(log);
    for (const cut of [1, 4, 5, 300, packed.length >> 1, packed.length - 20, packed.length - 5]) {
      const { text, failure } = await unpack(packed.subarray(0, packed.length - cut));
      expect(failure?.detail).toMatch(/^zstd frame 1 at byte 0 of the compressed file: breaks off/);
      expect(log.subarray(0, text.length).equals(text)).toBe(true);
      if (cut < 5) expect(text.length).toBe(log.length);
      else expect(text.length % (1 << 17)).toBe(0);
    }
  });

  test("says where bytes behind the last frame begin", async () => {
    const packed = zstd(log);
    const { text, failure } = await unpack(Buffer.concat([packed, Buffer.from("garbage")]));
    expect(text.equals(log)).toBe(true);
    expect(failure).toEqual({
      rawOffset: packed.length,
      detail: `bytes behind the last zstd frame, from byte ${packed.length} of the compressed file on`,
    });
  });

  test("gives all content whose check sum does not match, and says so", async () => {
    const packed = zstd(log);
    packed[packed.length - 1] = (packed.at(-1) as number) ^ 1;
    const { text, failure } = await unpack(packed);
    expect(text.equals(log)).toBe(true);
    expect(failure?.detail).toMatch(/check sum does not match/);
  });

  test("never fails silently on a flipped byte: other content always comes with a failure", async () => {
    const small = zstd(log.subarray(0, 1500), "-19");
    for (let at = 4; at < small.length; at++) {
      for (const flip of [0x01, 0x55, 0xff]) {
        const damaged = Buffer.from(small);
        damaged[at] = (damaged[at] as number) ^ flip;
        const { text, failure } = await unpack(damaged);
        if (failure === undefined) expect(text.equals(log.subarray(0, 1500))).toBe(true);
      }
    }
  });

  test("refuses a window that is too large, before it takes the memory", async () => {
    for (const descriptor of [18 << 3, 31 << 3]) {
      const { failure } = await unpack(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 1, 0, 0]));
      expect(failure?.detail).toMatch(/needs a window of more than 128 MiB/);
    }
    const single = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]);
    expect((await unpack(single)).failure?.detail).toMatch(/needs a window of more than 128 MiB/);
  });

  test("refuses a dictionary", async () => {
    const { failure } = await unpack(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0x38, 7, 1, 0, 0]));
    expect(failure?.detail).toMatch(/compressed with a dictionary/);
  });

  test.each([
    ["a block of the reserved type", block(1, 3, true, Buffer.from("x"))],
    ["a block that is too long", block((1 << 17) + 1, 1, true, Buffer.from("x"))],
    ["a compressed block without content", block(0, 2, true, Buffer.alloc(0))],
    ["literals that refer to a tree that was never given", block(4, 2, true, Buffer.from([0x13, 0x40, 0, 0]))],
    ["a match before the beginning", block(6, 2, true, Buffer.from([0, 1, 0x54, 0, 10, 0]))],
  ])("calls %s damaged", async (_what, bytes) => {
    const { text, failure } = await unpack(Buffer.concat([frameHeader, bytes]));
    expect(failure?.detail).toMatch(/damaged data/);
    expect(text.length).toBe(0);
  });

  test("a few bytes that ask for thousands of millions of copies end at once", async () => {
    // 98,303 sequences of 131,074 bytes each, from tables of one symbol that need no bits.
    const sequences = Buffer.from([0x08, 0x61, 255, 255, 255, 0x54, 0, 0, 52, 0xff, 0xff, 0x01]);
    const started = performance.now();
    const { failure } = await unpack(Buffer.concat([frameHeader, block(sequences.length, 2, true, sequences)]));
    expect(failure?.detail).toMatch(/damaged data/);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("readEvents on zstd", () => {
  test("is recognised by its first bytes, also those of a frame that is skipped", async () => {
    const { ids, account } = await collectBytes(Buffer.concat([skippable, zstd(log)]));
    expect(ids).toEqual(events.map((event) => event.auditID));
    expect(account.files[0]).toMatchObject({ compression: "zstd", decompressedBytes: log.length });
  });

  test("reads a truncated file as far as it goes and rejects the rest with its place", async () => {
    const { ids, rejected, account } = await collectBytes(zstd(log).subarray(0, -30));
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).toEqual(events.slice(0, ids.length).map((event) => event.auditID));
    expect(rejected.at(-1)).toMatchObject({
      reason: "decompression-failed",
      byteOffset: account.files[0]?.decompressedBytes,
    });
  });
});
