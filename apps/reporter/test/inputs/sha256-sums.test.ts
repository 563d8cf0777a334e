import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretCanaries } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { readSha256Sums } from "../../src/inputs/sha256-sums.js";

const one = "a".repeat(64);
const two = "b".repeat(64);
const read = (text: string): ReturnType<typeof readSha256Sums> => readSha256Sums(Buffer.from(text));

describe("readSha256Sums", () => {
  test("reads what sha256sum writes of names of every kind", () => {
    const folder = mkdtempSync(join(tmpdir(), "kaudit-sums-"));
    try {
      const names = [
        "audit.log",
        "two  spaces.log",
        "back\\slash.log",
        "line\nbreak.log",
        " leading",
        "ünï.log",
        "*.log",
      ];
      for (const name of names) writeFileSync(join(folder, name), name);
      for (const form of [[], ["--binary"], ["--tag"]]) {
        const output = execFileSync("sha256sum", [...form, "--", ...names], { cwd: folder });
        const { files, problems } = readSha256Sums(output);
        expect(problems).toEqual([]);
        expect(files.map(({ file }) => file)).toEqual(names);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ["comments, empty lines, CRLF and a byte-order mark", `\uFEFF# taken by cron\r\n\r\n${one}  audit.log\r\n`],
    ["capitals", `${one.toUpperCase()} *audit.log`],
    ["the same line twice", `${one}  audit.log\n${one}  audit.log\n`],
  ])("takes %s", (_name, text) => {
    expect(read(text)).toEqual({ files: [{ file: "audit.log", sha256: one }], problems: [] });
  });

  test.each([
    ["no line", "", 1, 1, "names no file; expected 64 hex digits"],
    ["comments only", "# none\n", 1, 1, "names no file"],
    ["another hash", `${one}  a.log\n${"c".repeat(40)}  b.log\n`, 2, 41, "has 40 hex digits, as SHA-1"],
    ["a digit too few", `${one.slice(1)}  a.log`, 1, 64, "expected 64 hex digits, two spaces and a file name"],
    ["no name", one, 1, 65, "has a hash and no file name"],
    ["JSON", '{"files":[]}', 1, 1, "expected 64 hex digits"],
    [
      "two hashes for one name",
      `${one}  a.log\n\n${two}  a.log\n`,
      3,
      1,
      "names a file that line 1 gives another hash",
    ],
    ["an escape that is none", `\\${one}  a\\t.log`, 1, 1, "has an escape in its name"],
  ])("refuses %s, with its place", (_name, text, line, column, message) => {
    const [problem] = read(text).problems;
    expect(problem).toMatchObject({ line, column });
    expect(problem?.message).toContain(message);
  });

  test("finds every wrong line, and shows nothing of what stands in it", () => {
    const { problems } = read(secretCanaries.map(({ secret }) => secret.replaceAll("\n", " ")).join("\n"));
    expect(problems.length).toBeGreaterThan(10);
    for (const { secret } of secretCanaries) expect(JSON.stringify(problems)).not.toContain(secret);
  });

  test("bytes that are no text are no hash list", () => {
    expect(readSha256Sums(Uint8Array.from([0x1f, 0x8b, 0xff])).problems[0]?.message).toMatch(/^is not UTF-8 text/);
  });
});
