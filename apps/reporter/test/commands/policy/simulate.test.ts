import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../../run-program.js";

const example = fileURLToPath(new URL("../../../../../examples/recommended-policy", import.meta.url));
const log = join(example, "audit.log");
/** The events as their JSON says, read without the code under test. */
const lines = readFileSync(log, "utf8").trimEnd().split("\n");
const events = lines.map((line) => ({
  ...(JSON.parse(line) as {
    readonly verb: string;
    readonly level: string;
    readonly user: { readonly username?: string };
  }),
  bytes: Buffer.byteLength(line) + 1,
}));
const noReads =
  "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verbs: [get, list, watch]\n- level: Metadata\n";
let folder: string;
let candidate: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-policy-simulate-"));
  candidate = join(folder, "candidate.yaml");
  await writeFile(candidate, noReads);
  await writeFile(join(folder, "garbage.log"), `${lines[0]}\ngarbage\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Volume {
  readonly key: string;
  readonly ruleIndex: number | null;
  readonly recordedLines: number;
  readonly recordedBytes: number;
  readonly keptLines: number;
}

interface Answer {
  readonly total: Volume;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly byRule: readonly Volume[];
  readonly byVerb: { readonly top: readonly Volume[] };
  readonly byUser: { readonly top: readonly Volume[] };
  readonly lostEvidence: readonly { readonly evidenceClass: string }[];
  readonly rejected: number;
}

async function simulate(...args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout } = await runProgramHere(["policy", "simulate", ...args, "-o", "json"]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Answer;
}

const isRead = ({ verb }: { readonly verb: string }): boolean => ["get", "list", "watch"].includes(verb);

describe("kaudit policy simulate", () => {
  test("keeps every event of a log under the policy that recorded it", async () => {
    const { outcomes, total, lostEvidence } = await simulate("--policy", join(example, "policy.yaml"), log);
    expect(outcomes).toEqual({ dropped: 0, stage: 0, lowered: 0, kept: events.length, raised: 0 });
    // Counted is what kube-apiserver writes: a few characters that Go escapes differ by some bytes.
    expect(total.recordedBytes / events.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(1, 3);
    expect(lostEvidence).toEqual([]);
  });

  test("counts what a candidate drops, lowers and keeps, by rule, verb and user", async () => {
    const { outcomes, byRule, byVerb, byUser, lostEvidence } = await simulate(
      "--policy",
      candidate,
      log,
      "--top",
      "99",
    );
    const reads = events.filter(isRead);
    const others = events.filter((event) => !isRead(event));
    const lowered = others.filter(({ level }) => level !== "Metadata").length;
    expect(outcomes).toEqual({ dropped: reads.length, stage: 0, lowered, kept: others.length - lowered, raised: 0 });
    expect(byRule.find(({ ruleIndex }) => ruleIndex === 0)).toMatchObject({
      recordedLines: reads.length,
      keptLines: 0,
    });
    for (const { key, recordedLines, recordedBytes } of byVerb.top) {
      const own = events.filter(({ verb }) => verb === key);
      const bytes = own.reduce((sum, event) => sum + event.bytes, 0);
      expect([key, recordedLines]).toEqual([key, own.length]);
      expect(recordedBytes / bytes, key).toBeCloseTo(1, 2);
    }
    for (const { key, recordedLines } of byUser.top) {
      expect(recordedLines, key).toBe(
        events.filter(({ user }) => (user.username ?? "(not authenticated)") === key).length,
      );
    }
    expect(lostEvidence.map(({ evidenceClass }) => evidenceClass)).toContain("secrets");
  });

  test("text tells the same numbers, and fits 80 columns", async () => {
    const { stdout } = await runProgramHere(["policy", "simulate", "--policy", candidate, log], {
      terminal: 80,
      environment: { NO_COLOR: "1" },
    });
    expect(stdout).toContain(`${events.filter(isRead).length}  dropped: level None or no rule\n`);
    expect(stdout).toContain("\nEvidence that would be lost\n");
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("rejected records are counted and told", async () => {
    const { stdout, stderr } = await runProgramHere([
      "policy",
      "simulate",
      "--policy",
      candidate,
      join(folder, "garbage.log"),
      "-o",
      "json",
    ]);
    expect((JSON.parse(stdout) as Answer).rejected).toBe(1);
    expect(stderr).toBe("kaudit: 1 record rejected (1 not-json)\n");
  });

  test.each([
    [2, [log]],
    [2, ["--policy", "{}"]],
    [2, ["--policy", "{}", log, "--top", "0"]],
    [2, ["--policy", "{}", log, "--price", "cheap"]],
    [2, ["--policy", "-", "-"]],
    [3, ["--policy", "{}", "missing.log"]],
    [3, ["--policy", "missing.yaml", log]],
  ])("ends with %i for %j", async (expected, args) => {
    const { exitCode, stdout, stderr } = await runProgramHere([
      "policy",
      "simulate",
      ...args.map((one) => one.replace("{}", candidate)),
    ]);
    expect({ exitCode, stdout, lines: stderr.split("\n").length }).toEqual({
      exitCode: expected,
      stdout: "",
      lines: 2,
    });
  });
});
