import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareByCodePoint, createMemorySpool, type SpooledRows } from "@kaudit/schema";
import { hostileStrings, installErrorMatchers } from "@kaudit/testkit";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDiskSpool } from "../../src/spool/disk-spool.js";
import { spoolError } from "../../src/spool/run-file.js";

installErrorMatchers();

interface Row {
  readonly key: string;
  readonly n: number;
  readonly text?: string;
}

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "kaudit-spool-test-"));
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

async function collect(rows: SpooledRows<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows.sorted()) all.push(row);
  return all;
}

/** How many files this process has open; 0 on systems that do not tell. */
async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd").catch(() => [])).length;
}

const keyOf = (row: Row): string => row.key;

describe("createDiskSpool", () => {
  test("reads back what the memory spool does, whatever the keys and the memory", async () => {
    const anyKey = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom("a", "b", "a\tb", "a\nb", "", "\ud800", "\udc00", "\u{10000}", "\uffff"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyKey, fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 120 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 2, max: 5 }),
        async (entries, maxBufferedBytes, maxOpenFiles) => {
          const disk = await createDiskSpool(parent, { maxBufferedBytes, maxOpenFiles });
          const memory = createMemorySpool();
          const onDisk = disk.open<Row>("rows", keyOf);
          const inMemory = memory.open<Row>("rows", keyOf);
          for (const [n, [key, text]] of entries.entries()) {
            await onDisk.append({ key, n, text });
            await inMemory.append({ key, n, text });
          }
          expect(onDisk.size).toBe(entries.length);
          const expected = await collect(inMemory);
          expect(await collect(onDisk)).toEqual(expected);
          expect(await collect(onDisk)).toEqual(expected);
          await disk.close();
        },
      ),
      { numRuns: 60 },
    );
    expect(await readdir(parent)).toEqual([]);
  });

  test("keeps the order of appending for equal keys over many files and passes", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 2_000, maxOpenFiles: 3 });
    const rows = disk.open<Row>("rows", keyOf);
    const count = 2_000;
    for (let n = 0; n < count; n++) await rows.append({ key: `k${(n * 7) % 10}`, n });
    const read = await collect(rows);
    expect(read).toHaveLength(count);
    for (const [i, row] of read.entries()) {
      const before = read[i - 1];
      if (before === undefined) continue;
      const order = compareByCodePoint(before.key, row.key);
      expect(order < 0 || (order === 0 && before.n < row.n)).toBe(true);
    }
    await disk.close();
  });

  test("survives every hostile string as key and as value", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    const rows = disk.open<Row>("rows", keyOf);
    for (const [n, { value }] of hostileStrings.entries()) await rows.append({ key: value, n, text: value });
    const read = await collect(rows);
    expect(read.map((row) => row.text)).toEqual(read.map((row) => row.key));
    expect(read.map((row) => row.key)).toEqual(hostileStrings.map(({ value }) => value).toSorted(compareByCodePoint));
    await disk.close();
  });

  test("reads rows far larger than a chunk", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    const rows = disk.open<Row>("rows", keyOf);
    const large = "snow 雪 ".repeat(60_000);
    await rows.append({ key: "b", n: 1, text: large });
    await rows.append({ key: "a", n: 2, text: "small" });
    expect(await collect(rows)).toEqual([
      { key: "a", n: 2, text: "small" },
      { key: "b", n: 1, text: large },
    ]);
    await disk.close();
  });

  test("gives several sets of rows one budget and keeps them apart", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 3_000 });
    const sets = ["a", "b", "c"].map((name) => ({ name, rows: disk.open<Row>(name, keyOf) }));
    for (let n = 0; n < 300; n++) {
      for (const { name, rows } of sets) await rows.append({ key: String(n % 10), n, text: name });
    }
    for (const { name, rows } of sets) {
      const read = await collect(rows);
      expect(read).toHaveLength(300);
      expect(new Set(read.map((row) => row.text))).toEqual(new Set([name]));
    }
    expect(() => disk.open("a", keyOf)).toThrow(RangeError);
    await disk.close();
  });

  test("can be appended to after it was read, and read while another reading is under way", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 300, maxOpenFiles: 2 });
    const rows = disk.open<Row>("rows", keyOf);
    for (let n = 0; n < 20; n++) await rows.append({ key: String(n).padStart(3, "0"), n });
    const slow = rows.sorted()[Symbol.asyncIterator]();
    expect((await slow.next()).value?.n).toBe(0);
    for (let n = 20; n < 60; n++) await rows.append({ key: String(n).padStart(3, "0"), n });
    expect((await collect(rows)).map((row) => row.n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const rest: number[] = [];
    for (let next = await slow.next(); next.done !== true; next = await slow.next()) rest.push(next.value.n);
    expect(rest).toEqual(Array.from({ length: 19 }, (_, n) => n + 1));
    await disk.close();
  });

  test("keeps at most maxOpenFiles files open, and few on disk", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1, maxOpenFiles: 4 });
    const rows = disk.open<Row>("rows", keyOf);
    let mostFiles = 0;
    for (let n = 0; n < 300; n++) {
      await rows.append({ key: String((n * 37) % 300).padStart(3, "0"), n });
      mostFiles = Math.max(mostFiles, (await readdir(disk.folder)).length);
    }
    // Four levels of at most three files each hold 256 runs; the fifth begins.
    expect(mostFiles).toBeLessThanOrEqual(16);
    const before = await openFiles();
    let mostOpen = 0;
    let read = 0;
    for await (const row of rows.sorted()) {
      mostOpen = Math.max(mostOpen, (await openFiles()) - before);
      read += row.n;
    }
    expect(mostOpen).toBeLessThanOrEqual(4);
    expect(read).toBe((299 * 300) / 2);
    await disk.close();
  });

  test("is private: folder 0700, files 0600, and nothing is left after close", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    const rows = disk.open<Row>("rows", keyOf);
    await rows.append({ key: "a", n: 1 });
    expect((await stat(disk.folder)).mode & 0o777).toBe(0o700);
    const [file] = await readdir(disk.folder);
    expect((await stat(join(disk.folder, file ?? ""))).mode & 0o777).toBe(0o600);
    await disk.close();
    await disk.close();
    expect(await readdir(parent)).toEqual([]);
  });

  test("closes the files of a reading that ends early", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    const rows = disk.open<Row>("rows", keyOf);
    for (let n = 0; n < 10; n++) await rows.append({ key: String(n), n });
    const before = await openFiles();
    for await (const row of rows.sorted()) if (row.n === 3) break;
    expect(await openFiles()).toBe(before);
    await disk.close();
  });

  test("is removed at once for a signal", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    await disk.open<Row>("rows", keyOf).append({ key: "a", n: 1 });
    disk.removeNow();
    expect(await readdir(parent)).toEqual([]);
  });

  test("refuses a folder that is not there, with a code", async () => {
    await expect(createDiskSpool(join(parent, "missing"))).toRejectWithCode("KAUDIT_SPOOL_FAILED");
  });

  test("reports files that vanish while it works, with a code", async () => {
    const disk = await createDiskSpool(parent, { maxBufferedBytes: 1 });
    const rows = disk.open<Row>("rows", keyOf);
    await rows.append({ key: "a", n: 1 });
    disk.removeNow();
    await expect(collect(rows)).toRejectWithCode("KAUDIT_SPOOL_FAILED");
    await expect(rows.append({ key: "b", n: 2 })).toRejectWithCode("KAUDIT_SPOOL_FAILED");
  });
});

describe("spoolError", () => {
  test.each([
    ["ENOSPC", "KAUDIT_SPOOL_DISK_FULL", 4],
    ["EDQUOT", "KAUDIT_SPOOL_DISK_FULL", 4],
    ["EACCES", "KAUDIT_SPOOL_FAILED", 4],
    ["EROFS", "KAUDIT_SPOOL_FAILED", 4],
  ])("%s is %s, exit code %i", (systemCode, code, exitCode) => {
    const error = spoolError("/scratch", Object.assign(new Error("x"), { code: systemCode }));
    expect(error.code).toBe(code);
    expect(error.exitCode).toBe(exitCode);
    expect(error.message).toContain("--temp-dir");
  });
});
