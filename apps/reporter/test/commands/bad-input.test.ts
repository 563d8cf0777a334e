import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-bad-input-test-"));
  await mkdir(join(folder, "empty"));
  await mkdir(join(folder, "texts"));
  await writeFile(join(folder, "texts", "notes.txt"), "nothing of interest\n");
  await writeFile(join(folder, "empty.log"), "");
  await writeFile(join(folder, "garbage.log"), 'garbage\n{"half": \nmore garbage\n');
  await writeFile(join(folder, "good.log"), jsonLines([auditEvent()]));
  await writeFile(join(folder, "no-rules.yaml"), "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n");
  await mkdir(join(folder, "pack"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Puts the test's folder in place of `{}`. */
function inFolder(text: string): string {
  return text.replaceAll("{}", folder);
}

const month = ["--period", "2026-10"];

describe("bad usage ends with 2 and one line", () => {
  test.each([
    [
      [],
      "no command given; use report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive or store (kaudit --help)",
    ],
    [
      ["frobnicate"],
      "frobnicate is not a command; use report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive or store (kaudit --help)",
    ],
    [
      ["help", "frobnicate"],
      "frobnicate is not a command; use report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive or store (kaudit --help)",
    ],
    [
      ["watch", "--help"],
      "the command watch is not available in this version; report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive and store are",
    ],
    [
      ["\u001b[2Jx"],
      "\\u{1b}[2Jx is not a command; use report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive or store (kaudit --help)",
    ],
    [["report", "--frob"], "unknown option '--frob'; did you mean --from? (kaudit report --help)"],
    [["report", "--framewrok=soc2"], "unknown option '--framewrok=…' (kaudit report --help)"],
    [["report", "--token=hunter2-hunter2"], "unknown option '--token=…' (kaudit report --help)"],
    [["report", "--out"], "option '--out <folder>' argument missing (kaudit report --help)"],
    [["--frob"], "unknown option '--frob' (kaudit --help)"],
    [
      ["report", ...month],
      "no input given; name a file, a folder, a glob or - for standard input, as in: kaudit report /var/log/kubernetes/audit --period last-month",
    ],
    [
      ["query", "secrets"],
      "no input given; name a file, a folder, a glob or - for standard input, as in: kaudit query secrets /var/log/kubernetes/audit",
    ],
    [
      ["report", "{}/good.log"],
      "a report needs a period; add --period last-month, or --from 2026-10-01 --to 2026-11-01",
    ],
    [
      ["report", "{}/good.log", "--from", "2026-11-01", "--to", "2026-10-01"],
      "--from 2026-11-01 is after --to 2026-10-01; exchange them",
    ],
    [
      ["query", "rbac", "{}/good.log", "--from", "2026-10-01", "--to", "2026-10-01"],
      "--from 2026-10-01 and --to 2026-10-01 are the same instant, so the period is empty; --to is the first instant that no longer counts",
    ],
    [
      ["report", "{}/good.log", ...month, "--framework", "soc3"],
      '--framework soc3: not known; did you mean "soc2"? Known are soc2, pci-dss, hipaa, iso-27001, nist-800-53, cis-kubernetes, fedramp-20x, disa-stig, nsa-cisa, dora, nis2, or a file: ./ours.yaml',
    ],
    [
      ["report", "{}/good.log", ...month, "--format", "docx"],
      "--format docx: not known; use pdf, html, xlsx, csv, json, oscal, md, control-pages, ocsf",
    ],
    [["query"], "missing required argument 'register' (kaudit query --help)"],
    [
      ["query", "secret", "{}/good.log"],
      "secret: not a register; use secrets, rbac, sessions, authentication, authorization, credentials, impersonation, deletions, configuration, events",
    ],
    [["query", "secrets", "{}/good.log", "-o", "yaml"], "--output yaml: not known; use table, json, jsonl, csv"],
    [["query", "secrets", "{}/good.log", "--limit", "0"], "--limit 0: not a whole number from 1"],
    [
      ["query", "secrets", "{}/good.log", "--code", "40"],
      "--code 40: not a response code; use a code such as 403, a class such as 4xx, or none",
    ],
    [
      ["query", "secrets", "{}/good.log", "--outcome", "refused"],
      "--outcome refused: not known; use success, denied, failed, unknown",
    ],
  ])("kaudit %j", async (args, message) => {
    const result = await runProgramHere(args.map(inFolder));
    expect(result).toEqual({ exitCode: 2, stdout: "", stderr: `kaudit: ${message}\n` });
  });
});

describe("an option with an empty value ends with 2", () => {
  test.each(["out", "cluster", "temp-dir", "policy", "instance", "period", "framework", "format"])(
    "--%s",
    async (option) => {
      const result = await runProgramHere(["report", `${folder}/good.log`, ...month, `--${option}`, ""]);
      expect(result).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: `kaudit: --${option} has an empty value; give one, or leave the option out\n`,
      });
    },
  );

  test("but an empty filter is a filter", async () => {
    const { exitCode, stdout } = await runProgramHere(
      ["query", "events", "{}/good.log", "--namespace", "", "-o", "json"].map(inFolder),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "[]\n" });
  });
});

