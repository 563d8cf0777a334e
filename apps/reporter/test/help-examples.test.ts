import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configCommandNames } from "../src/command-line/config-definition.js";
import { policyCommandNames } from "../src/command-line/policy/policy-definition.js";
import { storeCommandNames } from "../src/command-line/store/store-definition.js";
import { runProgramHere } from "./run-program.js";
import { kauditFile } from "./spawn-kaudit.js";

const example = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-help-test-"));
  await mkdir(join(folder, "bin"));
  await symlink(kauditFile, join(folder, "bin", "kaudit"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Gives the commands that a help text shows under "Examples:", with continued lines joined. */
async function examplesOf(...command: readonly string[]): Promise<readonly string[]> {
  const { stdout, exitCode } = await runProgramHere([...command, "--help"]);
  expect(exitCode).toBe(0);
  const [, shown = ""] = /^Examples:\n((?: {2}.*\n)+)/m.exec(stdout) ?? [];
  return shown
    .replaceAll(/ \\\n +/g, " ")
    .trimEnd()
    .split("\n")
    .map((line) => line.trim());
}

interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line in a shell, in a folder that holds a log and its policy: a new one, or that of another run. */
async function inShell(line: string, { after = "" } = {}): Promise<ShellResult & { readonly cwd: string }> {
  const cwd = after === "" ? await mkdtemp(join(folder, "run-")) : after;
  for (const name of ["audit.log", "policy.yaml"]) await copyFile(join(example, name), join(cwd, name));
  const refusal = "loading audit policy file: loaded illegal policy with 0 rules";
  await writeFile(join(cwd, "kube-apiserver.log"), `${refusal}\n`);
  const env = { PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter), LANG: "C.UTF-8", TMPDIR: folder };
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", line], { cwd, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code);
      resolve({ exitCode, stdout, stderr, cwd });
    });
  });
}

