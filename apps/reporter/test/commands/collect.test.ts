import { generateKeyPairSync } from "node:crypto";
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";
import type { RunResult } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder: string;
let run: (...args: readonly string[]) => Promise<RunResult>;
let store: string;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-collect-test-"));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await writeFile(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  await writeFile(join(folder, "key.pub"), publicKey.export({ type: "spki", format: "pem" }));
  run = (...args) => runProgramHere(args);
});
beforeEach(() => {
  store = join(folder, `store-${++number}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe("kaudit collect", () => {
  test("stores what is new, and says so in one line", async () => {
    const first = await run("collect", example, "--store", store, "--cluster", "prod");
    expect(first).toEqual({
      exitCode: 0,
      stdout: "collected: 1,214 events stored, 1 commit, 1,214 events in all\n",
      stderr: "",
    });
    const second = await run("collect", example, "--store", store, "--cluster", "prod");
    expect(second.stdout).toBe("collected: nothing new, 0 commits, 1,214 events in all\n");
  });

  test("stores the lines that were added, and knows a copy of what it has", async () => {
    const logs = join(folder, `logs-${number}`);
    await cp(example, logs, { recursive: true });
    await run("collect", logs, "--store", store);
    const lines = (await readFile(join(example, "audit.log"), "utf8")).split("\n");
    const added = lines[0]?.replace(/"auditID":"[^"]*"/, '"auditID":"11111111-2222-4333-8444-555555555555"') ?? "";
    await appendFile(join(logs, "audit.log"), `${added}\n`);
    await writeFile(join(logs, "restored.log"), `${lines.slice(1, 11).join("\n")}\n`);
    const { stdout, exitCode } = await run("collect", logs, "--store", store, "-o", "json");
    expect(exitCode).toBe(0);
    expect(json(stdout)).toMatchObject({
      counts: { events: 1, duplicates: 10, conflicts: 0 },
      totals: { events: 1215 },
    });
  });

  test("reads standard input, and archives by their content", async () => {
    const text = (await readFile(join(example, "audit.log"), "utf8")).split("\n").slice(0, 20).join("\n");
    const result = await runProgramHere(["collect", "-", "--store", store, "-o", "json"], {
      standardInput: `${text}\n`,
    });
    expect(json(result.stdout)).toMatchObject({ counts: { events: 20, rejected: 0 } });
    const again = await runProgramHere(["collect", "-", "--store", store, "-o", "json"], {
      standardInput: `${text}\n`,
    });
    expect(json(again.stdout)).toMatchObject({ counts: { events: 0, duplicates: 20 } });
  });

  test("collects several clusters of a configuration apart, and reports on each", async () => {
    const config = join(folder, "several.yaml");
    await writeFile(
      config,
      `store: ${store}\nclusters:\n  - { name: a, inputs: [${example}] }\n  - { name: b, inputs: [${example}] }\n`,
    );
    const { stdout } = await run("collect", "--config", config, "-o", "json");
    expect(json(stdout)).toMatchObject({ counts: { events: 2428, duplicates: 0 } });
    expect(await readdir(join(store, "segments"))).toEqual(["cluster=a", "cluster=b"]);
    const one = await run("query", "secrets", "--store", store, "--cluster", "a", "-o", "jsonl");
    const clusters = one.stdout
      .trimEnd()
      .split("\n")
      .map((line) => json(line)["cluster"]);
    expect([clusters.length, new Set(clusters)]).toEqual([115, new Set(["a"])]);
    const both = await run("query", "secrets", "--config", config, "-o", "jsonl");
    expect(both.stdout.trimEnd().split("\n")).toHaveLength(230);
  });

  test.each([
    [["collect", example], 2, "no store given"],
    [["collect", "--store", "S"], 2, "no input given"],
    [["collect", "/no/such/folder/x", "--store", "S"], 3, "/no/such/folder"],
    [["collect", example, "--store", "S", "--keep", "some"], 2, "--keep some"],
    [["collect", example, "--store", "S", "--witness", "w"], 2, "--sign"],
    [["collect", example, "--store", "S", "--commit-seconds", "x"], 2, "--commit-seconds x"],
    [["query", "secrets", "--store", "S"], 3, "is no store"],
    [["report", "--store", "S", "--period", "2026-11"], 3, "is no store"],
    [["store", "status", "S"], 3, "is no store"],
    [["query", "secrets", example, "--store", "S"], 2, "--store and inputs are both given"],
  ])("ends %j with %i", async (args, exitCode, words) => {
    const result = await run(...args.map((arg) => (arg === "S" ? store : arg)));
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: "" });
    expect(result.stderr).toContain(words);
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("ends with 3 where there was never an audit event, and with 2 for another choice than the store's", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty, { recursive: true });
    await writeFile(join(empty, "notes.txt"), "no log\n");
    expect(await run("collect", empty, "--store", store)).toMatchObject({ exitCode: 3, stdout: "" });
    await run("collect", example, "--store", `${store}b`, "--keep", "evidence");
    expect(await run("collect", example, "--store", `${store}b`, "--keep", "all")).toMatchObject({ exitCode: 2 });
  });

  test("writes metrics without a name in them, and lets only the owner read the store", async () => {
    const metrics = join(folder, "kaudit.prom");
    await run("collect", example, "--store", store, "--metrics-file", metrics);
    const text = await readFile(metrics, "utf8");
    expect(text).toContain("\nkaudit_collect_events_total 1214\n");
    expect(text).toContain("\nkaudit_collect_success 1\n");
    expect(text).not.toMatch(/alice|bob|team-|recommended|audit\.log/);
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) kaudit_collect_\w+ .+|kaudit_collect_\w+ \d+)$/);
    for (const entry of await readdir(store, { withFileTypes: true, recursive: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect([entry.name, mode & 0o077]).toEqual([entry.name, 0]);
    }
  });
});

describe("kaudit store", () => {
  test("verifies against the key and the witness's checkpoints, and finds a change", async () => {
    const witness = join(folder, "witness");
    const sign = ["--sign", join(folder, "key.pem"), "--witness", witness];
    await run("collect", example, "--store", store, "--cluster", "prod", ...sign);
    const key = ["--key", join(folder, "key.pub")];
    const whole = await run("store", "verify", store, ...key, "--against", witness);
    expect(whole).toMatchObject({ exitCode: 0, stderr: "" });
    expect(whole.stdout).toContain("the store continues the checkpoints that were kept elsewhere\n");
    expect((await run("store", "verify", store)).stdout).toContain("unanchored");
    const day = join(store, "segments/cluster=prod/day=2026-11-22");
    const [segment = ""] = await readdir(day);
    await chmod(join(day, segment), 0o600);
    await appendFile(join(day, segment), "x");
    const changed = await run("store", "verify", store, ...key, "-o", "json");
    expect(changed.exitCode).toBe(1);
    expect(json(changed.stdout)["problems"]).toMatchObject([{ code: "segment-changed" }]);
    expect((await run("store", "verify", store, "--against", example)).exitCode).toBe(2);
  });

  test("purges what is old but not what a hold names, and reports tell of it", async () => {
    await run("collect", example, "--store", store);
    expect((await run("store", "hold", store, "case-7", "--reason", "litigation")).exitCode).toBe(0);
    expect((await run("store", "purge", store, "--older-than", "5d")).stdout).toBe(
      "nothing to purge before 2026-11-28\nkept for hold case-7 (litigation): 1,214 events in 1 object\n",
    );
    expect((await run("store", "release", store, "case-8")).exitCode).toBe(2);
    expect((await run("store", "release", store, "case-7")).exitCode).toBe(0);
    expect((await run("store", "purge", store, "--older-than", "400d")).stdout).toBe(
      "nothing to purge before 2025-10-29\n",
    );
    expect((await run("store", "purge", store, "--older-than", "5d")).stdout).toMatch(
      /^purged 1,214 events of days before 2026-11-28 \(1 object, \d+ kB\)\n$/,
    );
    expect((await run("store", "verify", store)).exitCode).toBe(0);
    expect((await run("store", "status", store)).stdout).toContain(
      "purged      1,214 events of days before 2026-11-28",
    );
    expect((await run("inspect", "--store", store)).exitCode).toBe(3);
  });

  test("knows who read it: every reading is in the ledger, and the next commit names it", async () => {
    await run("collect", example, "--store", store);
    const reads = await run("query", "secrets", "--store", store, "--verb", "get", "-o", "jsonl");
    for (const verb of ["get", "list", "create"]) await run("query", "secrets", "--store", store, "--verb", verb);
    await run("inspect", "--store", store);
    const { stdout } = await run("store", "status", store, "--ledger", "-o", "json");
    const ledger = json(stdout)["ledger"] as { command: string; options: { verb?: string[] }; result: object }[];
    expect(ledger.map(({ command }) => command).toSorted()).toEqual(["inspect", "query", "query", "query", "query"]);
    expect(ledger.find(({ options }) => options.verb?.[0] === "get")?.result).toEqual({
      rows: reads.stdout.trimEnd().split("\n").length,
    });
    await run("store", "hold", store, "x", "--reason", "makes a commit");
    const [day = ""] = await readdir(join(store, "ledger"));
    const [entry = ""] = await readdir(join(store, "ledger", day));
    await rm(join(store, "ledger", day, entry));
    const verified = await run("store", "verify", store, "-o", "json");
    expect(json(verified.stdout)["problems"]).toMatchObject([{ code: "ledger-missing" }]);
  });
});

describe("a report from the store", () => {
  test("has the same registers, byte for byte, as one from the files", async () => {
    await run("collect", example, "--store", store, "--cluster", "prod");
    const report = ["--cluster", "prod", "--period", "2026-11", "--format", "csv,json", "--quiet", "--out"];
    expect(await run("report", "--store", store, ...report, `${store}.pack`)).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    expect(await run("report", example, ...report, `${store}.files`)).toMatchObject({ exitCode: 0, stderr: "" });
    const names = await readdir(join(`${store}.files`, "registers"));
    expect(names.length).toBeGreaterThan(8);
    for (const name of names)
      expect(await readFile(join(`${store}.pack`, "registers", name), "utf8"), name).toBe(
        await readFile(join(`${store}.files`, "registers", name), "utf8"),
      );
  });
});
