import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { loadPolicy, PolicyError } from "../../src/index.js";
import type { PolicyProblem } from "../../src/index.js";

const head = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

function errorOf(source: string | Uint8Array, options = {}): PolicyError {
  try {
    loadPolicy(source, options);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("expected the policy to be refused");
}

function placesOf(problems: readonly PolicyProblem[]): string[] {
  return problems.map(({ line, column, path }) => `${line}:${column} ${path}`);
}

describe("loadPolicy", () => {
  test("lists every problem of validation with its place", () => {
    const error = errorOf(
      `${head}omitStages: [foo]\nrules:\n- level: metadata\n  resources:\n  - group: Apps\n    resourceNames: [a]\n  - group: apps/v1\n- users: [x]\n`,
    );
    expect(placesOf(error.problems)).toEqual([
      "3:14 omitStages[0]",
      "5:3 rules[0].level",
      "7:5 rules[0].resources[0].group",
      "8:5 rules[0].resources[0].resourceNames",
      "9:5 rules[0].resources[1].group",
      "10:3 rules[1].level",
    ]);
    expect(error.code).toBe("KAUDIT_POLICY_INVALID");
  });

  test("lists every field of the wrong type, where the API server names only the first", () => {
    const error = errorOf(`${head}rules:\n- level: Metadata\n  users: bob\n  verbs: [get, on]\n`);
    expect(placesOf(error.problems)).toEqual(["5:10 rules[0].users", "6:16 rules[0].verbs[1]"]);
    expect(error.message).toContain("rules[0].verbs[1]: expected text, got a boolean. Put the value in quotes");
    expect(error.apiServerMessage).toBe(
      "failed decoding: json: cannot unmarshal string into Go struct field PolicyRule.rules.users of type []string",
    );
  });

  test("names line and column of a syntax error in YAML and in JSON", () => {
    expect(placesOf(errorOf(`${head}rules:\n- level: Metadata\n   verbs: [get]\n`).problems)[0]).toMatch(/^[45]:/);
    expect(placesOf(errorOf('{\n "rules": [,]\n}').problems)).toEqual(["2:12 "]);
  });

  test("tells where each field stands", () => {
    const { positions } = loadPolicy(`${head}rules:\n- level: None\n  verbs:\n    - get\n    - list\n`);
    expect(positions.get("rules[0]")).toEqual({ line: 4, column: 3 });
    expect(positions.get("rules[0].verbs")).toEqual({ line: 5, column: 3 });
    expect(positions.get("rules[0].verbs[1]")).toEqual({ line: 7, column: 7 });
  });

  test("tells which fields are passed over, and what the warning says of them", () => {
    const { ignoredFields, warnings } = loadPolicy(`${head}rules:\n- level: None\n  verb: [get]\n  level: Metadata\n`);
    expect(ignoredFields).toEqual([
      { reason: "duplicate", path: "", key: "level", line: 6, column: 3 },
      { reason: "unknown", path: "rules[0].verb", key: "verb", line: 5, column: 3 },
    ]);
    expect(warnings).toEqual([
      "Audit policy contains errors, falling back to lenient decoding: strict decoding error: yaml: unmarshal errors:" +
        '\n  line 6: key "level" already set in map, unknown field "rules[0].verb"',
    ]);
  });

  test("decodes a second JSON field of a name into the value of the first, as Go does", () => {
    const { policy } = loadPolicy(
      '{"apiVersion":"audit.k8s.io/v1","metadata":{"name":"a"},"metadata":{"namespace":"b"},' +
        '"rules":[{"level":"Metadata","users":["a","b"]},{"level":"None"}],"rules":[{"level":"None"}]}',
    );
    expect(policy.metadata).toEqual({ name: "a", namespace: "b" });
    expect(policy.rules).toEqual([{ level: "None", users: ["a", "b"] }]);
  });

  test.each([
    ["brackets that close to the left", `${head}rules:\n- level: None\n  users: [\n  a\n]\n`],
    [
      "a quoted text that goes on to the left",
      `${head}rules:\n- level: None\n  users: ["a"]\n  omitStages: []\nx: "b\nc"\n`,
    ],
    ["text behind the end of the document", `${head}rules: [{level: None, users: [a]}]\n... : :\n`],
    ["a comment right behind a bracket", `${head}rules:\n- level: None\n  users: ["a"]#b\n`],
    [
      "a byte order mark and UTF-16",
      new Uint8Array([0xff, 0xfe, ...utf16(`${head}rules: [{level: None, users: [a]}]`)]),
    ],
  ])("reads %s", (_name, source) => {
    expect(loadPolicy(source).policy.rules).toEqual([{ level: "None", users: ["a"] }]);
  });

  test("reports a duplicate behind an alias each time it is decoded", () => {
    const { warnings } = loadPolicy(`${head}rules:\n- &a\n  level: None\n  level: Metadata\n- *a\n`);
    expect(warnings[0]?.match(/line 6: key "level" already set in map/g)).toHaveLength(2);
  });

  test("reads only the first document, and not what stands behind its last line to the left", () => {
    expect(loadPolicy(`${head}rules: [{level: None}]\n---\n}{`).policy.rules).toHaveLength(1);
    expect(errorOf("  apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n").code).toBe("KAUDIT_POLICY_NO_RULES");
  });
});

describe("loadPolicy for an older release", () => {
  const star = `${head}rules: [{level: None, resources: [{group: '*'}]}]`;
  const unknown = `${head}rules: [{level: None, verb: [get]}]`;
  const beta = "apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]";

  test('refuses the group "*" before 1.36', () => {
    expect(loadPolicy(star, { kubernetesVersion: "v1.36.2" }).policy.rules).toHaveLength(1);
    expect(errorOf(star, { kubernetesVersion: "1.35" }).message).toContain('The group "*" needs Kubernetes 1.36');
  });

  test("drops unknown fields without a warning before 1.26", () => {
    expect(loadPolicy(unknown, { kubernetesVersion: "1.26" }).warnings).toHaveLength(1);
    const older = loadPolicy(unknown, { kubernetesVersion: "1.25.9-gke.1" });
    expect(older.warnings).toEqual([]);
    expect(older.ignoredFields).toHaveLength(1);
  });

  test("reads the betas before 1.24, with the warning of their removal", () => {
    expect(errorOf(beta).code).toBe("KAUDIT_POLICY_VERSION");
    expect(loadPolicy(beta, { kubernetesVersion: "1.23" }).warnings).toEqual([
      '"audit.k8s.io/v1beta1" is deprecated and will be removed in a future release, use "audit.k8s.io/v1" instead',
    ]);
  });

  test("refuses a release that is none", () => {
    expect(errorOf(star, { kubernetesVersion: "latest" }).code).toBe("KAUDIT_POLICY_ARGUMENT");
  });
});

describe("loadPolicy for texts made to harm", () => {
  const rule = `${head}rules:\n- level: Metadata\n`;
  const laughs = Array.from({ length: 12 }, (_, index) =>
    index === 0 ? "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" : `a${index}: &a${index} [${`*a${index - 1},`.repeat(10)}]\n`,
  ).join("");
  const merges = Array.from({ length: 40 }, (_, index) =>
    index === 0 ? "a0: &a0 {k: v}\n" : `a${index}: &a${index} {<<: [*a${index - 1}, *a${index - 1}]}\n`,
  ).join("");

  test.each([
    ["10 MB of comments", "#".repeat(10_000_000), "KAUDIT_POLICY_LIMIT"],
    ["10 MB of bytes", new Uint8Array(10_000_000).fill(0xff), "KAUDIT_POLICY_LIMIT"],
    ["a billion laughs", rule + laughs, "KAUDIT_POLICY_LIMIT"],
    ["a billion merges", rule + merges, "KAUDIT_POLICY_LIMIT"],
    ["brackets in brackets", `${rule}x: ${"[".repeat(100_000)}`, "KAUDIT_POLICY_LIMIT"],
    ["lists in lists", `${rule}x:\n  ${"- ".repeat(50_000)}a`, "KAUDIT_POLICY_LIMIT"],
    ["maps in maps of JSON", '{"a":'.repeat(20_000), "KAUDIT_POLICY_LIMIT"],
    ["an alias of itself", `${rule}x: &x [*x]\n`, "KAUDIT_POLICY_SYNTAX"],
    ["an alias of nothing", `${rule}x: *y\n`, "KAUDIT_POLICY_SYNTAX"],
    [
      "bytes that are not UTF-8",
      new Uint8Array([...new TextEncoder().encode(rule), 0x23, 0xc3, 0x28]),
      "KAUDIT_POLICY_ENCODING",
    ],
    ["JSON that is not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), "KAUDIT_POLICY_ENCODING"],
    ["a control character", `${rule}x: \u0007\n`, "KAUDIT_POLICY_SYNTAX"],
    ["protobuf", "k8s\u0000\n\u0014", "KAUDIT_POLICY_ENCODING"],
  ])("refuses %s at once, in words", (_name, source, code) => {
    const start = performance.now();
    const error = errorOf(source);
    // Generous: the machine may be busy. On a quiet one each of them takes less than a quarter of a second.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^Audit policy: line \d+, column \d+: .+\.$/);
  });

  test("names the place of the first byte that is not UTF-8", () => {
    const bytes = new Uint8Array([...new TextEncoder().encode(`${rule}# é`), 0xff]);
    expect(placesOf(errorOf(bytes).problems)).toEqual(["5:4 "]);
  });

  test("keeps the message short however many problems there are", () => {
    const error = errorOf(`${head}rules:\n${"- {level: x}\n".repeat(2000)}`);
    expect(error.problems).toHaveLength(2000);
    expect(error.message.split("\n")).toHaveLength(22);
    expect(error.message).toContain("and 1980 more");
  });

  test("gives a policy or a PolicyError with a place for any text", () => {
    const piece = fc.constantFrom(
      "rules:\n",
      "- level: None\n",
      "  users: [",
      "]",
      "{",
      "}",
      "a: b\n",
      "\t",
      "&a ",
      "*a",
      "<<: ",
      '"',
      "'",
      "|\n",
      "? ",
      ": ",
      "#",
      "!!int ",
      "\r\n",
      "%",
      "---\n",
      "apiVersion: audit.k8s.io/v1\n",
      '{"a":',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          expect(loadPolicy(source).policy.rules.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof PolicyError)) throw error;
          expect(error.problems.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("reads back any policy written as JSON", () => {
    const strings = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 3 });
    const rule = fc.record(
      {
        level: fc.constantFrom("None", "Metadata", "Request", "RequestResponse"),
        users: strings,
        verbs: strings,
        namespaces: strings,
      },
      { requiredKeys: ["level"] },
    );
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), (rules) => {
        const policy = { kind: "Policy", apiVersion: "audit.k8s.io/v1", rules };
        expect(loadPolicy(JSON.stringify(policy)).policy).toEqual(JSON.parse(JSON.stringify(policy)));
      }),
    );
  });
});

function utf16(text: string): number[] {
  return [...text].flatMap((character) => [character.charCodeAt(0), 0]);
}
