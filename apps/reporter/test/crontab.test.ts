import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kauditFile, spawnKaudit } from "./spawn-kaudit.js";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));

/** Gives the crontab lines of a text: five fields of time, then the command. */
function crontabLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^(?:[\d*/,-]+ +){5}\S*kaudit /.test(line));
}

/** Gives the command as cron hands it to the shell: an unescaped % ends it, what follows is standard input. */
function commandOf(line: string): string {
  const command = line.replace(/^(?:\S+ +){5}/, "");
  const end = command.search(/(?<!\\)%/);
  return (end === -1 ? command : command.slice(0, end)).replaceAll("\\%", "%");
}

let folder: string;
const day = 24 * 60 * 60 * 1000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-crontab-test-"));
  await mkdir(join(folder, "bin"));
  await symlink(kauditFile, join(folder, "bin", "kaudit"));
  await mkdir(join(folder, "logs"));
  // An event at noon of each of the last hundred days, because the line speaks of the month before this one.
  const events = Array.from({ length: 100 }, (_, n) => {
    const time = `${new Date(Date.now() - n * day).toISOString().slice(0, 10)}T12:00:00.000000Z`;
    return auditEvent({ auditID: auditID(n), requestReceivedTimestamp: time, stageTimestamp: time });
  });
  await writeFile(join(folder, "logs", "audit.log"), jsonLines(events));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Bundle {
  readonly period: { readonly from: string; readonly to: string };
  readonly totals: Readonly<Record<string, number>>;
}

/** Runs a crontab line as cron does, with the log in its place; gives the bundle of the one pack it writes below `home`. */
async function runFromCron(line: string, home: string): Promise<Bundle> {
  const command = commandOf(line)
    .replace("/var/log/kubernetes/audit", join(folder, "logs"))
    .replace("/var/lib/kaudit", home);
  expect(command).not.toContain("/var/");

  // cron's environment: no locale, a short path.
  const env = { PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter), HOME: home, SHELL: "/bin/sh" };
  const result = await new Promise((resolve) => {
    execFile("/bin/sh", ["-c", command], { cwd: home, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  const [pack = "", ...others] = await readdir(home);
  expect(others).toEqual([]);
  expect(pack).toMatch(/^(kaudit-)?\d{4}-\d{2}$/);
  return JSON.parse(await readFile(join(home, pack, "bundle.json"), "utf8")) as Bundle;
}

describe("the crontab line", () => {
  test.each(["README", "help"])("of the %s works as cron runs it, and prints nothing", async (place) => {
    const text = place === "help" ? (await spawnKaudit(["report", "--help"])).stdout : readFileSync(readme, "utf8");
    const [line = "", ...others] = crontabLines(text);
    expect(others).toEqual([]);
    expect(line).toContain("--period last-month");
    const bundle = await runFromCron(line, await mkdtemp(join(folder, "home-")));

    const now = new Date();
    const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
    const to = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
    expect([Date.parse(bundle.period.from), Date.parse(bundle.period.to)]).toEqual([from, to]);
    const days = (to - from) / day;
    expect(bundle.totals).toMatchObject({ events: 100, insidePeriod: days, outsidePeriod: 100 - days });
  });
});
