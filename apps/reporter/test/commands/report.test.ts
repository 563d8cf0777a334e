import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { registerNames } from "@kaudit/evidence";
import { auditEvent, auditID, findSecretCanaries, instant, jsonLines, seedSecretCanaries } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere, type RunOptions, type RunResult } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
const period = ["--from", "2026-11-22", "--to", "2026-11-23"];
let folder: string;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-report-test-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What takes the progress line away. */
const eraseLine = "\r\u001b[2K";

interface PackRun extends RunResult {
  readonly out: string;
}

/** Writes a pack to a folder of its own. */
async function writePackOf(args: readonly string[], options: RunOptions = {}): Promise<PackRun> {
  const out = join(folder, `pack-${runs++}`);
  return { out, ...(await runProgramHere(["report", ...args, "--out", out], options)) };
}

async function filesOf(pack: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(pack, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(relative(pack, path), await readFile(path));
  }
  return files;
}

async function bundleOf(pack: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(pack, "bundle.json"), "utf8")) as Record<string, unknown>;
}

/** A log with more rejected records than an account holds, and one event. */
async function logWithGarbage(): Promise<{ readonly path: string; readonly lines: number }> {
  const path = join(folder, `garbage-${runs++}.log`);
  const lines = 1_500;
  const garbage = Array.from({ length: lines }, (_, n) => `password-${n} is not an event\n`).join("");
  const event = auditEvent({ requestReceivedTimestamp: "2026-11-22T12:00:00.000000Z" });
  await writeFile(path, garbage + jsonLines([event]));
  return { path, lines };
}