describe("the examples of the help texts", () => {
  test("there are some for each command", async () => {
    expect(await examplesOf("report")).toHaveLength(7);
    expect(await examplesOf("query")).toHaveLength(8);
    expect(await examplesOf("inspect")).toHaveLength(3);
    expect(await examplesOf("convert")).toHaveLength(3);
    expect(await examplesOf("verify")).toHaveLength(3);
    expect(await examplesOf("diff")).toHaveLength(2);
    expect(await examplesOf()).toHaveLength(9);
    expect(await examplesOf("collect")).toHaveLength(3);
    expect(await examplesOf("receive")).toHaveLength(3);
    expect(await examplesOf("store")).toHaveLength(2);
    for (const command of storeCommandNames) {
      expect((await examplesOf("store", command)).length, command).toBeGreaterThan(0);
    }
    expect(await examplesOf("review")).toHaveLength(3);
    expect(await examplesOf("policy")).toHaveLength(2);
    expect(await examplesOf("config")).toHaveLength(3);
    for (const command of configCommandNames) {
      expect((await examplesOf("config", command)).length, command).toBeGreaterThan(0);
    }
    for (const command of policyCommandNames) {
      expect((await examplesOf("policy", command)).length, command).toBeGreaterThan(0);
    }
  });

  test("every line of help fits 80 columns", async () => {
    const configCommands = configCommandNames.map((name) => ["config", name]);
    const policyCommands = policyCommandNames.map((name) => ["policy", name]);
    for (const command of [
      [],
      ["report"],
      ["query"],
      ["inspect"],
      ["convert"],
      ["review"],
      ["policy"],
      ["verify"],
      ["diff"],
      ["config"],
      ["canary"],
      ["rules"],
      ["collect"],
      ["receive"],
      ["store"],
      ...storeCommandNames.map((name) => ["store", name]),
      ...policyCommands,
      ...configCommands,
    ]) {
      const { stdout } = await runProgramHere([...command, "--help"]);
      for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  test("kaudit query: each runs and prints rows", async () => {
    const lines = [...(await examplesOf("query")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit query"),
    );
    expect(lines).toHaveLength(9);
    for (const line of lines) {
      const { exitCode, stdout, stderr } = await inShell(line);
      expect({ line, exitCode, stderr: stderr.replace(/^kaudit: (first|no room) .*\n/gm, "") }).toEqual({
        line,
        exitCode: 0,
        stderr: "",
      });
      expect(stdout.split("\n").length, line).toBeGreaterThan(2);
    }
  });

  test("kaudit collect and kaudit store: each runs", async () => {
    const below = await Promise.all(storeCommandNames.map((name) => examplesOf("store", name)));
    const lines = [...below.flat(), ...(await examplesOf("store")), ...(await examplesOf("collect"))];
    for (const line of [...lines, ...(await examplesOf()).filter((one) => one.includes("kaudit collect"))]) {
      const { exitCode, stderr } = await inShell(line);
      expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
    }
  });

  test("kaudit inspect: each runs and says what is in the log", async () => {
    const lines = [...(await examplesOf("inspect")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit inspect"),
    );
    expect(lines).toHaveLength(4);
    const events = (await readFile(join(example, "audit.log"), "utf8")).split("\n").length - 1;
    for (const line of lines) {
      const { exitCode, stdout, stderr } = await inShell(line);
      expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
      const expected = line.includes("json") ? `"events": ${events},` : `${events} records = ${events} events`;
      expect(stdout, line).toContain(expected);
    }
  });

  test("kaudit convert: each runs and writes the events that it should", async () => {
    const lines = [...(await examplesOf("convert")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit convert"),
    );
    expect(lines).toHaveLength(4);
    const log = await readFile(join(example, "audit.log"), "utf8");
    for (const line of lines) {
      const { exitCode, stdout, stderr, cwd } = await inShell(line);
      expect(exitCode, `${line}: ${stderr}`).toBe(0);
      const [, made] = /--out (\S+)/.exec(line) ?? [];
      const [, wanted] = /grep (\S+)$/.exec(line) ?? [];
      const bytes = made === undefined ? Buffer.from(stdout) : await readFile(join(cwd, made));
      const expected = wanted === undefined ? log : log.replaceAll(new RegExp(`^(?!.*${wanted}).*\\n`, "gm"), "");
      expect((made?.endsWith(".gz") === true ? gunzipSync(bytes) : bytes).toString() === expected, line).toBe(true);
      if (line.includes("--account")) expect(await readdir(cwd)).toContain("account.json");
    }
  });

  test("kaudit verify and kaudit diff: each runs on packs as the examples of the report make them", async () => {
    const lines = [...(await examplesOf("verify")), ...(await examplesOf("diff")), ...(await examplesOf())].filter(
      (line) => /kaudit (verify|diff)/.test(line),
    );
    expect(lines).toHaveLength(6);
    const pack = "kaudit report audit.log --format json --policy policy.yaml --quiet --period";
    const packs = `${pack} 2026-10 --out october && ${pack} 2026-11 --out november --previous october`;
    const before = await inShell(packs);
    expect(before.exitCode, before.stderr).toBe(0);
    for (const line of lines) {
      const { exitCode, stdout, stderr } = await inShell(line, { after: before.cwd });
      expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
      expect(stdout.split("\n").length, line).toBeGreaterThan(5);
    }
  }, 120_000);

  test("kaudit review: each runs and lists what is open", async () => {
    const lines = [...(await examplesOf("review")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit review"),
    );
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const { exitCode, stdout, stderr, cwd } = await inShell(line);
      expect(exitCode, `${line}: ${stderr}`).toBe(0);
      expect(stdout, line).toMatch(line.includes("json") ? /^\{\n  "period"/ : /^\d+ of \d+ exceptions are open: /);
      if (line.includes("--out ")) expect(await readdir(cwd)).toContain("dispositions.yaml");
    }
  });

  test("kaudit config: each runs, those that need a file after kaudit config init", async () => {
    const below = await Promise.all(configCommandNames.map((name) => examplesOf("config", name)));
    const lines = [...below.flat(), ...(await examplesOf("config")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit config"),
    );
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const first = /config (check|print)/.test(line) && !line.includes("init") ? "kaudit config init && " : "";
      const { exitCode, stderr } = await inShell(`${first}${line}`);
      expect(exitCode, `${line}: ${stderr}`).toBe(0);
    }
  });

  test("kaudit policy: each runs and prints its answer, or writes its file", async () => {
    const below = await Promise.all(policyCommandNames.map((name) => examplesOf("policy", name)));
    const lines = [...below.flat(), ...(await examplesOf("policy")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit policy"),
    );
    expect(lines.length).toBeGreaterThan(18);
    for (const line of lines) {
      const { exitCode, stdout, stderr, cwd } = await inShell(line);
      // These are to end with 1 where there is a finding, missing evidence or a difference.
      const mayFail = /--fail-on|kaudit policy diff|--api-server/.test(line);
      expect(mayFail ? [0, 1] : [0], `${line}: ${stderr}`).toContain(exitCode);
      const [, made] = /(?:> |--out )(\S+)$/.exec(line) ?? [];
      const answer = made === undefined ? stdout : await readFile(join(cwd, made), "utf8");
      expect(answer.split("\n").length, line).toBeGreaterThan(1);
    }
  }, 60_000);

  test("kaudit receive: each listens, or prints the kubeconfig", async () => {
    const key = "openssl req -x509 -newkey ed25519 -nodes -subj /CN=kaudit -keyout tls.key -out tls.crt 2> openssl.log";
    for (const line of await examplesOf("receive")) {
      if (line.includes("--print-kubeconfig")) {
        const { exitCode, stderr, cwd } = await inShell(line);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(await readFile(join(cwd, "webhook.kubeconfig"), "utf8")).toContain("current-context: audit\n");
        continue;
      }
      const { stdout, stderr } = await inShell(`${key} && cp tls.crt ca.crt && timeout 8 ${line}`);
      expect(stderr, line).toMatch(/^kaudit: listening on https?:\/\/\S+:9443\/audit\n/);
      expect(stdout, line).toBe("0 events received in 0 batches, 0 items rejected\n");
    }
  }, 60_000);

  test("kaudit report: each runs and writes a pack", async () => {
    const lines = [...(await examplesOf("report")), ...(await examplesOf())].filter((line) =>
      line.includes("kaudit report"),
    );
    expect(lines).toHaveLength(7);
    for (const line of lines) {
      const sums = line.includes("--collection") ? "sha256sum *.log > 2026-11.sha256 && " : "";
      const { exitCode, stderr, cwd } = await inShell(`${sums}${line}`);
      // --strict is to end with 3 where a control's evidence is insufficient.
      expect([0, line.includes("--strict") ? 3 : 0], `${line}: ${stderr}`).toContain(exitCode);
      const made = (await readdir(cwd, { withFileTypes: true })).filter((entry) => entry.isDirectory());
      expect(made, line).toHaveLength(1);
      expect(await readdir(join(cwd, made[0]?.name ?? ""))).toContain("manifest.json");
    }
  }, 120_000);
});
