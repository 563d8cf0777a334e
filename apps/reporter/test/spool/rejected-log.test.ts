import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RejectedRecord } from "@kaudit/schema";
import { hostileStrings, installErrorMatchers } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRejectedLog } from "../../src/spool/rejected-log.js";

installErrorMatchers();

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-rejected-test-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function record(n: number, detail = "not JSON"): RejectedRecord {
  return { file: "audit.log", byteOffset: n, byteLength: 10, reason: "not-json", detail, excerpt: "…" };
}

async function collect(records: AsyncIterable<RejectedRecord>): Promise<RejectedRecord[]> {
  const all: RejectedRecord[] = [];
  for await (const one of records) all.push(one);
  return all;
}

describe("createRejectedLog", () => {
  test("gives every record back in order, in memory and on disk, more than once", async () => {
    const log = createRejectedLog(folder);
    const given = Array.from({ length: 5_000 }, (_, n) => record(n));
    for (const one of given) log.add(one);
    expect(log.size).toBe(5_000);
    expect(await readdir(folder)).toEqual(["rejected.jsonl"]);
    expect((await stat(join(folder, "rejected.jsonl"))).mode & 0o777).toBe(0o600);
    expect(await collect(log.records())).toEqual(given);
    expect(await collect(log.records())).toEqual(given);
    log.close();
  });

  test("keeps a few records without touching the disk", async () => {
    const log = createRejectedLog(folder);
    const given = hostileStrings.slice(0, 50).map(({ value }, n) => record(n, value));
    for (const one of given) log.add(one);
    expect(await readdir(folder)).toEqual([]);
    expect(await collect(log.records())).toEqual(given);
  });

  test("keeps hostile text exact on disk", async () => {
    const log = createRejectedLog(folder);
    const given = Array.from({ length: 40 }).flatMap(() => hostileStrings.map(({ value }, n) => record(n, value)));
    for (const one of given) log.add(one);
    expect(await readdir(folder)).toEqual(["rejected.jsonl"]);
    expect(await collect(log.records())).toEqual(given);
    log.close();
  });

  test("fails with a code when its folder has gone", async () => {
    const log = createRejectedLog(join(folder, "gone"));
    expect(() => {
      for (let n = 0; n < 5_000; n++) log.add(record(n));
    }).toThrowCode("KAUDIT_SPOOL_FAILED");
  });
});