describe("kaudit report", () => {
  test("writes a pack, readable by its owner only, whose hashes hold, and says where it is", async () => {
    const policy = join(example, "policy.yaml");
    const { exitCode, stdout, stderr, out } = await writePackOf(
      [example, ...period, "--cluster", "prod-eu-1", "--policy", policy],
      { terminal: 80, environment: { NO_COLOR: "1" } },
    );
    expect(exitCode).toBe(0);
    const files = await filesOf(out);
    const registers = [
      "secrets",
      "rbac",
      "sessions",
      "authentication",
      "authorization",
      "credentials",
      "impersonation",
      "deletions",
      "configuration",
    ];
    expect([...files.keys()].toSorted()).toEqual(
      [
        "README.txt",
        "SHA256SUMS",
        "bundle.json",
        "evidence.xlsx",
        "manifest.json",
        "oscal/assessment-results.json",
        "rejected.csv",
        "soc2.html",
        "soc2.pdf",
        ...registers.map((name) => `registers/${name}.csv`),
      ].toSorted(),
    );
    expect((await stat(out)).mode & 0o777).toBe(0o700);
    expect((await stat(join(out, "bundle.json"))).mode & 0o777).toBe(0o600);
    const sums = (files.get("SHA256SUMS") ?? "").toString().trimEnd().split("\n");
    expect(sums).toHaveLength(files.size - 1);
    for (const sum of sums) {
      const [hash, path = ""] = sum.split(/ [ *]/);
      expect(
        createHash("sha256")
          .update(files.get(path) ?? "")
          .digest("hex"),
        path,
      ).toBe(hash);
    }

    const bundle = await bundleOf(out);
    const recorded = readdirSync(example)
      .filter((file) => file.endsWith(".log"))
      .flatMap((file) => readFileSync(join(example, file), "utf8").trimEnd().split("\n"));
    expect(bundle).toMatchObject({
      cluster: { name: "prod-eu-1", basis: "option" },
      period: { label: "22 November 2026" },
      policies: [
        {
          cluster: null,
          file: "policy.yaml",
          from: "2026-11-22T00:00:00.000000Z",
          to: "2026-11-23T00:00:00.000000Z",
          sha256: createHash("sha256").update(readFileSync(policy)).digest("hex"),
          replay: { compared: recorded.length, differing: 0, places: [] },
        },
      ],
    });

    const id = createHash("sha256")
      .update(files.get("bundle.json") ?? "")
      .digest("hex");
    const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
    expect(stdout).toMatch(
      /^22 November 2026, prod-eu-1, 1 API server, log complete for [\d.]+% of the time\n\nSOC 2 {4,}/,
    );
    expect(stdout).toContain(
      `wrote ${out} (18 files, ${(bytes / 1e6).toFixed(1)} MB)  evidence id ${id.slice(0, 16)}\n`,
    );
    // A progress line, if one was shown, was taken away again.
    expect(stderr.slice(stderr.lastIndexOf(eraseLine) + eraseLine.length)).toMatch(/^(kaudit: [^\n]*\n)*$/);
  });

  test("writes the same bytes again, but for manifest and sums, whatever the clock, cluster host and folder", async () => {
    const args = [example, ...period, "--cluster", "prod-eu-1"];
    const first = await filesOf((await writePackOf(args)).out);
    const second = await filesOf((await writePackOf(args, { now: new Date("2031-01-01T00:00:00Z") })).out);
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [path, content] of first) {
      if (path === "manifest.json" || path === "SHA256SUMS") continue;
      expect(second.get(path)?.equals(content), path).toBe(true);
    }
    expect(second.get("manifest.json")?.equals(first.get("manifest.json") ?? Buffer.alloc(0))).toBe(false);
  });

  test("gives a named period and its dates the same evidence id", async () => {
    const named = await writePackOf([example, "--period", "last-month", "--format", "json"]);
    const dates = await writePackOf([example, "--from", "2026-11-01", "--to", "2026-12-01", "--format", "json"]);
    const [a, b] = [named, dates].map(({ stdout }) => /evidence id ([0-9a-f]{16})\n/.exec(stdout)?.[1]);
    expect(a).toBe(b);
    expect(a).toMatch(/./);
  });

  test("writes only the formats asked for", async () => {
    const { out } = await writePackOf([example, ...period, "--format", "json"]);
    expect([...(await filesOf(out)).keys()].toSorted()).toEqual([
      "README.txt",
      "SHA256SUMS",
      "bundle.json",
      "manifest.json",
      "rejected.csv",
    ]);
  });

  test("keeps every rejected record, counts them, and ends with 0", async () => {
    const { path, lines } = await logWithGarbage();
    const { exitCode, stdout, stderr, out } = await writePackOf([path, ...period, "--format", "csv", "--cluster", "c"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1,501 records = 1 event + 1,500 rejected + 0 foreign\n");
    expect(stderr).toContain("kaudit: 1,500 records rejected (1,500 not-json); see rejected.csv\n");
    const rejected = (await filesOf(out)).get("rejected.csv")?.toString().trimEnd().split("\r\n") ?? [];
    expect(rejected).toHaveLength(lines + 1);
    expect(stdout + stderr + rejected.join("")).not.toContain("password-7");
  });

  test("with --strict ends with 3 for rejected records, and the pack is there", async () => {
    const { path } = await logWithGarbage();
    const { exitCode, stderr, out } = await writePackOf([path, ...period, "--strict", "--format", "json", "--quiet"]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: --strict: 1,500 records rejected(, \d+ controls? with insufficient evidence)?\n$/);
    expect(await bundleOf(out)).toMatchObject({ totals: { rejected: 1500, events: 1 } });
  });

  test("with --strict ends with 3 exactly when a control's evidence is insufficient", async () => {
    for (const name of ["2026-11", "2026-10"]) {
      const { exitCode, out } = await writePackOf([example, "--period", name, "--strict", "--format", "json"]);
      const bundle = (await bundleOf(out)) as { frameworks: { controls: { status: string }[] }[] };
      const insufficient = bundle.frameworks
        .flatMap(({ controls }) => controls)
        .filter(({ status }) => status === "insufficient-evidence");
      expect(exitCode, name).toBe(insufficient.length === 0 ? 0 : 3);
    }
  });

  test("says when no event lies inside the period, and writes the pack", async () => {
    const { exitCode, stdout, stderr } = await writePackOf([example, "--period", "2026-10", "--format", "json"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^October 2026, cluster not named, /);
    expect(stdout).toMatch(/ unique = 0 inside the period \+ [\d,]+ outside\n/);
    expect(stderr).toContain("kaudit: no event lies inside the period (October 2026)\n");
    expect(stderr).toContain("kaudit: the cluster has no name in the pack; give it one with --cluster\n");
  });

  test("replaces a pack only with --force, and nothing that is no pack", async () => {
    const { out } = await writePackOf([example, ...period, "--format", "json"]);
    const args = ["report", example, ...period, "--format", "json", "--out", out];
    const refused = await runProgramHere(args);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toBe(
      `kaudit: ${out}: exists already; name another folder with --out, or replace it with --force\n`,
    );
    expect((await runProgramHere([...args, "--force", "--cluster", "second"])).exitCode).toBe(0);
    expect(await bundleOf(out)).toMatchObject({ cluster: { name: "second" } });

    const home = await mkdtemp(join(folder, "home-"));
    await writeFile(join(home, "letters.txt"), "dear");
    const kept = await runProgramHere(["report", example, ...period, "--force", "--format", "json", "--out", home]);
    expect(kept.exitCode).toBe(4);
    expect(await readdir(home)).toEqual(["letters.txt"]);
  });

  test("fails with 4 and one line where the pack cannot be written", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    const args = ["report", example, ...period, "--format", "json", "--out", join(file, "pack")];
    const { exitCode, stdout, stderr } = await runProgramHere(args);
    expect(exitCode).toBe(4);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^kaudit: [^\n]*a-file[^\n]*\n$/);
  });

  test("--quiet writes nothing", async () => {
    const { exitCode, stdout, stderr } = await writePackOf([example, ...period, "--format", "json", "--quiet"], {
      terminal: 80,
    });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("takes its options from the environment", async () => {
    const environment = { KAUDIT_PERIOD: "2026-11", KAUDIT_FORMAT: "json", KAUDIT_CLUSTER: "from-environment" };
    const { exitCode, out } = await writePackOf([example], { environment });
    expect(exitCode).toBe(0);
    expect(await bundleOf(out)).toMatchObject({
      cluster: { name: "from-environment" },
      period: { label: "November 2026" },
    });
  });

  test("shows a progress line on a terminal and takes it away", async () => {
    const { stderr } = await writePackOf([example, ...period, "--format", "json", "--cluster", "c"], { terminal: 80 });
    expect(stderr.startsWith(eraseLine)).toBe(true);
    expect(stderr.slice(eraseLine.length)).toMatch(/^reading {2}\d of \d+ files {2}/);
    expect(stderr.slice(0, stderr.lastIndexOf(eraseLine))).not.toContain("\n");
  });

  test("leaves no temporary files behind", async () => {
    const temp = await mkdtemp(join(folder, "temp-"));
    await writePackOf([example, ...period, "--format", "json", "--temp-dir", temp]);
    await runProgramHere(["report", example, ...period, "--temp-dir", temp, "--out", join(folder, "a-file", "x")]);
    expect(await readdir(temp)).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("gives no secret away: not in the pack, not on standard output, not in notes", async () => {
    const seeded = seedSecretCanaries();
    expect(seeded.length).toBeGreaterThan(100);
    const log = join(folder, "canaries.log");
    const torn = jsonLines(seeded.slice(0, 20).map(({ event }) => event))
      .split("\n")
      .map((line) => line.slice(0, -7))
      .join("\n");
    await writeFile(log, jsonLines(seeded.map(({ event }) => event)) + torn);
    const args = [log, "--from", instant(0).slice(0, 10), "--to", "2026-10-15", "--format", "html,csv,json,oscal"];
    const { exitCode, stdout, stderr, out } = await writePackOf(args);
    expect(exitCode).toBe(0);
    expect(findSecretCanaries(stdout + stderr)).toEqual([]);
    const leaks = [...(await filesOf(out))].map(([path, content]) => [path, findSecretCanaries(content)] as const);
    expect(leaks.filter(([, found]) => found.length > 0)).toEqual([]);

    for (const register of [...registerNames, "events"]) {
      for (const form of [["-o", "jsonl"], ["-o", "csv"], ["--wide"]]) {
        const result = await runProgramHere(["query", register, log, ...form]);
        expect([register, form, findSecretCanaries(result.stdout + result.stderr)]).toEqual([register, form, []]);
      }
    }
  });

  test("takes hostile audit ids and names through a whole pack", async () => {
    const events = Array.from({ length: 3 }, (_, n) =>
      auditEvent({
        auditID: auditID(n),
        requestReceivedTimestamp: `2026-11-22T12:00:0${n}.000000Z`,
        verb: "delete",
        user: { username: ["\u001b]0;x\u0007", "</script><script>window.__pwn=1</script>", "=1+1\u202e"][n] ?? "" },
      }),
    );
    const log = join(folder, "hostile.log");
    await writeFile(log, jsonLines(events));
    const { exitCode, stdout, stderr } = await writePackOf([log, ...period, "--cluster", "\u001b[31mred\u202e"]);
    expect(exitCode).toBe(0);
    expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(stdout).toContain("\\x1b[31mred");
  });
});
