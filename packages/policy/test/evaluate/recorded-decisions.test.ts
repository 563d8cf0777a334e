import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { compilePolicy, evaluatePolicy, loadPolicy } from "../../src/index.js";
import type { Policy } from "../../src/index.js";
import { attributesFrom, decisionFrom, readRecordedCases } from "./recorded-decisions.js";
import type { RecordedAttributes } from "./recorded-decisions.js";

const cases = readRecordedCases();

interface Upstream {
  readonly evaluate: {
    readonly attributes: Readonly<Record<string, RecordedAttributes>>;
    readonly rules: Readonly<Record<string, Policy["rules"][number]>>;
    readonly cases: readonly {
      readonly origin: string;
      readonly attributes: string;
      readonly rules: readonly string[];
      readonly policyOmitStages: readonly string[];
      readonly expect: { readonly level: string; readonly omitStages: readonly string[] };
    }[];
  };
  readonly validation: readonly { readonly name: string; readonly policy: Partial<Policy>; readonly valid: boolean }[];
  readonly reader: readonly {
    readonly name: string;
    readonly text: string;
    readonly expect: { readonly ok: boolean; readonly policy?: Policy };
  }[];
}

const upstream = JSON.parse(readFileSync(new URL("../fixtures/upstream.json", import.meta.url), "utf8")) as Upstream;

describe("evaluatePolicy and compilePolicy", () => {
  test("decide 7,218 recorded requests as kube-apiserver does", () => {
    let decided = 0;
    for (const { policy, attrs, results } of cases) {
      const compiled = compilePolicy(policy);
      attrs.forEach((recorded, index) => {
        const attributes = attributesFrom(recorded);
        const expected = decisionFrom(results[index]!);
        expect(evaluatePolicy(policy, attributes)).toEqual(expected);
        expect(compiled(attributes)).toEqual(expected);
        decided++;
      });
    }
    expect(decided).toBe(7218);
  });

  test("know 104 cases of kube-apiserver's own tests", () => {
    expect(upstream.evaluate.cases).toHaveLength(104);
  });

  test.each(upstream.evaluate.cases.map((one, index) => [`${index} ${one.origin} ${one.attributes}`, one] as const))(
    "agree with the tests of kube-apiserver: %s",
    (_name, one) => {
      const policy = {
        rules: one.rules.map((name) => upstream.evaluate.rules[name]!),
        omitStages: one.policyOmitStages,
      };
      const attributes = attributesFrom(upstream.evaluate.attributes[one.attributes]!);
      const { level, omitStages } = evaluatePolicy(policy, attributes);
      expect({ level, omitStages }).toEqual({
        level: one.expect.level,
        omitStages: [...new Set(one.expect.omitStages)].toSorted(),
      });
      expect(compilePolicy(policy)(attributes)).toEqual(evaluatePolicy(policy, attributes));
    },
  );
});

describe("loadPolicy", () => {
  test.each(upstream.validation)("agrees with the validation tests of kube-apiserver: $name", ({ policy, valid }) => {
    // A policy without rules passes validation and is refused by the loader, so one is added.
    const rules = [...(policy.rules ?? []), { level: "None" }];
    const text = JSON.stringify({ apiVersion: "audit.k8s.io/v1", kind: "Policy", ...policy, rules });
    if (valid) expect(loadPolicy(text).policy.rules).toHaveLength(rules.length);
    else expect(() => loadPolicy(text)).toThrow("Audit policy: ");
  });

  test.each(upstream.reader)("agrees with the reader tests of kube-apiserver: $name", ({ text, expect: wanted }) => {
    if (wanted.ok) expect(loadPolicy(text).policy).toMatchObject(wanted.policy ?? {});
    else expect(() => loadPolicy(text)).toThrow("Audit policy: ");
  });
});
