import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaNames } from "../../src/config/schema-address.js";
import { runProgramHere, type RunOptions } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-config-test-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(text: string, name = `kaudit-${files++}.yaml`): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function check(text: string): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }> {
  const path = await fileOf(text);
  const { exitCode, stdout } = await runProgramHere(["config", "check", path]);
  return {
    exitCode,
    lines: stdout
      .trimEnd()
      .replaceAll(`${path}:`, "")
      .split("\n")
      .map((line) => line.trim()),
  };
}

type Printed = Readonly<Record<string, { readonly value: unknown; readonly from: string }>>;

async function print(args: readonly string[], options: RunOptions = {}): Promise<Printed> {
  const { exitCode, stdout, stderr } = await runProgramHere(["config", "print", ...args, "-o", "json"], options);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Printed;
}

describe("kaudit config check", () => {
  test("accepts a whole configuration", async () => {
    const { exitCode, lines } = await check(`
organisation: { name: Example Org }
cluster: prod-eu-1
inputs: [logs]
framework: [soc2]
format: pdf,json
strict: true
scope: { production: ["*"], cde: [payments] }
sample: { size: 10%, seed: audit 7 }
signOff:
  reviewed: { name: Dana Reed, role: Security lead, date: 2026-12-03, users: [dana] }
clusters:
  - name: prod-eu-1
    inputs: [a, b]
    scope: { ephi: [patients] }
    policies: [{ file: a.yaml, to: 2026-10-12 }, { file: b.yaml, from: 2026-10-12T00:00:00Z }]
identity: { identityProviderPrefixes: ["oidc:"], kinds: [{ kind: system, names: ["ci-*"] }] }
coverage: { thresholdMinutes: 15, expectedApiServers: [cp-1] }
canaries: { everyMinutes: 15, classes: [secret-read] }
failOn: high
sign: key.pem
signPassphraseFile: key.pass
signKeyPermissions: any
previous: ../2026-09
`);
    expect(lines).toEqual(["a configuration with 18 keys"]);
    expect(exitCode).toBe(0);
  });

  test("names every problem with its line, and what was meant", async () => {
    const { exitCode, lines } = await check(`clusterr: prod
strict: "yes"
scope:
  cde: payments
  pci: [x]
sample: { size: 0 }
signOff:
  reviewed: { name: Dana, role: Lead, date: 3.12.2026 }
clusters:
  - { name: a }
  - { nmae: b }
  - { name: a }
  - name: c
    policies: [{ file: x, from: 12.10.2026 }, { file: y, from: 2026-10-12, to: 2026-10-01 }]
coverage: { thresholdMinutes: 0 }
failOn: hihg
period: last-month
from: 2026-10-01
`);
    expect(exitCode).toBe(2);
    expect(lines).toEqual([
      '1:1: clusterr: is not known here; did you mean "cluster"?',
      '2:1: strict: expected true or false, got "yes"',
      '4:3: scope.cde: expected a list, got "payments"',
      "5:3: scope.pci: is not known here (known: production, cde, ephi)",
      "6:11: sample.size: expected a whole number from 1 to 10000, or a share such as 10%",
      "8:39: signOff.reviewed.date: expected a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z",
      "11:5: clusters[1].name: is missing; expected a text",
      '11:7: clusters[1].nmae: is not known here; did you mean "name"? (known: name, inputs, instance, policies, scope, coverage, canaries)',
      "14:27: clusters[3].policies[0].from: not a date or an RFC 3339 time; use a date such as 2026-10-01 (its first instant, UTC) or a time such as 2026-10-01T08:00:00Z",
      "14:76: clusters[3].policies[1].to: is not after from; a policy ends after it began",
      "15:13: coverage.thresholdMinutes: expected more than 0 and at most 10080 minutes (a week); leave the key out for what fits each API server's traffic",
      '16:1: failOn: expected critical, high, medium, low; got "hihg"; did you mean "high"?',
    ]);
  });

  test("finds what only the whole shows", async () => {
    const { lines } = await check("period: last-month\nfrom: 2026-10-01\nclusters: [{ name: a }, { name: a }]\n");
    expect(lines).toEqual([
      "1:1: period: stands beside from or to; give one or the other",
      "3:27: clusters[1].name: is the name of clusters[0] as well; give each its own",
    ]);
  });

  test("checks the files that a configuration names, relative to it", async () => {
    await mkdir(join(folder, "named"), { recursive: true });
    await fileOf(
      "approvals:\n  - { id: AP-1, who: { users: [a] }, what: { verbs: [get] }, why: x, approver: b }\n",
      "named/a.yaml",
    );
    await fileOf("dispositions:\n  - exception: KX-001-1a2b3c4d\n    decision:\n    by:\n", "named/d.yaml");
    const path = await fileOf("approvals: a.yaml\ndispositions: d.yaml\n", "named/kaudit.yaml");
    const { exitCode, stdout } = await runProgramHere(["config", "check", path]);
    expect(exitCode).toBe(2);
    expect(stdout.replaceAll(`${folder}/`, "")).toBe(
      "named/kaudit.yaml: a configuration with 2 keys\n" +
        "named/a.yaml:2:5: approvals[0].expires: is missing; expected a text\n" +
        "named/d.yaml: 1 disposition, 1 of them waiting for a decision\n",
    );
  });

  test("a file of code is not run, and no configuration (abuse case 36)", async () => {
    const trap = join(folder, "trapped");
    const code = `require("node:fs").writeFileSync(${JSON.stringify(trap)}, "x"); export default { framework: "soc2" };\n`;
    const path = await fileOf(code, "config.js");
    for (const args of [
      ["config", "check", path],
      ["report", example, "--period", "2026-11", "--config", path],
    ]) {
      const { exitCode, stdout, stderr } = await runProgramHere(args);
      expect([exitCode, /config\.js:1:\d+: /.test(stdout + stderr)]).toEqual([2, true]);
    }
    await expect(readFile(trap)).rejects.toThrow(/ENOENT/);
  });

  test("a missing file ends with 3, and says which", async () => {
    const { exitCode, stderr } = await runProgramHere(["config", "check", join(folder, "none.yaml")]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/none\.yaml: no such file; check the path\n$/);
  });
});

