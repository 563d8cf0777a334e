import { readFileSync } from "node:fs";
import * as schema from "@kaudit/schema";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as controls from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);

describe("README", () => {
  test("has runnable examples", () => {
    expect(examples).toHaveLength(2);
  });

  test.each(examples)("$title prints what it says", async ({ code, output }) => {
    expect(await runReadmeExample(code, { "@kaudit/controls": controls, "@kaudit/schema": schema })).toBe(output);
  });

  test("names every export", () => {
    for (const name of Object.keys(controls)) expect(readme).toContain(`\`${name}\``);
  });

  test.each(controls.frameworks.map((framework) => [framework.id, framework] as const))(
    "lists %s with its number of controls and its categories",
    (id, framework) => {
      const line = readme.split("\n").find((text) => text.startsWith(`| \`${id}\``)) ?? "";
      const [, , , count, categories] = line.split("|").map((text) => text.trim());
      expect(Number(count)).toBe(framework.controls.length);
      expect(categories).toBe(framework.categories.map((category) => `\`${category.id}\``).join(", "));
    },
  );
});
