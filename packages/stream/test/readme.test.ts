import * as fs from "node:fs";
import * as promises from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { readmeExamples, runReadmeExample } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import * as stream from "../src/index.js";
import * as text from "../src/text.js";

const readme = fs.readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = readmeExamples(readme);
const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));

describe("README", () => {
  test("has examples that show their output", () => {
    expect(examples.every(({ output }) => typeof output === "string")).toBe(true);
    expect(examples).toHaveLength(7);
  });

  test.each(examples)("prints what it says: $title", async ({ code, output }) => {
    // `logs/` in the example's paths stands for the fixtures.
    const here = code.replaceAll('"logs/', `"${fixtures}`);
    expect(
      await runReadmeExample(here, {
        "@kaudit/stream": stream,
        "@kaudit/stream/text": text,
        "node:fs": fs,
        "node:stream/promises": promises,
      }),
    ).toBe(output);
  });

  test("names every option and every error code", () => {
    for (const option of [
      "maxRecordBytes",
      "maxDepth",
      "instance",
      "raw",
      "onRejected",
      "onProgress",
      "signal",
      "allowHttp",
      "stdin",
    ]) {
      expect(readme).toMatch(new RegExp(`^\\| \`${option}\` +\\|`, "m"));
    }
    for (const option of [
      "checkpoint",
      "once",
      "fromEnd",
      "pollMilliseconds",
      "settleMilliseconds",
      "forgetMilliseconds",
    ]) {
      expect(readme).toMatch(new RegExp(`^\\| \`${option}\` +\\|`, "m"));
    }
    const source = fs.readFileSync(new URL("../src/errors.ts", import.meta.url), "utf8");
    const codes = new Set(source.match(/KAUDIT_STREAM_[A-Z_]+/g));
    expect(codes.size).toBe(9);
    for (const code of codes) expect(readme).toContain(code);
  });
});