describe("kaudit config print", () => {
  test("a flag comes before the environment, that before the file, that before the default", async () => {
    const path = await fileOf(
      "cluster: from-file\ninstance: from-file\nstrict: true\nformat: [pdf, csv]\nsample: { size: 40 }\n",
    );
    const printed = await print(["--config", path, "--cluster", "from-flag"], {
      environment: { KAUDIT_CLUSTER: "from-environment", KAUDIT_INSTANCE: "from-environment" },
    });
    expect(printed).toEqual({
      framework: { value: "soc2", from: "default" },
      cluster: { value: "from-flag", from: "--cluster" },
      instance: { value: "from-environment", from: "environment" },
      strict: { value: true, from: `${path}:3` },
      format: { value: "pdf,csv", from: `${path}:4` },
      sample: { value: "40", from: `${path}:5` },
      signKeyPermissions: { value: "owner", from: "default" },
      color: { value: true, from: "default" },
    });
  });

  test("takes the file from KAUDIT_CONFIG, and paths in it as relative to it", async () => {
    const path = await fileOf(
      "policy: policy.yaml\ninputs: [logs, /var/log, 's3://bucket/x']\nout: ../pack\ntempDir: /scratch\n",
    );
    const printed = await print([], { environment: { KAUDIT_CONFIG: path } });
    expect(printed).toMatchObject({
      policy: { value: join(folder, "policy.yaml") },
      inputs: { value: [join(folder, "logs"), "/var/log", "s3://bucket/x"] },
      out: { value: join(folder, "../pack") },
      tempDir: { value: "/scratch" },
    });
  });

  test("a period of the command line replaces both bounds of the file", async () => {
    const path = await fileOf("from: 2026-10-01\nto: 2026-11-01\n");
    const printed = await print(["--config", path, "--period", "2026-11"]);
    expect([printed["period"]?.value, printed["from"], printed["to"]]).toEqual(["2026-11", undefined, undefined]);
  });

  test("masks what opens an address", async () => {
    const path = await fileOf(
      "inputs: ['https://bob:hunter2@logs.example/audit.log?X-Amz-Signature=abc']\nallowHttp: true\n",
    );
    const { stdout } = await runProgramHere(["config", "print", "--config", path, "-o", "json"]);
    expect(stdout).toContain("https://[masked]@logs.example/audit.log?[masked]");
    expect(stdout).not.toMatch(/hunter2|Signature/);
  });
});

