import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere, type RunResult } from "../../run-program.js";

const example = fileURLToPath(new URL("../../../../../examples/recommended-policy", import.meta.url));
const recommended = join(example, "policy.yaml");
const head = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-policy-answers-"));
  await writeFile(join(folder, "all.yaml"), `${head}- level: Metadata\n`);
  await writeFile(join(folder, "same.yaml"), `${head}- level: Metadata\n  verbs: [get]\n- level: Metadata\n`);
  await writeFile(
    join(folder, "writes.yaml"),
    `${head}- level: None\n  verbs: [get, list, watch]\n- level: Metadata\n`,
  );
  await writeFile(join(folder, "nothing.yaml"), `${head}- level: None\n`);
  await writeFile(join(folder, "refused.yaml"), `${head}- level: Foo\n- verbs: [get]\n`);
  await writeFile(join(folder, "lenient.yaml"), `${head}- level: Metadata\n  verb: [get]\n`);
  await writeFile(join(folder, "there.yaml"), "mine\n");
  await writeFile(
    join(folder, "api.log"),
    "I1 started\nE1 loading audit policy file: loaded illegal policy with 0 rules\n",
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): Promise<RunResult> {
  return runProgramHere(["policy", ...args.map((one) => one.replace("{}", folder))], {
    terminal: 80,
    environment: { NO_COLOR: "1" },
  });
}

const request = ["--verb", "GET", "--uri", "/api/v1/namespaces/shop/pods/db-0/exec?command=sh", "--user", "alice"];

