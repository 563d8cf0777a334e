import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../../run-program.js";

const recommended = fileURLToPath(new URL("../../../../../examples/recommended-policy/policy.yaml", import.meta.url));
const head = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
const shadowed = `${head}omitStages: [RequestReceived]
rules:
- level: None
  verbs: [get, list, watch]
- level: Metadata
  verbs: [get, list]
  resources: [{ group: "", resources: [secrets] }]
- level: Metadata
`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-policy-lint-"));
  await writeFile(join(folder, "shadowed.yaml"), shadowed);
  await writeFile(join(folder, "refused.yaml"), `${head}rules:\n- level: Foo\n- verbs: [get]\n`);
  await writeFile(join(folder, "hostile.yaml"), `${head}rules:\n- level: "\\e[2JFoo\\u202e"\n`);
  await writeFile(join(folder, "flags.txt"), "kube-apiserver --audit-log-path=/var/log/audit.log\n");
  await writeFile(join(folder, "nonsense.yaml"), "kind: Pod\nspec: [\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function lint(...args: readonly string[]): ReturnType<typeof runProgramHere> {
  return runProgramHere(["policy", "lint", ...args.map((one) => one.replace("{}", folder))]);
}

/** The line, from 1, on which a text stands for the n-th time. */
function lineOf(text: string, part: string, nth = 1): number {
  const lines = text.split("\n").flatMap((line, at) => (line.includes(part) ? [at + 1] : []));
  return lines[nth - 1] ?? Number.NaN;
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number; readonly startColumn?: number };
    };
  }[];
}

describe("kaudit policy lint", () => {
  test.each([
    [["{}/shadowed.yaml"], 1],
    [["{}/refused.yaml"], 1],
    [["{}/hostile.yaml"], 1],
    [[recommended], 0],
    [[recommended, "--fail-on", "error"], 0],
    [[recommended, "--fail-on", "warning"], 1],
    [[recommended, "--fail-on", "info"], 1],
    [["--api-server", "{}/flags.txt"], 1],
    [["--api-server", "{}/nonsense.yaml"], 1],
    [[], 2],
    [[recommended, "--fail-on", "worst"], 2],
    [[recommended, "-o", "xml"], 2],
    [[recommended, "--log-mode", "slow"], 2],
    [[recommended, "--target-version", "new"], 2],
    [["-", "--api-server", "-"], 2],
    [["{}/missing.yaml"], 3],
    [["{}"], 3],
    [[recommended, "--api-server", "{}/missing.yaml"], 3],
  ])("%j ends with %i", async (args, expected) => {
    const { exitCode, stderr, stdout } = await lint(...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: expected,
      stderr: expected < 2 ? "" : expect.stringMatching(/^kaudit: [^\n]+\n$/),
    });
    expect(stdout === "").toBe(expected > 1);
  });

  test("tells place, message, consequence and mend of a rule that never decides", async () => {
    const { stdout } = await lint("{}/shadowed.yaml");
    const line = lineOf(shadowed, "level: Metadata");
    expect(stdout).toContain(
      `${folder}/shadowed.yaml:${line}:3  error  reach/shadowed\n  Rule 2 (level Metadata) never decides`,
    );
    expect(stdout).toMatch(/\n {2}To do: /);
    expect(stdout).toMatch(/\n1 error, \d+ warnings?, \d+ remarks?; 1 at or above --fail-on error\n$/);
  });

  test("shows every problem of a policy that kube-apiserver refuses", async () => {
    const { stdout } = await lint("{}/refused.yaml");
    expect(stdout).toContain("refused.yaml:4:3  error  load/invalid\n");
    expect(stdout).toContain("refused.yaml:5:3  error  load/required\n");
  });

  test("shows nothing that acts on a terminal", async () => {
    for (const form of ["text", "json", "sarif"]) {
      const { stdout } = await lint("{}/hostile.yaml", "-o", form);
      expect(stdout).toContain("load/invalid");
      for (const active of ["\u001b", "\u202e", "\u009b"]) expect(stdout).not.toContain(active);
    }
  });

  test("reads a policy from standard input", async () => {
    const { exitCode, stdout } = await runProgramHere(["policy", "lint", "-"], { standardInput: shadowed });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("standard input:7:3  error  reach/shadowed");
  });

  test("json holds findings, counts and the benchmark", async () => {
    const { stdout } = await lint(recommended, "-o", "json", "--fail-on", "warning");
    const answer = JSON.parse(stdout) as {
      readonly failed: boolean;
      readonly counts: Readonly<Record<string, number>>;
      readonly findings: readonly { readonly id: string; readonly severity: string; readonly line: number }[];
      readonly benchmark: readonly { readonly id: string; readonly passed: boolean }[];
    };
    expect(answer.failed).toBe(true);
    for (const severity of ["error", "warning", "info"]) {
      expect(answer.counts[severity]).toBe(answer.findings.filter((one) => one.severity === severity).length);
    }
    // The rule with secrets at RequestResponse is the first of that level in the file.
    const text = await readFile(recommended, "utf8");
    const bodies = answer.findings.find(({ id }) => id === "secret/body");
    expect(bodies?.line).toBe(lineOf(text, "level: RequestResponse"));
    expect(answer.benchmark.map(({ id, passed }) => [id, passed])).toEqual([
      ["3.2.1", true],
      ["3.2.2", false],
    ]);
  });

  test("sarif is SARIF 2.1.0 with a rule and a place for every finding", async () => {
    const args = [recommended, "--api-server", "{}/flags.txt"];
    const { stdout } = await lint(...args, "-o", "sarif");
    const { findings } = JSON.parse((await lint(...args, "-o", "json")).stdout) as {
      readonly findings: readonly unknown[];
    };
    const log = JSON.parse(stdout) as {
      readonly $schema: string;
      readonly version: string;
      readonly runs: readonly {
        readonly tool: {
          readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] };
        };
        readonly columnKind: string;
        readonly results: readonly Result[];
      }[];
    };
    expect([log.version, log.runs.length, log.runs[0]?.columnKind]).toEqual(["2.1.0", 1, "utf16CodeUnits"]);
    const [run] = log.runs;
    const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    expect(run?.results).toHaveLength(findings.length);
    for (const result of run?.results ?? []) {
      expect(ids[result.ruleIndex]).toBe(result.ruleId);
      expect(["error", "warning", "note"]).toContain(result.level);
      expect(result.message.text).not.toBe("");
      const { artifactLocation, region } = result.locations[0]?.physicalLocation ?? {};
      expect(artifactLocation?.uri).toMatch(/^file:\/\/\/.*\/(policy\.yaml|flags\.txt)$/);
      expect(Number.isInteger(region?.startLine) && (region?.startLine ?? 0) > 0).toBe(true);
      expect(region?.startColumn ?? 1).toBeGreaterThan(0);
    }
  });

  test("sarif names a relative file as it was given, so that code review finds it", async () => {
    const { sarifLog } = await import("../../../src/commands/policy/sarif.js");
    const finding = {
      id: "x",
      severity: "info",
      line: null,
      column: null,
      message: "m",
      consequence: "c",
      mend: "d",
    } as const;
    const uriOf = (file: string): unknown =>
      JSON.stringify(sarifLog([{ ...finding, file }], [])).match(/"uri":"([^"]*)"/)?.[1];
    expect(uriOf("./deploy/audit policy.yaml")).toBe("deploy/audit%20policy.yaml");
    expect(uriOf("../policy.yaml")).toBe("../policy.yaml");
  });
});