describe("kaudit config init", () => {
  test("writes a file that is right as it stands, and whose every key is right when uncommented", async () => {
    const path = join(folder, "started.yaml");
    expect(await runProgramHere(["config", "init", path])).toMatchObject({ exitCode: 0 });
    expect(await runProgramHere(["config", "check", path])).toMatchObject({ exitCode: 0 });
    const text = await readFile(path, "utf8");
    const uncommented = text.replaceAll(/^# (?=[a-zA-Z]+:|  )/gm, "").replaceAll(/^#   seed/gm, "  seed");
    const whole = await fileOf(
      uncommented
        .split("\n")
        // The files that it names are not there; sentences that read like keys are none.
        .filter((line) => !/^(approvals|dispositions|collection):/.test(line) && !/^[A-Z]/.test(line))
        .join("\n"),
    );
    const { stdout, exitCode } = await runProgramHere(["config", "check", whole]);
    expect([stdout.replace(whole, ""), exitCode]).toEqual([": a configuration with 16 keys\n", 0]);
  });

  test("never replaces a file", async () => {
    const path = await fileOf("cluster: mine\n");
    const { exitCode, stderr } = await runProgramHere(["config", "init", path]);
    expect([exitCode, stderr.includes("exists already")]).toEqual([4, true]);
    expect(await readFile(path, "utf8")).toBe("cluster: mine\n");
  });
});

/** How a report is refused that is to read these clusters. */
const refusal = async (clusters: string) => {
  const path = await fileOf(`period: 2026-11\nclusters:\n${clusters}`);
  const { exitCode, stderr } = await runProgramHere(["report", "--config", path]);
  return [exitCode, stderr.replace(path, "FILE")];
};

describe("a configuration of kaudit report", () => {
  test("gives the same evidence as the same options, and is said in the bundle", async () => {
    const path = await fileOf(
      `inputs: [${example}]\nfrom: 2026-11-22\nto: 2026-11-23\ncluster: prod-eu-1\nformat: [json]\nsample: { size: 5, seed: audit 7 }\n`,
    );
    const byFile = join(folder, "by-file");
    const byOptions = join(folder, "by-options");
    await runProgramHere(["report", "--config", path, "--out", byFile]);
    const period = ["--from", "2026-11-22", "--to", "2026-11-23"];
    const sample = ["--sample", "5", "--seed", "audit 7"];
    await runProgramHere([
      "report",
      example,
      ...period,
      "--cluster",
      "prod-eu-1",
      ...sample,
      "--format",
      "json",
      "--out",
      byOptions,
    ]);
    const [one, other] = await Promise.all(
      [byFile, byOptions].map((pack) => readFile(join(pack, "bundle.json"), "utf8")),
    );
    expect(one).toBe(other);
    expect(JSON.parse(one ?? "")).toMatchObject({ sample: { size: "5", seed: "audit 7", seedBasis: "given" } });
  });

  test.each(["0", "10001", "abc", "101%"])("--sample %s is refused", async (size) => {
    const { exitCode, stderr } = await runProgramHere(["report", example, "--period", "2026-11", "--sample", size]);
    expect([exitCode, stderr.split(";")[0]]).toEqual([
      2,
      `kaudit: --sample ${size}: not a number of rows from 1 to 10000, nor a share such as 10%\n`,
    ]);
  });

  test("each of several clusters needs inputs, and they cannot all be standard input", async () => {
    expect(await refusal("  - { name: a, inputs: [x] }\n  - { name: b }\n")).toEqual([
      2,
      "kaudit: FILE:4: the cluster b has no inputs; give it inputs there, or write b=PATH\n",
    ]);
    expect(await refusal('  - { name: a, inputs: ["-"] }\n  - { name: b, inputs: ["-"] }\n')).toEqual([
      2,
      "kaudit: standard input is given for several clusters, a, b; it can be read for one\n",
    ]);
    expect(await refusal("  - { name: a, inputs: [x] }\n  - { name: a, inputs: [y] }\n")).toEqual([
      2,
      "kaudit: FILE:4:7: clusters[1].name: is the name of clusters[0] as well; give each its own\n",
    ]);
  });
});

describe("kaudit config schema", () => {
  test.each(schemaNames)("the published schema of %s is what the command prints", async (name) => {
    const { stdout } = await runProgramHere(["config", "schema", name]);
    const published = fileURLToPath(new URL(`../../schemas/${name}.schema.json`, import.meta.url));
    expect(stdout).toBe(await readFile(published, "utf8"));
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
    });
  });
});
