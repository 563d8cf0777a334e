import { readFileSync } from "node:fs";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as schema from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);

describe("README", () => {
  test("has a runnable example", () => {
    expect(examples).toHaveLength(1);
  });

  test.each(examples)("$title prints what it says", async ({ code, output }) => {
    expect(await runReadmeExample(code, { "@kaudit/schema": schema })).toBe(output);
  });

  test("names every export and every error code", () => {
    for (const name of Object.keys(schema)) expect(readme).toContain(`\`${name}\``);
    const source = readFileSync(new URL("../src/schema-error.ts", import.meta.url), "utf8");
    const codes = [...source.matchAll(/\| "(KAUDIT_[A-Z_]+)"/g)].map(([, code]) => code);
    expect(codes).toHaveLength(4);
    for (const code of codes) expect(readme).toMatch(new RegExp(`^\\| \`${code}\``, "m"));
  });
});
