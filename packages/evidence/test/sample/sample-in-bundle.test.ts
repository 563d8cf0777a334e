import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { registerCsv, registerNames } from "../../src/index.js";
import { sampleEvidence } from "../support/sample-evidence.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the sample of a bundle", () => {
  test("can be drawn again from the registers' files alone", async () => {
    const evidence = await sampleEvidence(example);
    const { sample, registers } = evidence.bundle;
    expect(sample).toMatchObject({
      size: "25",
      seed: "2026-11-22T12:00:00Z/2026-11-22T13:00:00Z/prod-eu-1",
      seedBasis: "period and cluster",
    });
    expect(sample.populations.map(({ register }) => register)).toEqual([...registerNames]);
    let redrawn = 0;
    for (const { register, selected, replacements, populationSha256, rows } of sample.populations) {
      let csv = "";
      for await (const piece of registerCsv(register, evidence.rows(register))) csv += piece;
      expect(populationSha256).toBe(sha256(csv));
      expect(registers.find(({ name }) => name === register)).toMatchObject({ sha256: populationSha256, rows });
      // Row ids are the first column and hold neither commas nor quotes.
      const ids = csv
        .split("\r\n")
        .slice(1)
        .map((line) => line.slice(0, line.indexOf(",")))
        .filter((id) => id.startsWith(`${register}-`) || /^[a-z]+-[0-9a-f]+$/.test(id));
      const ranked = ids
        .map((id) => [sha256(`${sample.seed}|${populationSha256}|${id}`), id] as const)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, id]) => id);
      expect(ranked).toHaveLength(rows);
      expect(selected).toEqual(ranked.slice(0, 25));
      expect(replacements).toEqual(ranked.slice(25, 30));
      if (rows > 25) redrawn++;
    }
    expect(redrawn).toBeGreaterThan(3);
  });

  test("takes another size and the auditor's seed", async () => {
    const sample = { size: { kind: "percent", percent: 10 }, seed: "audit 7" } as const;
    const { bundle } = await sampleEvidence(example, { sample });
    expect(bundle.sample).toMatchObject({ size: "10%", seed: "audit 7", seedBasis: "given" });
    for (const { rows, selected } of bundle.sample.populations) expect(selected).toHaveLength(Math.ceil(rows / 10));
  });
});
