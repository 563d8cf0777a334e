import { readFileSync } from "node:fs";
import * as schema from "@kaudit/schema";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as rules from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);

describe("README", () => {
  test("has a runnable example", () => {
    expect(examples).toHaveLength(1);
  });

  test.each(examples)("$title prints what it says", async ({ code, output }) => {
    expect(await runReadmeExample(code, { "@kaudit/rules": rules, "@kaudit/schema": schema })).toBe(output);
  });

  test("names every export", () => {
    for (const name of Object.keys(rules)) expect(readme).toContain(`\`${name}\``);
  });
});
