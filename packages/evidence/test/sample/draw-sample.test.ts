import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { drawSample, parseSampleSize, sampleRank } from "../../src/index.js";
import { sampledRows } from "../../src/sample/sample-size.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const population = { sha256: sha256("registers/secrets.csv"), rows: 1000 };
const ids = Array.from({ length: population.rows }, (_, index) => `secrets-${sha256(String(index)).slice(0, 16)}`);
const seed = "2026-10-01T00:00:00Z/2026-11-01T00:00:00Z/prod-eu-1";

/** The rule of the report, done again without the code under test. */
function rankedByHand(): readonly string[] {
  return ids
    .map((id) => [sha256(`${seed}|${population.sha256}|${id}`), id] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, id]) => id);
}

async function* many(): AsyncGenerator<string> {
  for (let index = 0; index < 50_000; index++) yield `row-${index}`;
}

describe("drawSample", () => {
  test.each([1, 25, 40, 60, 999])("draws the %i rows of lowest rank, and the next five", async (rows) => {
    const drawn = await drawSample(ids, population, { seed, size: { kind: "rows", rows } });
    const ranked = rankedByHand();
    expect(drawn.selected).toEqual(ranked.slice(0, rows));
    expect(drawn.replacements).toEqual(ranked.slice(rows, rows + 5));
  });

  test("draws the same rows whatever their order, and all when there are no more", async () => {
    const size = { kind: "rows", rows: 25 } as const;
    const forth = await drawSample(ids, population, { seed, size });
    expect(await drawSample(ids.toReversed(), population, { seed, size })).toEqual(forth);
    const few = await drawSample(ids.slice(0, 20), { ...population, rows: 20 }, { seed, size });
    expect(few.selected.toSorted()).toEqual(ids.slice(0, 20).toSorted());
    expect(few.replacements).toEqual([]);
    expect(await drawSample([], { ...population, rows: 0 }, { seed, size })).toEqual({
      selected: [],
      replacements: [],
    });
  });

  test("another seed and another population give other rows", async () => {
    const size = { kind: "rows", rows: 25 } as const;
    const first = await drawSample(ids, population, { seed, size });
    expect(await drawSample(ids, population, { seed: `${seed}!`, size })).not.toEqual(first);
    expect(await drawSample(ids, { ...population, sha256: sha256("other") }, { seed, size })).not.toEqual(first);
  });

  test("a rank is what sha256sum prints for the same text", () => {
    const text = `${seed}|${population.sha256}|${ids[0]}`;
    const printed = execFileSync("sha256sum", { input: text, encoding: "utf8" }).slice(0, 64);
    expect(sampleRank(seed, population.sha256, ids[0] ?? "")).toBe(printed);
  });

  test("holds no more rows than it gives", async () => {
    const size = { kind: "rows", rows: 25 } as const;
    const drawn = await drawSample(many(), { ...population, rows: 50_000 }, { seed, size });
    expect([drawn.selected.length, drawn.replacements.length]).toEqual([25, 5]);
  });
});

describe("parseSampleSize", () => {
  test.each([
    ["25", { kind: "rows", rows: 25 }],
    [" 60 ", { kind: "rows", rows: 60 }],
    ["10%", { kind: "percent", percent: 10 }],
    ["0.5%", { kind: "percent", percent: 0.5 }],
    ["100%", { kind: "percent", percent: 100 }],
  ])("reads %j", (text, size) => {
    expect(parseSampleSize(text)).toEqual(size);
  });

  test.each(["0", "0%", "-1", "101%", "2.5", "10001", "all", "", "1e3", "25 rows", "٣"])("refuses %j", (text) => {
    expect(parseSampleSize(text)).toBeNull();
  });

  test.each([
    [10, 101, 11],
    [10, 100, 10],
    [0.1, 1000, 1],
    [100, 7, 7],
    [50, 1_000_000, 10_000],
  ])("%f%% of %i rows are %i", (percent, rows, drawn) => {
    expect(sampledRows({ kind: "percent", percent }, rows)).toBe(drawn);
  });
});
