import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kauditFile } from "./spawn-kaudit.js";

/** Whether this system lets us mount a disk of our own, as root on Linux. */
function canMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let folder: string;
let disk: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-disk-full-test-"));
  disk = join(folder, "disk");
  await mkdir(disk);
  const event = auditEvent({ requestReceivedTimestamp: "2026-10-14T12:00:00.000000Z" });
  const garbage = Array.from({ length: 20_000 }, (_, n) => `line ${n} is not an event\n`).join("");
  await writeFile(join(folder, "garbage.log"), garbage + jsonLines([event]));
  await writeFile(join(folder, "good.log"), jsonLines([event]));
  await writeFile(join(folder, "many.log"), jsonLines(Array.from({ length: 500 }, () => event)));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs kaudit where `disk` is a disk of 64 KiB; gives how it ended, and what is left on the disk. */
function onTinyDisk(args: readonly string[]): Promise<{ exitCode: unknown; stderr: string; left: string }> {
  const script = `mount -t tmpfs -o size=64k tmpfs "$1" && cd "$2" && shift 2 && "$@"; code=$?; ls -A "${disk}"; exit $code`;
  const command = ["-m", "sh", "-c", script, "sh", disk, folder, process.execPath, kauditFile, ...args];
  return new Promise((resolve) => {
    execFile("unshare", command, { env: { PATH: process.env["PATH"] } }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stderr, left: stdout });
    });
  });
}

describe.skipIf(!canMount())("a full disk", () => {
  test("for temporary files ends with 4, one line and nothing left", async () => {
    const result = await onTinyDisk(["query", "secrets", "garbage.log", "--temp-dir", disk]);
    expect(result).toEqual({
      exitCode: 4,
      stderr: expect.stringMatching(
        /^kaudit: the disk is full where temporary files are kept \([^\n]*\); free space there, or name a larger disk with --temp-dir\n$/,
      ),
      left: "",
    });
  });

  test("for converted events ends with 4, one line and nothing left", async () => {
    const args = ["convert", "many.log", "--out", join(disk, "events.jsonl")];
    const { exitCode, stderr, left } = await onTinyDisk(args);
    expect({ exitCode, left }).toEqual({ exitCode: 4, left: "" });
    expect(stderr).toMatch(/^kaudit: [^\n]*cannot be written \(ENOSPC\)[^\n]*\n$/);
  });

  test("for the pack ends with 4, one line and nothing left", async () => {
    const args = ["report", "good.log", "--period", "2026-10", "--out", join(disk, "pack")];
    const { exitCode, stderr, left } = await onTinyDisk(args);
    expect({ exitCode, left }).toEqual({ exitCode: 4, left: "" });
    expect(stderr).toMatch(/^kaudit: [^\n]*(full|space)[^\n]*\n$/i);
    expect(await readdir(folder)).not.toContain("pack");
  });
});
