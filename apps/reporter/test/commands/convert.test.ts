import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SourceAccount } from "@kaudit/schema";
import { auditEvent, eventList, hostileStrings, instant, jsonLines } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleFolder, exampleLogs, rawLines } from "../raw-example.js";
import { type RunOptions, runProgramHere } from "../run-program.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-convert-test-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function convert(args: readonly string[], options?: RunOptions): ReturnType<typeof runProgramHere> {
  return runProgramHere(["convert", ...args], options);
}

/** The example as kube-apiserver wrote it, one file after the other. */
const exampleText = rawLines.map(({ text }) => `${text}\n`).join("");

/** A line without what an EventList's items do not have and older versions have differently. */
function withoutVersion(line: string): unknown {
  return { ...(JSON.parse(line) as object), kind: 0, apiVersion: 0 };
}

function userAgents(lines: string): readonly unknown[] {
  const events = lines.trimEnd().split("\n");
  return events.map((line) => (JSON.parse(line) as { readonly userAgent?: string }).userAgent ?? "");
}

describe("kaudit convert", () => {
  test("gives back kube-apiserver's own log byte for byte, in the order in which it was written", async () => {
    const { exitCode, stdout, stderr } = await convert([exampleFolder]);
    expect(exitCode).toBe(0);
    expect(stdout === exampleText).toBe(true);
    const counted = `${exampleLogs.length} files, ${rawLines.length.toLocaleString("en")}`;
    expect(stderr).toContain(`kaudit: ${counted} records = `);
    expect(stderr).toContain(`kaudit: 1,214 events = 1,214 written + 0 outside the period\n`);
  });

  test("gives the same lines from a webhook's EventList, from an array over several lines and from v1beta1", async () => {
    const events = rawLines.slice(0, 50);
    const parsed = events.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    await writeFile(join(folder, "list.json"), JSON.stringify(eventList(parsed as never)));
    await writeFile(join(folder, "array.json"), JSON.stringify(parsed, null, 2));
    const old = parsed.map((event) => ({ ...event, apiVersion: "audit.k8s.io/v1beta1" }));
    await writeFile(join(folder, "old.log"), jsonLines(old));
    for (const name of ["list.json", "array.json", "old.log"]) {
      const { stdout } = await convert([join(folder, name)]);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.map(withoutVersion), name).toEqual(events.map(({ text }) => withoutVersion(text)));
      if (name === "array.json") expect(lines).toEqual(events.map(({ text }) => text));
    }
  });

  test("--out writes a file that only its owner can read, .gz compressed, and nothing beside it", async () => {
    for (const name of ["out.jsonl", "out.jsonl.gz"]) {
      const out = join(folder, name);
      const { exitCode, stdout } = await convert([exampleFolder, "--out", out]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
      const bytes = await readFile(out);
      expect((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).equals(Buffer.from(exampleText))).toBe(true);
      expect((await stat(out)).mode & 0o777).toBe(0o600);
    }
    expect(await readdir(folder)).toEqual(["out.jsonl", "out.jsonl.gz"]);
  });

  test("takes the events of a period by when the request was received, and counts the others", async () => {
    const events = [0, 10, 20, 30].map((second) =>
      auditEvent({ requestReceivedTimestamp: instant(second), stageTimestamp: instant(100) }),
    );
    const noTime = auditEvent({ requestReceivedTimestamp: null });
    await writeFile(join(folder, "audit.log"), jsonLines([...events, noTime]));
    const args = [join(folder, "audit.log"), "--from", "2026-10-14T09:00:10Z", "--to", "2026-10-14T09:00:30Z"];
    const { stdout, stderr } = await convert(args);
    const times = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { requestReceivedTimestamp: string }).requestReceivedTimestamp);
    expect(times).toEqual([instant(10), instant(20)]);
    expect(stderr).toContain("kaudit: 5 events = 2 written + 3 outside the period\n");
    const all = await convert([join(folder, "audit.log")]);
    expect(all.stdout.trimEnd().split("\n")).toHaveLength(5);
    const none = await convert([join(folder, "audit.log"), "--period", "2020"]);
    expect(none).toMatchObject({ exitCode: 0, stdout: "" });
    expect(none.stderr).toContain("kaudit: no event lies inside the period\n");
  });

  test("--account holds the account of the reading and what was written", async () => {
    await writeFile(join(folder, "audit.log"), `${jsonLines([auditEvent(), auditEvent()])}{"torn": \n`);
    const account = join(folder, "account.json");
    const args = [join(folder, "audit.log"), "--account", account, "--instance", "cp-1", "--quiet"];
    const { exitCode, stderr } = await convert(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const written = JSON.parse(await readFile(account, "utf8")) as SourceAccount;
    expect(written).toMatchObject({
      schemaVersion: 1,
      conversion: { period: null, written: 2, outsidePeriod: 0, origins: { "kube-apiserver": 2 }, blindSpots: {} },
      totals: { records: 3, events: 2, rejected: 1 },
      files: [{ file: "audit.log", instance: "cp-1", instanceBasis: "option" }],
    });
    expect(written.rejected).toHaveLength(1);
    expect((await stat(account)).mode & 0o777).toBe(0o600);
  });

  test("--strict ends with 3 when something was rejected, and writes the rest all the same", async () => {
    await writeFile(join(folder, "audit.log"), `${jsonLines([auditEvent()])}garbage\n`);
    const out = join(folder, "out.jsonl");
    const { exitCode, stderr } = await convert([join(folder, "audit.log"), "--strict", "--out", out]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: --strict: 1 record rejected$/m);
    expect((await readFile(out, "utf8")).trimEnd().split("\n")).toHaveLength(1);
    expect((await convert([join(folder, "audit.log")])).exitCode).toBe(0);
  });

  test("does not replace a file unless --force says so", async () => {
    const out = join(folder, "out.jsonl");
    await writeFile(out, "somebody's\n");
    const refused = await convert([exampleFolder, "--out", out]);
    expect(refused).toEqual({
      exitCode: 4,
      stdout: "",
      stderr: `kaudit: ${out}: exists already; name another file, or replace it with --force\n`,
    });
    expect(await readFile(out, "utf8")).toBe("somebody's\n");
    expect((await convert([exampleFolder, "--out", out, "--force"])).exitCode).toBe(0);
    expect((await readFile(out, "utf8")) === exampleText).toBe(true);
  });

  test("does not replace a log by itself, nor read what it wrote before", async () => {
    const log = join(folder, "audit.log");
    await writeFile(log, exampleText);
    for (const input of [log, folder, join(folder, "*.log")]) {
      const { exitCode, stderr } = await convert([input, "--out", log, "--force"]);
      expect(exitCode, input).toBe(2);
      expect(stderr).toContain("the same bytes were read as input (audit.log); name a file outside the input");
      expect((await readFile(log, "utf8")) === exampleText).toBe(true);
    }
    // A new file in the folder that is read is not part of what is read.
    expect((await convert([folder, "--out", join(folder, "out.jsonl")])).exitCode).toBe(0);
    expect((await readFile(join(folder, "out.jsonl"), "utf8")) === exampleText).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual(["audit.log", "out.jsonl"]);
  });

  test.each([
    [["{}/no/such/folder/out.jsonl"], 4, "no such folder"],
    [["{}", "--force"], 4, "is not a file"],
    [["{}/out.jsonl", "--account", "{}/out.jsonl"], 2, "name the same file"],
    [["{}/out.jsonl", "--output", "csv"], 2, "--output csv: not known; use jsonl"],
    [["{}/out.jsonl", "--from", "2026-10-02", "--to", "2026-10-01"], 2, "is after --to"],
  ])("--out %j ends with %i and leaves nothing", async (args, exitCode, message) => {
    const result = await convert([exampleFolder, "--out", ...args.map((arg) => arg.replace("{}", folder))]);
    expect(result).toMatchObject({ exitCode, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("ends with 3 and leaves no file where there is no audit event", async () => {
    await writeFile(join(folder, "garbage.log"), "garbage\n");
    const out = join(folder, "out.jsonl");
    const { exitCode, stderr } = await convert([join(folder, "garbage.log"), "--out", out]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: no audit event in the input: [^\n]*\n$/);
    expect((await convert([join(folder, "missing.log"), "--out", out])).exitCode).toBe(3);
    expect(await readdir(folder)).toEqual(["garbage.log"]);
  });

  test("replaces a link by a file and leaves alone what the link led to", async () => {
    await mkdir(join(folder, "elsewhere"));
    await writeFile(join(folder, "elsewhere", "target"), "kept");
    const out = join(folder, "out.jsonl");
    await symlink(join(folder, "elsewhere", "target"), out);
    expect((await convert([exampleFolder, "--out", out, "--force", "--quiet"])).exitCode).toBe(0);
    expect(await readFile(join(folder, "elsewhere", "target"), "utf8")).toBe("kept");
    expect((await stat(out)).size).toBe(Buffer.byteLength(exampleText));
  });

  test("writes text of the log exactly into a pipe, and inert, with the same value, on a terminal", async () => {
    const events = hostileStrings.map(({ value }) => auditEvent({ userAgent: value, user: { username: value } }));
    const standardInput = jsonLines(events);
    const piped = await convert(["-", "--quiet"], { standardInput });
    const shown = await convert(["-", "--quiet"], { standardInput, terminal: 100 });
    // What has no meaning of its own in UTF-16 is written as U+FFFD, as kube-apiserver does.
    const expected = events.map(({ userAgent = "" }) => Buffer.from(userAgent).toString());
    expect(userAgents(piped.stdout)).toEqual(expected);
    expect(userAgents(shown.stdout)).toEqual(expected);
    expect(shown.stdout).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(piped.stdout).toContain("\u202e");
  });

  test("names of files and what was rejected do nothing on a terminal", async () => {
    const name = "\u001b[2J\u202egol.log";
    await writeFile(join(folder, name), `${jsonLines([auditEvent()])}garbage\n`);
    const { exitCode, stderr } = await convert([folder]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("\\x1b[2J\\u{202E}gol.log");
    expect(stderr.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
