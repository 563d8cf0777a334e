import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EvidenceBundle } from "@kaudit/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-sections-test-"));
  for (const name of ["before.yaml", "after.yaml"]) await copyFile(join(example, "policy.yaml"), join(folder, name));
  config = join(folder, "kaudit.yaml");
  await writeFile(
    config,
    `period: 2026-11
framework: [soc2]
format: [json]
identity: { kinds: [{ kind: system, names: ["kubernetes-*"] }] }
coverage: { thresholdMinutes: 15, expectedApiServers: [cp-9] }
canaries: { namespace: planted, everyMinutes: 30, classes: [secret-read] }
clusters:
  - name: prod-eu-1
    inputs: [${JSON.stringify(example)}]
    policies:
      - { file: before.yaml, to: 2026-11-10 }
      - { file: after.yaml, from: 2026-11-10T02:00:00+02:00 }
`,
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function bundleOf(...args: readonly string[]): Promise<EvidenceBundle> {
  const out = await mkdtemp(join(folder, "pack-"));
  const { exitCode, stderr } = await runProgramHere(["report", "--config", config, "--out", out, "--force", ...args]);
  expect([exitCode, stderr.split("\n").filter((line) => / defect | unexpected /.test(line))]).toEqual([0, []]);
  return JSON.parse(await readFile(join(out, "bundle.json"), "utf8")) as EvidenceBundle;
}

/** What the manifest says to write into the configuration. */
async function planted(...args: readonly string[]): Promise<readonly (string | undefined)[]> {
  const { stdout } = await runProgramHere(["canary", "--config", config, ...args]);
  return ["namespace", "everyMinutes", "classes"].map(
    (key) => new RegExp(`^#     ${key}: (.*)$`, "m").exec(stdout)?.[1],
  );
}

describe("sections of the configuration that have no option", () => {
  test("reach the evidence of kaudit report", async () => {
    const { policies, canaries, coverage, registers } = await bundleOf();
    expect(policies.map(({ file, from, to }) => [file, from, to])).toEqual([
      ["before.yaml", "2026-11-01T00:00:00.000000Z", "2026-11-10T00:00:00.000000Z"],
      ["after.yaml", "2026-11-10T00:00:00.000000Z", "2026-12-01T00:00:00.000000Z"],
    ]);
    expect(canaries?.map((one) => [one.class, one.expectedEverySeconds, one.seen])).toEqual([["secret-read", 1800, 0]]);
    // An API server without an event is one gap, whatever the threshold.
    expect(coverage.map(({ instance, thresholdSeconds }) => [instance, thresholdSeconds])).toEqual([
      ["cp-9", 0],
      ["recommended-policy", 900],
    ]);
    const admin = registers
      .find(({ name }) => name === "rbac")
      ?.summary.actors.find(({ actor }) => actor === "kubernetes-admin");
    expect(admin?.actorKind).toBe("system");
  });

  test("a policy of the command line stands in place of the cluster's own", async () => {
    const { policies } = await bundleOf("--policy", join(example, "policy.yaml"));
    expect(policies.map(({ file }) => file)).toEqual(["policy.yaml"]);
  });

  test("a policy of the file does not", async () => {
    const text = await readFile(config, "utf8");
    await writeFile(join(folder, "with-policy.yaml"), `policy: none.yaml\n${text}`);
    const { policies } = await bundleOf("--config", join(folder, "with-policy.yaml"));
    expect(policies.map(({ file }) => file)).toEqual(["before.yaml", "after.yaml"]);
  });
});

describe("--config of other commands", () => {
  test("kaudit query takes inputs, cluster and identity from it, and no period", async () => {
    const text = await readFile(config, "utf8");
    const path = join(folder, "other-period.yaml");
    await writeFile(path, text.replace("period: 2026-11", "period: 2020-01"));
    const { exitCode, stdout } = await runProgramHere(["query", "sessions", "--config", path, "-o", "json"]);
    expect(exitCode).toBe(0);
    const rows = JSON.parse(stdout) as {
      readonly cluster: string;
      readonly actor: string;
      readonly actorKind: string;
    }[];
    expect(rows.length).toBeGreaterThan(0);
    const admin = rows.filter(({ actor }) => actor === "kubernetes-admin");
    expect(new Set(admin.map(({ cluster, actorKind }) => `${cluster} ${actorKind}`))).toEqual(
      new Set(["prod-eu-1 system"]),
    );
  });

  test("kaudit inspect takes inputs from it", async () => {
    const [one, other] = [
      await runProgramHere(["inspect", "--config", config, "-o", "json"]),
      await runProgramHere(["inspect", example, "-o", "json"]),
    ];
    expect([one.exitCode, one.stdout]).toEqual([0, other.stdout]);
  });

  test("kaudit canary plants what the evidence looks for, unless an option says otherwise", async () => {
    expect(await planted()).toEqual(["planted", "30", "[secret-read]"]);
    expect(await planted("--every", "60")).toEqual(["planted", "60", "[secret-read]"]);
  });
});

describe("what editors and people are told of the sections", () => {
  interface Property {
    readonly description?: string;
    readonly properties?: Readonly<Record<string, Property>>;
    readonly items?: Property;
  }

  /** The paths of all keys without a description, however deep. */
  function undescribed(properties: Readonly<Record<string, Property>>, path: string): string[] {
    return Object.entries(properties).flatMap(([key, property]) => {
      const at = `${path}.${key}`;
      const inner = property.properties ?? property.items?.properties ?? {};
      return [...(property.description === undefined ? [at] : []), ...undescribed(inner, at)];
    });
  }

  test("every key of identity, coverage and canaries is described", async () => {
    const { stdout } = await runProgramHere(["config", "schema", "kaudit"]);
    const { properties = {} } = JSON.parse(stdout) as Property;
    for (const name of ["identity", "coverage", "canaries"])
      expect(undescribed(properties[name]?.properties ?? {}, name)).toEqual([]);
  });

  test.each([
    ["coverage: { thresholdMinutes: 0 }", "coverage.thresholdMinutes: expected more than 0 and at most 10080 minutes"],
    ["coverage: { thresholdMinutes: 99999 }", "coverage.thresholdMinutes: expected more than 0 and at most 10080"],
    ["canaries: { everyMinutes: 0 }", "canaries.everyMinutes: expected a whole number of minutes from 1 to 10080"],
    ["canaries: { everyMinutes: 1.5 }", "canaries.everyMinutes: expected a whole number, got number 1.5"],
  ])("%s is refused in a sentence", async (text, said) => {
    const path = join(folder, "wrong.yaml");
    await writeFile(path, `${text}\n`);
    const { exitCode, stdout } = await runProgramHere(["config", "check", path]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(said);
  });
});
