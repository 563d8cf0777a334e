import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as store from "../src/index.js";
import { temporaryFolder } from "./temporary-folder.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const logs = fileURLToPath(new URL("../../../examples/", import.meta.url));

describe("README", () => {
  test.each(readmeExamples(readme))("prints what it says: $title", async ({ code, output }) => {
    const here = code
      .replace('"evidence/"', JSON.stringify(join(temporaryFolder(), "evidence")))
      .replace('"logs/', `"${logs}`);
    expect(await runReadmeExample(here, { "@kaudit/store": store })).toBe(output);
  });

  test("names every error code", () => {
    const errors = readFileSync(new URL("../src/errors.ts", import.meta.url), "utf8");
    const codes = new Set(errors.match(/KAUDIT_STORE_[A-Z_]+/g));
    expect(codes.size).toBeGreaterThan(10);
    for (const code of codes) expect(readme).toContain(`\`${code}\``);
  });
});