describe("kaudit policy", () => {
  test.each<readonly [number, readonly string[]]>([
    [2, []],
    [2, ["frobnicate"]],
    [2, ["lint", "--frob"]],
    [0, ["coverage", recommended]],
    [0, ["coverage", recommended, "--actor", "human", "--fail-on", "no"]],
    [1, ["coverage", recommended, "--actor", "human", "--fail-on", "partly"]],
    [1, ["coverage", "{}/nothing.yaml", "--fail-on", "no"]],
    [0, ["coverage", "{}/all.yaml", "--fail-on", "partly"]],
    [2, ["coverage", recommended, "--fail-on", "yes"]],
    [2, ["coverage", recommended, "--actor", "robot"]],
    [2, ["coverage", "{}/refused.yaml"]],
    [2, ["coverage"]],
    [3, ["coverage", "{}/missing.yaml"]],
    [0, ["explain", "--policy", recommended, ...request]],
    [2, ["explain", ...request]],
    [2, ["explain", "--policy", recommended]],
    [2, ["explain", "--policy", recommended, ...request, "--event", "x"]],
    [2, ["explain", "--policy", recommended, "--verb", "get", "--uri", "pods"]],
    [2, ["explain", "--policy", recommended, "--verb", "get", "--uri", "/api", "--group", "a"]],
    [2, ["explain", "--policy", recommended, "--event", join(example, "audit.log"), "--audit-id", "none"]],
    [3, ["explain", "--policy", recommended, "--event", "{}/missing.log"]],
    [0, ["diff", "{}/all.yaml", "{}/same.yaml"]],
    [1, ["diff", "{}/all.yaml", "{}/writes.yaml"]],
    [2, ["diff", "{}/all.yaml"]],
    [2, ["diff", "-", "-"]],
    [3, ["diff", "{}/all.yaml", "{}/missing.yaml"]],
    [0, ["generate"]],
    [2, ["generate", "--framework", "soc3"]],
    [2, ["generate", "--style", "loud"]],
    [2, ["generate", "--target-version", "1.20"]],
    [4, ["generate", "--out", "{}/there.yaml"]],
    [4, ["generate", "--out", "{}/no/folder.yaml"]],
    [0, ["enable"]],
    [2, ["enable", "--policy-path", "here"]],
    [2, ["enable", "--max-age", "0"]],
    [2, ["enable", "--webhook", "ftp://x"]],
    [2, ["enable", "--webhook-batch-size", "5"]],
    [0, ["enable", "--apiserver-log", "{}/api.log"]],
    [3, ["enable", "--apiserver-log", "{}/missing.log"]],
  ])("ends with %i: %j", async (expected, args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: expected,
      stderr: expected < 2 ? "" : expect.stringMatching(/^kaudit: [^\n]+\n$/),
    });
    expect(stdout === "").toBe(expected > 1);
    for (const line of stdout.split("\n"))
      if (args[0] !== "generate") expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("a policy that kube-apiserver refuses is named with file, line and column", async () => {
    const { stderr } = await run("diff", "{}/all.yaml", "{}/refused.yaml");
    expect(stderr).toMatch(/refused\.yaml:4:3: rules\[0\]\.level: "Foo" is not a level; .* \(and 1 more; /);
  });

  test("what kube-apiserver warns of is noted, and --quiet hides it", async () => {
    expect((await run("coverage", "{}/lenient.yaml")).stderr).toContain('unknown field "rules[0].verb"');
    expect((await run("coverage", "{}/lenient.yaml", "--quiet")).stderr).toBe("");
  });

  test("variables for packs do not reach the policy commands", async () => {
    const environment = { KAUDIT_OUT: join(folder, "pack"), KAUDIT_OUTPUT: "csv", KAUDIT_FRAMEWORK: "hipaa" };
    const { exitCode, stdout } = await runProgramHere(["policy", "generate"], { environment });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# Audit policy for HIPAA;/);
  });
});

describe("kaudit policy coverage", () => {
  test("the example policy misses failed logins only where its second rule drops events", async () => {
    const { stdout } = await run("coverage", recommended, "-o", "json");
    const { classes } = JSON.parse(stdout) as {
      readonly classes: readonly {
        readonly evidenceClass: string;
        readonly actor: string;
        readonly recordable: string;
        readonly missed: { readonly decision: { readonly ruleIndex: number } } | null;
      }[];
    };
    const of = (name: string, actor: string): unknown => {
      const found = classes.find((one) => one.evidenceClass === name && one.actor === actor);
      return [found?.recordable, found?.missed?.decision.ruleIndex ?? null];
    };
    expect(of("authentication", "unauthenticated")).toEqual(["partly", 1]);
    for (const name of ["secrets", "rbac", "sessions", "deletions"]) expect(of(name, "human")).toEqual(["yes", null]);
  });

  test("--actor limits the table, and --rows adds one for each request", async () => {
    const { stdout } = await run("coverage", "{}/writes.yaml", "--actor", "human", "--rows");
    expect(stdout).toMatch(/^Evidence +human\n/);
    expect(stdout).toMatch(/\nsecrets\/read +human +no +None/);
    expect(stdout).toMatch(/\nsecrets, human: partly\n {2}list secrets .*None \(rule 1\)/);
  });
});

describe("kaudit policy explain", () => {
  test("names the first condition that failed, rule by rule, and the rule that decides", async () => {
    const { stdout } = await run("explain", "--policy", recommended, ...request);
    expect(stdout).toMatch(/^rule 1 {2}None {2,}The request is for a resource/);
    expect(stdout).toMatch(/\nrule 5 {2}RequestResponse {2}matches, and decides\n/);
    expect(stdout).not.toContain("\nrule 6");
  });

  test("takes the event with an audit id, and gives the level it was recorded with", async () => {
    const lines = (await readFile(join(example, "audit.log"), "utf8")).trimEnd().split("\n");
    for (const at of [0, 100, 300, lines.length - 1]) {
      const { auditID, level } = JSON.parse(lines[at] ?? "") as { readonly auditID: string; readonly level: string };
      const { stdout } = await run(
        "explain",
        "--policy",
        recommended,
        "--event",
        join(example, "audit.log"),
        "--audit-id",
        auditID,
        "-o",
        "json",
      );
      expect((JSON.parse(stdout) as { readonly decision: { readonly level: string } }).decision.level).toBe(level);
    }
  });

  test("what a request holds does not act on the terminal", async () => {
    const { stdout } = await run(
      "explain",
      "--policy",
      recommended,
      "--verb",
      "get",
      "--uri",
      "/api/v1/pods/%1b%5b2J",
      "--user",
      "a\u001b[2J",
    );
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("\\x1b[2J");
  });
});

describe("kaudit policy diff", () => {
  test("says that there is no difference, or shows each with a request", async () => {
    expect((await run("diff", "{}/all.yaml", "{}/same.yaml")).stdout).toMatch(/^no difference: /);
    const { stdout } = await run("diff", "{}/all.yaml", "{}/writes.yaml");
    expect(stdout).toMatch(/^No longer recorded\n {2}list pods /);
    const { equal, differences } = JSON.parse(
      (await run("diff", "{}/all.yaml", "{}/writes.yaml", "-o", "json")).stdout,
    ) as {
      readonly equal: boolean;
      readonly differences: readonly { readonly change: string; readonly after: { readonly level: string } }[];
    };
    expect([equal, differences[0]?.change, differences[0]?.after.level]).toEqual([false, "lost", "None"]);
  });
});

describe("kaudit policy generate", () => {
  test.each(["balanced", "minimal-volume", "forensic"])(
    "%s passes kaudit policy lint --fail-on warning",
    async (style) => {
      const { stdout } = await run(
        "generate",
        "--framework",
        "soc2,hipaa",
        "--style",
        style,
        "--target-version",
        "1.33",
      );
      const linted = await runProgramHere(["policy", "lint", "-", "--target-version", "1.33", "--fail-on", "warning"], {
        standardInput: stdout,
      });
      expect(linted.exitCode).toBe(0);
    },
  );

  test("writes a file once, and again only with --force", async () => {
    expect((await run("generate", "--out", "{}/new.yaml")).exitCode).toBe(0);
    expect((await run("generate", "--out", "{}/new.yaml", "--style", "forensic")).exitCode).toBe(4);
    const before = await readFile(join(folder, "new.yaml"), "utf8");
    expect((await run("generate", "--out", "{}/new.yaml", "--style", "forensic", "--force")).exitCode).toBe(0);
    const after = await readFile(join(folder, "new.yaml"), "utf8");
    expect([before.includes("style balanced"), after.includes("style forensic")]).toEqual([true, true]);
    expect(await readFile(join(folder, "there.yaml"), "utf8")).toBe("mine\n");
  });
});

describe("kaudit policy enable", () => {
  test("prints flags, mounts and volumes, and the webhook's kubeconfig where it is asked for", async () => {
    const { stdout } = await run(
      "enable",
      "--max-age",
      "90",
      "--webhook",
      "https://audit.example.com/events",
      "--webhook-batch-size",
      "7",
    );
    for (const part of [
      "--audit-log-maxage=90",
      "--audit-webhook-batch-max-size=7",
      "mountPath: /etc/kubernetes/audit",
      "hostPath:",
      "current-context: audit",
      "extraVolumes:",
    ]) {
      expect(stdout).toContain(part);
    }
    expect((await run("enable")).stdout).not.toContain("webhook");
  });

  test("its flags pass kaudit policy lint --api-server", async () => {
    const { flags } = JSON.parse((await run("enable", "-o", "json")).stdout) as { readonly flags: readonly string[] };
    const standardInput = `kube-apiserver ${flags.join(" ")}\n`;
    const { stdout } = await runProgramHere(["policy", "lint", "--api-server", "-", "-o", "json"], { standardInput });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly severity: string }[] };
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("--apiserver-log explains a start-up error on its line", async () => {
    expect((await run("enable", "--apiserver-log", "{}/api.log")).stdout).toMatch(
      /\/api\.log:2\n {2}The policy has no rules/,
    );
    const { stdout } = await run("enable", "--apiserver-log", recommended);
    expect(stdout).toContain("nothing in it about the audit policy");
  });
});
