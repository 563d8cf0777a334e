import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../../run-program.js";
import { spawnKaudit } from "../../spawn-kaudit.js";

interface RecordedCase {
  readonly policy: unknown;
  readonly attrs: readonly {
    readonly user: { readonly name: string; readonly groups: readonly string[] | null } | null;
    readonly resourceRequest: boolean;
  }[];
  readonly results: readonly {
    readonly level: string;
    readonly omitStages: readonly string[] | null;
    readonly omitManagedFields: boolean;
    readonly ruleIndex: number;
  }[];
}

/** What kube-apiserver's own code answered: every hundredth of the recorded policies with all of their requests. */
const fixture = new URL("../../../../../packages/policy/test/fixtures/evaluate.json.gz", import.meta.url);
const { cases } = JSON.parse(gunzipSync(readFileSync(fixture)).toString()) as {
  readonly cases: readonly RecordedCase[];
};
const slice = cases.filter((_, at) => at % 100 === 0);

const request = {
  user: "alice",
  groups: ["system:authenticated"],
  verb: "get",
  apiGroup: "",
  apiVersion: "v1",
  resource: "pods",
  subresource: "",
  namespace: "shop",
  name: "db",
  path: "/api/v1/namespaces/shop/pods/db",
  isResourceRequest: true,
};
const policy =
  "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verbs: [watch]\n- level: Metadata\n";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-policy-evaluate-"));
  await writeFile(join(folder, "policy.yaml"), policy);
  await writeFile(join(folder, "refused.yaml"), "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function evaluate(standardInput: string, file = "policy.yaml"): ReturnType<typeof runProgramHere> {
  return runProgramHere(["policy", "evaluate", "--policy", join(folder, file)], { standardInput });
}

const decided = { level: "Metadata", omitStages: [], omitManagedFields: false, ruleIndex: 1 };

describe("kaudit policy evaluate", () => {
  test.each(slice.map((one, at) => [at * 100, one] as const))(
    "answers as kube-apiserver, recorded policy %i",
    async (at, one) => {
      const file = join(folder, `recorded-${at}.yaml`);
      await writeFile(file, JSON.stringify(one.policy));
      const lines = one.attrs.map(({ user, resourceRequest, ...rest }) =>
        JSON.stringify({
          ...rest,
          user: user?.name ?? null,
          groups: user?.groups ?? [],
          isResourceRequest: resourceRequest,
        }),
      );
      const { exitCode, stdout } = await spawnKaudit(["policy", "evaluate", "--policy", file], {
        standardInput: `${lines.join("\n")}\n`,
      });
      expect(exitCode).toBe(0);
      const expected = one.results.map(({ level, omitStages, omitManagedFields, ruleIndex }) => ({
        level,
        omitStages: omitStages ?? [],
        omitManagedFields,
        ruleIndex: ruleIndex === -1 ? null : ruleIndex,
      }));
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual(expected);
    },
  );

  test("keeps the order over many chunks, and does not need a last line end", async () => {
    const count = 20_000;
    const lines = Array.from({ length: count }, (_, at) =>
      JSON.stringify({ ...request, verb: at % 3 === 0 ? "watch" : "get", name: `pöd-${at}` }),
    );
    const { exitCode, stdout } = await spawnKaudit(["policy", "evaluate", "--policy", join(folder, "policy.yaml")], {
      standardInput: lines.join("\n"),
    });
    const indexes = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as typeof decided).ruleIndex);
    expect(exitCode).toBe(0);
    expect(indexes).toEqual(Array.from({ length: count }, (_, at) => (at % 3 === 0 ? 0 : 1)));
  });

  test.each([
    ["not JSON", "hunter2 {"],
    ["an empty line", ""],
    ["not a JSON object", "[]"],
    ["user: expected a name, or null without authentication", JSON.stringify({ ...request, user: { name: "alice" } })],
    ["groups: expected a list of names", JSON.stringify({ ...request, groups: "a" })],
    ["name: expected a text, empty where there is none", JSON.stringify({ ...request, name: 1 })],
    ["resource: expected a text, empty where there is none", JSON.stringify({ ...request, resource: undefined })],
    ["isResourceRequest: expected true or false", JSON.stringify({ ...request, isResourceRequest: 1 })],
    ["longer than a megabyte", JSON.stringify({ ...request, name: "a".repeat(3_000_000) })],
  ])("puts an error in place of a line that is no request: %s", async (error, line) => {
    const good = JSON.stringify(request);
    const { exitCode, stdout, stderr } = await evaluate(`${good}\n${line}\n${good}\n`);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((one) => JSON.parse(one) as unknown),
    ).toEqual([decided, { error, line: 2 }, decided]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "kaudit: 1 line of 3 lines could not be evaluated\n" });
  });

  test.each([
    ["no requests", "policy.yaml", 3, /^kaudit: standard input is empty; /],
    ["no policy", "missing.yaml", 3, /missing\.yaml: no such file; check the path\n$/],
    ["a policy that is refused", "refused.yaml", 2, /refused\.yaml:\d+:\d+: .*\n$/],
  ])("%s", async (_what, file, expected, message) => {
    const { exitCode, stdout, stderr } = await evaluate("", file);
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("no --policy is usage, and standard input cannot hold both", async () => {
    expect((await runProgramHere(["policy", "evaluate"])).exitCode).toBe(2);
    expect((await runProgramHere(["policy", "evaluate", "--policy", "-"])).exitCode).toBe(2);
  });
});
