import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as schema from "@kaudit/schema";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as evidence from "../src/index.js";
import { plainReading } from "./support/event-reading.js";
import { logFiles } from "./support/sample-evidence.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);
/** The package of that name reads more forms; this one may not be imported here. */
const stream = {
  readEvents: (folder: string) => plainReading(logFiles(fileURLToPath(new URL(`../../../${folder}`, import.meta.url)))),
};

describe("README", { timeout: 60_000 }, () => {
  test("has runnable examples", () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  test.each(examples)("$title prints what it says", async ({ code, output }) => {
    const modules = { "@kaudit/evidence": evidence, "@kaudit/schema": schema, "@kaudit/stream": stream };
    expect(await runReadmeExample(code, modules)).toBe(output);
  });

  test("names every export and every error code", () => {
    for (const name of Object.keys(evidence)) expect(readme).toContain(`\`${name}\``);
    const source = readFileSync(new URL("../src/errors.ts", import.meta.url), "utf8");
    const codes = [...source.matchAll(/\| "(KAUDIT_[A-Z_]+)"/g)].map(([, code]) => code);
    expect(codes).toHaveLength(6);
    for (const code of codes) expect(readme).toMatch(new RegExp(`^\\| \`${code}\``, "m"));
  });
});
