import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

let folder: string;
/** One event of some hundred bytes, and one that its user agent makes longer than 4 KiB. */
const log = jsonLines([auditEvent(), auditEvent({ auditID: auditID(2), userAgent: "x".repeat(5_000) })]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-limits-test-"));
  await writeFile(join(folder, "audit.log"), log);
  // Two gzip members: the first is within the limit, with the second it is not.
  await writeFile(join(folder, "audit.log.gz"), Buffer.concat([gzipSync(log), gzipSync(log)]));
  // More than 64 MiB, which shrink about a thousand times.
  await writeFile(join(folder, "bomb.gz"), Buffer.concat([gzipSync(log), gzipSync(Buffer.alloc(80 << 20, 0x20))]));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Each command that reads logs, with what it prints of the rejected records. */
const commands = [
  ["inspect", ["inspect"]],
  ["convert", ["convert"]],
  ["query", ["query", "events"]],
  ["report", ["report", "--period", "2026-10", "--format", "json", "--out"]],
] as const;

async function run(args: readonly string[], file: string, limits: readonly string[], environment = {}) {
  const out = args[0] === "report" ? [join(folder, `pack-${Math.abs(hash([...limits, file].join()))}`), "--force"] : [];
  return runProgramHere([...args, ...out, join(folder, file), ...limits], { environment });
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}

describe.each(commands)("kaudit %s", (_name, args) => {
  test("reads what is within the limits", async () => {
    const { exitCode, stdout, stderr } = await run(args, "audit.log", ["--max-record-bytes", "8Ki"]);
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/[1-9]\d* (records? )?rejected|too-long/);
  });

  test.each([
    ["audit.log", "--max-record-bytes", "4Ki"],
    ["audit.log.gz", "--max-decompressed-bytes", "8000"],
    ["bomb.gz", "--max-compression-ratio", "100"],
  ])("rejects what of %s is beyond %s %s, and says so", async (file, option, value) => {
    const { exitCode, stdout, stderr } = await run(args, file, [option, value]);
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/1 (record )?rejected|rejected *1|\b1 (too-long|decompression-failed)/);
  });

  test("takes limits from the environment", async () => {
    const { exitCode, stdout, stderr } = await run(args, "audit.log", [], { KAUDIT_MAX_RECORD_BYTES: "4Ki" });
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/1 (record )?rejected|rejected *1|\b1 too-long/);
  });

  test.each([
    ["--max-record-bytes", "0"],
    ["--max-record-bytes", "513Mi"],
    ["--max-record-bytes", "16MB"],
    ["--max-record-bytes", "1.5Gi"],
    ["--max-record-bytes", "-1"],
    ["--max-decompressed-bytes", "1025Ti"],
    ["--max-decompressed-bytes", "1e9"],
    ["--max-compression-ratio", "10Ki"],
    ["--max-compression-ratio", "none"],
  ])("refuses %s %s before anything is read", async (option, value) => {
    const { exitCode, stdout, stderr } = await run(args, "missing.log", [option, value]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(String.raw`^kaudit: ${option} ${value}: expected a (size|whole number) from 1 to `),
    );
  });
});
