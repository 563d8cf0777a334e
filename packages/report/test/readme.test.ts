import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as evidence from "@kaudit/evidence";
import * as schema from "@kaudit/schema";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as report from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);
// This package must not depend on the reader of logs; its README's reader has both.
const streamSource = new URL("../../stream/src/index.ts", import.meta.url).href;

describe("README", () => {
  const home = process.cwd();
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kaudit-readme-"));
    symlinkSync(fileURLToPath(new URL("../../../examples", import.meta.url)), join(folder, "examples"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  test("has a runnable example", () => {
    expect(examples).toHaveLength(1);
  });

  test.each(examples)("$title prints what it says", { timeout: 60_000 }, async ({ code, output }) => {
    const stream = (await import(/* @vite-ignore */ streamSource)) as Readonly<Record<string, unknown>>;
    const modules = {
      "node:fs": { ...fs },
      "@kaudit/evidence": evidence,
      "@kaudit/report": report,
      "@kaudit/schema": schema,
      "@kaudit/stream": stream,
    };
    expect(await runReadmeExample(code, modules)).toBe(output);
  });

  test("names every export and every error code", () => {
    for (const name of Object.keys(report)) expect(readme).toMatch(new RegExp(`\`${name}[(\`]`));
    const source = readFileSync(new URL("../src/errors.ts", import.meta.url), "utf8");
    const codes = [...source.matchAll(/\| "(KAUDIT_[A-Z_]+)"/g)].map(([, code]) => code);
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(readme).toMatch(new RegExp(`^\\| \`${code}\``, "m"));
  });
});