describe.each([
  ["report", ["report"], [...month, "--out", "{}/never"]],
  ["query", ["query", "secrets"], []],
])("missing input of kaudit %s ends with 3 and one line", (_name, before, after) => {
  test.each([
    ["a path that is not there", "{}/missing.log", "{}/missing.log: no such file or folder. Check the path."],
    ["an empty folder", "{}/empty", "{}/empty: the folder holds no file. Check the path."],
    ["a glob without a match", "{}/*.none", "{}/*.none: no file matches. Check the pattern."],
    [
      "a folder without audit records",
      "{}/texts",
      "no audit event in the input: 0 files read, 1 file without audit records skipped; check that the input is a Kubernetes audit log in JSON format",
    ],
    [
      "an empty file",
      "{}/empty.log",
      "no audit event in the input: 1 file read; check that the input is a Kubernetes audit log in JSON format",
    ],
    [
      "a file of garbage, which is counted",
      "{}/garbage.log",
      /^no audit event in the input: 1 file read, 3 records rejected \(2 not-json, 1 truncated\); garbage\.log at byte 0: [^\n]+$/,
    ],
  ])("%s", async (_name, input, message) => {
    const { exitCode, stdout, stderr } = await runProgramHere([...before, input, ...after].map(inFolder));
    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(stderr.split("\n")).toHaveLength(2);
    const told = stderr.replace(/^kaudit: /, "").trimEnd();
    if (typeof message === "string") expect(told).toBe(inFolder(message));
    else expect(told).toMatch(message);
    expect(stderr).not.toContain("more garbage");
    expect(await readdir(folder)).not.toContain("never");
  });

  test("--quiet does not hide what went wrong", async () => {
    const { exitCode, stderr } = await runProgramHere([...before, "{}/missing.log", ...after, "--quiet"].map(inFolder));
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: [^\n]*no such file[^\n]*\n$/);
  });

  test("standard input without a record", async () => {
    const { exitCode, stderr } = await runProgramHere([...before, "-", ...after].map(inFolder), { standardInput: "" });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: no audit event in the input: 1 file read; check/);
  });
});

describe("other failures", () => {
  test.each([
    [
      "a policy that is not there",
      ["--policy", "{}/none.yaml"],
      3,
      "--policy {}/none.yaml: no such file; check the path",
    ],
    [
      "a policy with which kube-apiserver does not start",
      ["--policy", "{}/no-rules.yaml"],
      2,
      "{}/no-rules.yaml:3:1: The policy has no rules, and kube-apiserver does not start with such a policy. Add one: - level: Metadata",
    ],
    ["a policy that is a folder", ["--policy", "{}/empty"], 3, "--policy {}/empty: is a folder; name the file in it"],
    [
      "an existing pack",
      ["--out", "{}/pack"],
      4,
      "{}/pack: exists already; name another folder with --out, or replace it with --force",
    ],
    [
      "a folder for temporary files that is not there",
      ["--temp-dir", "{}/none"],
      4,
      "temporary files cannot be written to or read from {}/none (ENOENT); name another folder with --temp-dir",
    ],
  ])("%s", async (_name, options, exitCode, message) => {
    const args = ["report", "{}/good.log", ...month, "--out", "{}/never", ...options];
    const result = await runProgramHere(args.map(inFolder));
    expect(result).toEqual({ exitCode, stdout: "", stderr: `kaudit: ${inFolder(message)}\n` });
  });
});
