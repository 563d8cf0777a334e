import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { diffPolicies, evaluatePolicy } from "../../src/index.js";
import type { Policy, PolicyDecision, PolicyInput, PolicyRule } from "../../src/index.js";
import { anyAttributes, anyPolicy, anyRule } from "../policy-arbitraries.js";

/** What a decision leaves behind; the rule that made it does not matter. */
function effect({ level, omitStages, omitManagedFields }: PolicyDecision): string {
  if (level === "None") return "None";
  return [level, ...omitStages, level === "Metadata" ? "" : String(omitManagedFields)].join(" ");
}

const readers: PolicyRule = {
  level: "None",
  verbs: ["get", "list"],
  resources: [{ group: "", resources: ["pods", "nodes"] }],
};

describe("diffPolicies", () => {
  test.each<[string, PolicyInput, PolicyInput]>([
    ["itself", { rules: [readers, { level: "Metadata" }] }, { rules: [readers, { level: "Metadata" }] }],
    [
      "one with a rule split in two",
      { rules: [readers, { level: "Metadata" }] },
      { rules: [{ ...readers, verbs: ["list"] }, { ...readers, verbs: ["get", "get"] }, { level: "Metadata" }] },
    ],
    [
      "one with stages set for each rule",
      { omitStages: ["RequestReceived"], rules: [readers, { level: "Metadata" }] },
      { rules: [readers, { level: "Metadata", omitStages: ["RequestReceived"] }] },
    ],
    [
      "one whose unreachable rule is gone",
      { rules: [{ level: "Metadata" }, { level: "Request", users: ["alice"] }] },
      { rules: [{ level: "Metadata" }] },
    ],
    [
      "one that says None at the end",
      { rules: [{ level: "Metadata", verbs: ["create"] }] },
      { rules: [{ level: "Metadata", verbs: ["create"] }, { level: "None" }] },
    ],
    [
      "one that lists what a star means",
      { rules: [{ level: "Request", resources: [{ resources: ["pods/*", "pods", "pods/log"] }] }] },
      { rules: [{ level: "Request", resources: [{ resources: ["pods/*"] }] }] },
    ],
  ])("finds no difference to %s", (_name, before, after) => {
    expect(diffPolicies(before, after)).toEqual({ equal: true, differences: [], complete: true });
    expect(diffPolicies(after, before).equal).toBe(true);
  });

  test("tells what is lost, lowered, raised and added, the losses first, with a request and both rules", () => {
    const before: PolicyInput = {
      rules: [
        { level: "Metadata", resources: [{ resources: ["secrets"] }] },
        { level: "Request", resources: [{ resources: ["pods"] }] },
        { level: "None", resources: [{ resources: ["events"] }] },
        { level: "Metadata" },
      ],
    };
    const after: PolicyInput = {
      rules: [
        { level: "None", resources: [{ resources: ["secrets"] }], verbs: ["get"] },
        { level: "RequestResponse", resources: [{ resources: ["nodes"] }] },
        { level: "Metadata" },
      ],
    };
    const { differences, equal, complete } = diffPolicies(before, after);
    expect({ equal, complete }).toEqual({ equal: false, complete: true });
    expect(
      differences.map(({ change, witness, before: old, after: now }) => [
        change,
        witness.resource,
        old.ruleIndex,
        now.ruleIndex,
      ]),
    ).toEqual([
      ["lost", "secrets", 0, 0],
      ["lowered", "pods", 1, 2],
      ["raised", "nodes", 3, 1],
      ["added", "events", 2, 2],
    ]);
    expect(differences[0]?.message).toBe(
      'get secrets "example" in namespace "default" by "alice" (groups "system:authenticated"): Metadata (rule 1) before, not recorded (rule 1) after.',
    );
  });

  test("tells changes of stages and of managedFields from changes of level", () => {
    const plain: PolicyInput = { rules: [{ level: "Request" }] };
    const change = (after: PolicyInput): unknown => diffPolicies(plain, after).differences.map((one) => one.change);
    expect(new Set(change({ omitStages: ["Panic"], rules: [{ level: "Request" }] }) as string[])).toEqual(
      new Set(["stages"]),
    );
    expect(new Set(change({ omitManagedFields: true, rules: [{ level: "Request" }] }) as string[])).toEqual(
      new Set(["managedFields"]),
    );
    const metadata: PolicyInput = { rules: [{ level: "Metadata" }] };
    expect(diffPolicies(metadata, { ...metadata, omitManagedFields: true }).equal).toBe(true);
  });

  test("marks differences that hardly any cluster sees", () => {
    const before: PolicyInput = { rules: [{ level: "Metadata" }] };
    const odd: PolicyInput = { rules: [{ level: "None", verbs: ["frobnicate"] }, { level: "Metadata" }] };
    expect(diffPolicies(before, odd).differences.map(({ change, inPractice }) => [change, inPractice])).toEqual([
      ["lost", false],
    ]);
    const usual: PolicyInput = { rules: [{ level: "None", verbs: ["frobnicate", "watch"] }, { level: "Metadata" }] };
    expect(
      diffPolicies(before, usual).differences.map(({ witness, inPractice }) => [witness.verb, inPractice]),
    ).toEqual([["watch", true]]);
  });

  test("finds a difference whenever a request is treated differently, and each of its requests is", () => {
    fc.assert(
      fc.property(
        anyPolicy,
        anyPolicy,
        anyRule,
        fc.boolean(),
        anyAttributes,
        (one, other, rule, related, attributes) => {
          const after: Policy = related
            ? { ...one, rules: [...one.rules.slice(0, 1), rule, ...one.rules.slice(1)] }
            : other;
          const { equal, differences, complete } = diffPolicies(one, after);
          expect(complete).toBe(true);
          for (const { witness, before, after: now } of differences) {
            expect(evaluatePolicy(one, witness)).toEqual(before);
            expect(evaluatePolicy(after, witness)).toEqual(now);
            expect(effect(before)).not.toBe(effect(now));
          }
          if (equal) expect(effect(evaluatePolicy(after, attributes))).toBe(effect(evaluatePolicy(one, attributes)));
        },
      ),
      { numRuns: 400 },
    );
  });
});
