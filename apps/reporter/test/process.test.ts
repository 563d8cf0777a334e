import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditEvent, auditID, instant, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageFile from "../package.json" with { type: "json" };
import { ended, kauditFile, spawnKaudit, startKaudit } from "./spawn-kaudit.js";

const events = 20_000;
let folder: string;
let log: string;
let temp: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-process-test-"));
  temp = join(folder, "temp");
  await mkdir(temp);
  log = join(folder, "audit.log");
  const file = createWriteStream(log);
  for (let n = 0; n < events; n++) {
    file.write(jsonLines([auditEvent({ auditID: auditID(n), requestReceivedTimestamp: instant(n) })]));
  }
  await new Promise<void>((resolve) => {
    file.end(() => resolve());
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the kaudit process", () => {
  test("is an executable file with a shebang", async () => {
    expect((await stat(kauditFile)).mode & 0o777).toBe(0o755);
  });

  test.each([["--version"], ["-V"]])("%s prints the version", async (flag) => {
    expect(await spawnKaudit([flag])).toEqual({ exitCode: 0, stdout: `${packageFile.version}\n`, stderr: "" });
  });

  test.each([
    [["frob"], 2, /^kaudit: frob is not a command[^\n]*\n$/],
    [["query", "secrets", "/no/such/file"], 3, /^kaudit: \/no\/such\/file: no such file[^\n]*\n$/],
    [["query", "secrets", "x", "--temp-dir", "/no/such/folder"], 4, /^kaudit: temporary files [^\n]*\n$/],
  ])("%j ends with %i and one line", async (args, exitCode, message) => {
    const result = await spawnKaudit(args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(message);
  });

  test("ends quietly with 0 when the reader goes away", async () => {
    const child = startKaudit(["query", "events", log, "-o", "jsonl", "--temp-dir", temp]);
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdout.once("data", () => child.stdout.destroy());
    const exitCode = await new Promise((resolve) => {
      child.on("close", resolve);
    });
    expect(Buffer.concat(stderr).toString()).toBe("");
    expect(exitCode).toBe(0);
    expect(await readdir(temp)).toEqual([]);
  });

  test("convert ends quietly with 0 when the reader goes away, as head does", async () => {
    const child = startKaudit(["convert", log]);
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdout.once("data", () => child.stdout.destroy());
    const exitCode = await new Promise((resolve) => {
      child.on("close", resolve);
    });
    expect(Buffer.concat(stderr).toString()).toBe("");
    expect(exitCode).toBe(0);
  });

  test("SIGTERM while convert writes a file ends with 143 and leaves neither the file nor a part of it", async () => {
    const out = join(folder, "converted");
    await mkdir(out);
    const child = startKaudit(["convert", log, "-", "--out", join(out, "events.jsonl")]);
    const result = ended(child);
    while ((await readdir(out)).length === 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    const [made = ""] = await readdir(out);
    expect((await stat(join(out, made))).mode & 0o777).toBe(0o600);
    child.kill("SIGTERM");
    expect(await result).toEqual({ exitCode: 143, stdout: "", stderr: "kaudit: interrupted before its end\n" });
    expect(await readdir(out)).toEqual([]);
  });

  test("writes all rows through a slow pipe", async () => {
    const { exitCode, stdout } = await spawnKaudit(["query", "events", log, "-o", "jsonl"]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(events);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s while it waits for input ends with %i and leaves no temporary files", async (signal, exitCode) => {
    const child = startKaudit(["query", "secrets", "-", "--temp-dir", temp]);
    const result = ended(child);
    child.stdin.write(jsonLines([auditEvent()]));
    while ((await readdir(temp)).length === 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    const [made = ""] = await readdir(temp);
    expect((await stat(join(temp, made))).mode & 0o777).toBe(0o700);
    child.kill(signal);
    expect(await result).toEqual({ exitCode, stdout: "", stderr: "kaudit: interrupted before its end\n" });
    expect(await readdir(temp)).toEqual([]);
  });

  test("SIGTERM while a report is read ends with 143; there is neither a pack nor a temporary file", async () => {
    const out = join(folder, "packs");
    await mkdir(out);
    const child = startKaudit(["report", log, "-", "--period", "2026", "--temp-dir", temp, "--out", join(out, "pack")]);
    const result = ended(child);
    while ((await readdir(temp)).length === 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    child.kill("SIGTERM");
    expect(await result).toEqual({ exitCode: 143, stdout: "", stderr: "kaudit: interrupted before its end\n" });
    expect(await readdir(temp)).toEqual([]);
    expect(await readdir(out)).toEqual([]);
  });

  test("tells no stack trace, and places without messages with KAUDIT_DEBUG=1", async () => {
    const plain = await spawnKaudit(["query", "secrets", "/no/such/file"]);
    expect(plain.stderr).not.toContain("    at ");
    const debug = await spawnKaudit(["query", "secrets", "/no/such/file"], { environment: { KAUDIT_DEBUG: "1" } });
    expect(debug.stderr).toContain("    at ");
    expect(debug.exitCode).toBe(3);
  });

  test("takes options from the environment, the command line first", async () => {
    const few = join(folder, "few.log");
    await writeFile(few, jsonLines([auditEvent()]));
    const environment = { KAUDIT_OUTPUT: "csv", KAUDIT_CLUSTER: "from-environment" };
    const csv = await spawnKaudit(["query", "events", few], { environment });
    expect(csv.stdout).toMatch(/^rowId,time,cluster,.*\r\n.*,from-environment,/);
    const json = await spawnKaudit(["query", "events", few, "-o", "json", "--cluster", "typed"], { environment });
    expect(JSON.parse(json.stdout)).toMatchObject([{ cluster: "typed" }]);
  });
});
