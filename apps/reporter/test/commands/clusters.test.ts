import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EvidenceBundle, registerNames } from "@kaudit/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere, type RunResult } from "../run-program.js";

const fileAt = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const example = fileAt("examples/recommended-policy");
/** Real logs: what a cluster had rotated, what it was writing, and one of another hour. */
const rotated = ["12-18-26.954", "12-18-36.279", "12-18-39.825"].map((time) => `audit-2026-11-22T${time}.log`);
const period = ["--from", "2026-11-22T12:18:00Z", "--to", "2026-11-22T12:20:00Z"];
const names = ["eu-1", "us-1", "quiet"];

let folder: string;
let config: string;
let all: { readonly run: RunResult; readonly bundle: EvidenceBundle; readonly out: string };
const single = new Map<string, { readonly bundle: EvidenceBundle; readonly out: string }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-clusters-test-"));
  for (const name of names) await mkdir(join(folder, name));
  for (const file of rotated) await copyFile(join(example, file), join(folder, "eu-1", file));
  await appendFile(
    join(folder, "eu-1", rotated[0] ?? ""),
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Meta\n',
  );
  await copyFile(join(example, "audit.log"), join(folder, "us-1", "audit.log"));
  await copyFile(fileAt("packages/stream/test/fixtures/kill-9.log"), join(folder, "quiet", "audit.log"));
  await copyFile(join(example, "policy.yaml"), join(folder, "policy.yaml"));
  await writeFile(
    join(folder, "metadata.yaml"),
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n",
  );
  const readme = await readFile(fileAt("apps/reporter/README.md"), "utf8");
  const [, documented = ""] = /```yaml kaudit.yaml\n(clusters:\n[^`]*)```/.exec(readme) ?? [];
  expect(documented).toContain("- name: us-1");
  config = join(folder, "kaudit.yaml");
  await writeFile(
    config,
    `format: [json, csv]
${documented}  - name: quiet
    inputs: [quiet]
