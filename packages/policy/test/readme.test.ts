import { readFileSync } from "node:fs";

import * as schema from "@kaudit/schema";
import { describe, expect, test } from "vitest";

import * as policy from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```\n\n```\w*\n(.*?)```/gs)].map(([, code = "", output = ""]) => ({
  title: code.split("\n")[0] ?? "",
  code,
  output,
}));

/** Runs an example with the exports of this checkout in the place of its imports. */
async function run(code: string): Promise<string> {
  const modules: Readonly<Record<string, object>> = { "@kaudit/policy": policy, "@kaudit/schema": schema };
  const lines: string[] = [];
  const console = {
    log: (...values: unknown[]) => {
      lines.push(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" "));
    },
  };
  const body = code.replaceAll(/^import (\{[^}]*\}) from ("[^"]+");$/gm, "const $1 = modules[$2];");
  // oxlint-disable-next-line typescript/no-implied-eval -- the text comes from this package's README
  const example = new Function("modules", "console", `return (async () => {${body}})();`) as (
    ...values: unknown[]
  ) => Promise<void>;
  await example(modules, console);
  return `${lines.join("\n")}\n`;
}

describe("README", () => {
  test("shows the output of every example", () => {
    expect(examples).toHaveLength(readme.split("```ts\n").length - 1);
  });

  test.each(examples)("prints what it says: $title", async ({ code, output }) => {
    expect(await run(code)).toBe(output);
  });
});
