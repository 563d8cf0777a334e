import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, type CommandResult } from "./run-command.js";
import { publicPackages, readRepositoryFile, repository } from "./workspace.js";

const readme = readRepositoryFile("README.md");
const folder = mkdtempSync(join(tmpdir(), "kaudit-readme-"));
const logs = join(folder, "log");

/** The lines of the fenced blocks of one language. */
function fencedLines(language: string): readonly string[] {
  return [...readme.matchAll(/^```(\w+)\n([^]*?)^```$/gmu)]
    .filter(([, name]) => name === language)
    .flatMap(([, , block]) => (block ?? "").split("\n").filter((line) => line.trim() !== ""));
}

const commands = fencedLines("sh").filter((line) => /^(?:npx )?kaudit /u.test(line));
const scheduled = fencedLines("crontab").filter((line) => /^[\d*]/u.test(line));
const schedule = scheduled.filter((line) => !line.includes("--store"));

/** Runs a line as a shell does, with `kaudit` on the path. */
function inShell(line: string): Promise<CommandResult> {
  const path = [join(folder, "bin"), process.env["PATH"] ?? ""].join(delimiter);
  return runCommand("sh", ["-c", line], { cwd: folder, env: { PATH: path } });
}

/** The first instant of the month before this one, in UTC. The command asks the real clock, so this has to as well. */
function lastMonth(): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
}

/** Writes the example log as if it had been recorded on the first day of last month. Gives the number of its events. */
function writeLogOfLastMonth(): number {
  const source = join(repository, "examples/recommended-policy");
  const day = lastMonth().toISOString().slice(0, 10);
  mkdirSync(logs);
  let events = 0;
  for (const name of readdirSync(source).filter((file) => file.endsWith(".log"))) {
    const text = readFileSync(join(source, name), "utf8");
    writeFileSync(join(logs, name), text.replaceAll(/"2026-11-22T(12:1[89]:[\d.]+Z)"/gu, `"${day}T$1"`));
    events += text.trimEnd().split("\n").length;
  }
  return events;
}

beforeAll(() => {
  mkdirSync(join(folder, "bin"));
  symlinkSync(join(repository, "apps/reporter/dist/cli.js"), join(folder, "bin/kaudit"));
  symlinkSync(join(repository, "examples"), join(folder, "examples"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("README.md", () => {
  test("shows a command for a report and for queries", () => {
    expect(commands.some((line) => line.startsWith("kaudit report "))).toBe(true);
    expect(commands.filter((line) => line.startsWith("kaudit query ")).length).toBeGreaterThan(1);
  });

  test.each(commands)(
    "%s",
    async (line) => {
      const { code, stdout, stderr } = await inShell(line);
      expect(stderr).not.toMatch(/\berror\b/iu);
      expect(code).toBe(0);
      // A query shows rows; a report leaves its pack.
      if (line.startsWith("kaudit query ")) expect(stdout.trim().split("\n").length).toBeGreaterThan(2);
      const out = /--out (\S+)/u.exec(line)?.[1];
      if (out !== undefined && !line.startsWith("kaudit report ")) expect(readdirSync(folder)).toContain(out);
      else if (out !== undefined) expect(readdirSync(join(folder, out))).toContain("SHA256SUMS");
    },
    60_000,
  );

  test("its crontab line makes last month's pack, says nothing, and does not overwrite it the next time", async () => {
    const events = writeLogOfLastMonth();
    expect(schedule).toHaveLength(1);
    const [line = ""] = schedule;
    expect(line).toMatch(/^\d+ \d+ 1 \* \* .*--period last-month/u);
    const command = line
      .replace(/^(?:\S+\s+){5}/u, "")
      .replaceAll("\\%", "%")
      .replace("/var/log/kubernetes/audit", logs)
      .replace("/var/lib/kaudit/", join(folder, "packs/"));

    const first = await inShell(command);
    expect(first).toEqual({ code: 0, stdout: "", stderr: "" });
    const [name = ""] = readdirSync(join(folder, "packs"));
    expect(name).toMatch(/^\d{4}-\d{2}$/u);
    const bundle = readFileSync(join(folder, "packs", name, "bundle.json"), "utf8");
    expect(bundle).toContain(`${lastMonth().toISOString().slice(0, 10)}T00:00:00`);
    expect(
      readFileSync(join(folder, "packs", name, "registers/secrets.csv"), "utf8").split("\n").length,
    ).toBeGreaterThan(100);
    expect(events).toBe(1_214);

    const second = await inShell(command);
    expect(second.code).toBe(4);
    expect(second.stderr).toContain("--force");
  }, 60_000);

  test("its crontab lines of the store collect, and make last month's pack from it", async () => {
    const lines = scheduled.filter((line) => line.includes("--store"));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const command = line
        .replace(/^(?:\S+\s+){5}/u, "")
        .replace("/var/log/kubernetes/audit", logs)
        .replace("/var/lib/kaudit/store", join(folder, "store"));
      const { code, stderr } = await inShell(command);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
    }
    const pack = `kaudit-prod-eu-1-${lastMonth().toISOString().slice(0, 7)}`;
    const register = readFileSync(join(folder, pack, "registers/secrets.csv"), "utf8");
    expect(register.split("\n").length).toBeGreaterThan(100);
  }, 60_000);

  test("has the exit codes of the command's own help", async () => {
    const { stdout } = await inShell("kaudit report --help");
    const helped = [...(stdout.split("Exit codes:")[1] ?? "").matchAll(/^ +(\d+) {2}/gmu)].map(([, code]) => code);
    const told = [...readme.matchAll(/^\| (\d+) +\|/gmu)].map(([, code]) => code);
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual(helped);
  });

  test("names the test and demo commands that .ci/run looks for", () => {
    expect(fencedLines("sh")).toEqual(expect.arrayContaining(["npm ci && npm run demo", "npm ci && npm test"]));
  });

  test("lists the packages there are", () => {
    const listed = [...readme.matchAll(/^\| \[`(@kaudit\/[a-z-]+)`\]\(([\w/-]+)\)/gmu)].map(([, name, path]) => [
      name,
      path,
    ]);
    expect(listed.toSorted()).toEqual(publicPackages.map(({ path, manifest }) => [manifest.name, path]).toSorted());
  });

  test("links to files that exist", () => {
    for (const [, target = ""] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/gu)) {
      expect(() => readdirOrRead(target), target).not.toThrow();
    }
  });
});

function readdirOrRead(path: string): void {
  try {
    readRepositoryFile(path);
  } catch {
    readdirSync(join(repository, path));
  }
}