`,
  );
  all = await report();
  for (const name of names) single.set(name, await report("--cluster", name));
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function report(...args: readonly string[]) {
  const out = await mkdtemp(join(folder, "pack-"));
  const run = await runProgramHere(["report", "--config", config, ...period, "--out", out, "--force", ...args]);
  expect([run.exitCode, run.exitCode === 0 ? "" : run.stderr]).toEqual([0, ""]);
  return { run, out, bundle: JSON.parse(await readFile(join(out, "bundle.json"), "utf8")) as EvidenceBundle };
}

function ofCluster(name: string) {
  const found = single.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** The lines of a register, its head left out, by which rows are the same: without row ids and the cluster's folder in paths. */
async function rowsOf(out: string, register: string): Promise<string[]> {
  const text = await readFile(join(out, "registers", `${register}.csv`), "utf8");
  const rows = text.split(/\r?\n(?=[a-z]+-[0-9a-f]{20})/).slice(1);
  return rows.map((row) =>
    row
      .trimEnd()
      .replaceAll(/\b[a-z]+-[0-9a-f]{20}\b/g, "id")
      .replaceAll(/(,|")(?:eu-1|us-1|quiet)\/(?=[^,]*\.log:\d)/g, "$1"),
  );
}

describe("kaudit report of several clusters", () => {
  test("holds in each register the rows of every cluster's own run, by time", async () => {
    for (const name of registerNames) {
      const rows = await rowsOf(all.out, name);
      const union = (await Promise.all(names.map((cluster) => rowsOf(ofCluster(cluster).out, name)))).flat();
      expect(rows.toSorted()).toEqual(union.toSorted());
      const times = rows.map((row) => row.split(",")[1] ?? "");
      expect(times).toEqual(times.toSorted());
    }
    expect(all.bundle.registers.find(({ name }) => name === "secrets")?.rows).toBeGreaterThan(50);
  });

  test("judges each cluster as its own run does", () => {
    for (const name of names) {
      const own = ofCluster(name).bundle;
      const gates = ({ gates: of }: EvidenceBundle) =>
        of.flatMap(({ id, registers }) => registers.filter(({ cluster }) => cluster === name).map((one) => [id, one]));
      expect(gates(all.bundle)).toEqual(gates(own));
      expect(all.bundle.coverage.filter(({ cluster }) => cluster === name)).toEqual(own.coverage);
      expect(
        all.bundle.policies
          .filter(({ cluster }) => cluster === name)
          .map(({ file, replay }) => [file, replay.compared]),
      ).toEqual(own.policies.map(({ file, replay }) => [file, replay.compared]));
      const exceptions = ({ exceptions: of }: EvidenceBundle) =>
        of.filter(({ cluster }) => cluster === name).map(({ id, count, severity }) => [id, count, severity]);
      expect(exceptions(all.bundle).toSorted()).toEqual(exceptions(own).toSorted());
    }
  });

  test("a torn record of one cluster fails no other's gate, and a cluster without an event proves nothing", () => {
    const failing = (id: string) => [
      ...new Set(
        all.bundle.gates
          .find((gate) => gate.id === id)
          ?.registers.filter(({ result }) => result === "fails")
          .map(({ cluster }) => cluster),
      ),
    ];
    expect(all.bundle.rejected).toMatchObject([{ cluster: "eu-1", file: `eu-1/${rotated[0]}` }]);
    expect(failing("G5")).toContain("eu-1");
    expect(failing("G5")).not.toContain("quiet");
    expect(failing("G2")).toContain("quiet");
    const insufficient = all.bundle.frameworks[0]?.controls.find(({ id }) => id === "CC6.1");
    expect(insufficient?.status).toBe("insufficient-evidence");
    expect(insufficient?.clusters?.find(({ cluster }) => cluster === "quiet")?.statusReason).toContain(
      "API server quiet recorded nothing for 2 min",
    );
    expect(all.run.stderr).toContain("kaudit: quiet: no event inside the period\n");
  });

  test("ties the totals of the run and of each cluster", () => {
    const { totals, clusters, inputs } = all.bundle;
    for (const key of [
      "files",
      "bytes",
      "records",
      "events",
      "rejected",
      "foreign",
      "unique",
      "insidePeriod",
    ] as const) {
      expect(clusters.reduce((sum, { totals: own }) => sum + (own?.[key] ?? 0), 0)).toBe(totals[key]);
      for (const { name, totals: own } of clusters) expect(own?.[key]).toBe(ofCluster(name).bundle.totals[key]);
    }
    expect(inputs.map(({ file, cluster }) => [file, cluster])).toContainEqual(["us-1/audit.log", "us-1"]);
    expect(new Set(inputs.map(({ file }) => file)).size).toBe(inputs.length);
  });

  test("prints a line for each cluster", () => {
    const { stdout } = all.run;
    expect(stdout).toMatch(/, 3 clusters, \d API servers, log complete for [\d.]+% of the time\n/);
    expect(stdout).toMatch(/\nCluster +Events +Complete +Gates +Rows +Open\n─+\n(?:(?:eu-1|quiet|us-1) .*\n){3}/);
  });

  test("two runs give the same bytes", async () => {
    const again = await report();
    expect(await readFile(join(again.out, "bundle.json"))).toEqual(await readFile(join(all.out, "bundle.json")));
  });
});

const run = (...args: readonly string[]) => runProgramHere([...args]);

describe("the choice of clusters", () => {
  test("--cluster can be repeated and narrows to the named ones", async () => {
    const { bundle } = await report("--cluster", "quiet", "--cluster", "us-1");
    expect(bundle.clusters.map(({ name }) => name)).toEqual(["quiet", "us-1"]);
  });

  test("a name that the configuration does not have is refused with those that it has", async () => {
    for (const command of [["report"], ["query", "secrets"], ["inspect"], ["review"]]) {
      const { exitCode, stderr } = await run(...command, "--config", config, "--cluster", "eu-2");
      expect([exitCode, stderr]).toEqual([
        2,
        `kaudit: --cluster eu-2: not among the clusters of ${config}; did you mean "eu-1"? (known: eu-1, us-1, quiet)\n`,
      ]);
    }
  });

  test("query, inspect and review read the clusters that report reads", async () => {
    const { stdout } = await run("query", "secrets", "--config", config, ...period, "-o", "json");
    const rows = JSON.parse(stdout) as { cluster: string; source: string }[];
    expect(rows.length).toBe(all.bundle.registers.find(({ name }) => name === "secrets")?.rows);
    expect(rows.every(({ cluster, source }) => source.startsWith(`${cluster}/`))).toBe(true);
    const events = await run(
      "query",
      "events",
      "--config",
      config,
      "--limit",
      "50",
      "-o",
      "json",
      "--cluster",
      "us-1",
      "--cluster",
      "eu-1",
    );
    const keys = (JSON.parse(events.stdout) as { time: string; cluster: string }[]).map(
      ({ time, cluster }) => `${time} ${cluster}`,
    );
    expect(keys).toEqual(keys.toSorted());
    expect(new Set(keys.map((key) => key.split(" ")[1]))).toEqual(new Set(["eu-1", "us-1"]));
    const inspected = await run("inspect", "--config", config, "-o", "json");
    expect(JSON.parse(inspected.stdout).servers.map(({ cluster }: { cluster: string }) => cluster)).toEqual([
      "eu-1",
      "quiet",
      "us-1",
    ]);
    const reviewed = await run("review", "--config", config, ...period, "--output", "json");
    expect(JSON.parse(reviewed.stdout).total).toBe(all.bundle.exceptions.length);
  }, 30_000);

  test("without a configuration each input says its cluster", async () => {
    const inputs = [`eu-1=${join(folder, "eu-1")}`, `us-1=${join(folder, "us-1")}`];
    const given = ["--cluster", "eu-1", "--cluster", "us-1"];
    const { exitCode, stdout } = await run("query", "rbac", ...inputs, ...given, ...period, "-o", "json");
    expect(exitCode).toBe(0);
    expect(new Set((JSON.parse(stdout) as { cluster: string }[]).map(({ cluster }) => cluster))).toEqual(
      new Set(["eu-1", "us-1"]),
    );
    const untold = await run("query", "rbac", example, ...given);
    expect([untold.exitCode, untold.stderr]).toEqual([
      2,
      `kaudit: ${example}: may be of any of 2 clusters; write NAME=PATH, with NAME one of eu-1, us-1, or name one cluster with --cluster\n`,
    ]);
    const none = await run("query", "rbac", inputs[0] ?? "", ...given);
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      "kaudit: --cluster us-1: the cluster us-1 has no inputs; write us-1=PATH\n",
    ]);
  });

  test("one log given for two clusters is noticed, and is in the registers of both", async () => {
    const log = join(folder, "quiet", "audit.log");
    const out = join(folder, "twice");
    const args = [`a=${log}`, `b=${log}`, "--cluster", "a", "--cluster", "b", "--period", "2026-11-22"];
    const { exitCode, stderr } = await run("report", ...args, "--format", "json", "--out", out);
    expect(exitCode).toBe(0);
    const { findings, totals, exceptions } = JSON.parse(
      await readFile(join(out, "bundle.json"), "utf8"),
    ) as EvidenceBundle;
    const found = findings.find(({ code }) => code === "repeated-across-clusters");
    expect(found).toMatchObject({ count: totals.unique / 2, places: ["a", "b"] });
    expect(stderr).toContain("read of more than one cluster with the same content");
    expect(totals.duplicates).toBe(0);
    expect(exceptions.filter(({ rule }) => rule === "KX-029").map(({ sentence }) => sentence)).toContainEqual(
      expect.stringContaining("they were read of more than one cluster"),
    );
  });
});
