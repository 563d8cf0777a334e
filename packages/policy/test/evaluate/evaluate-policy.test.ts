import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compilePolicy, evaluatePolicy } from "../../src/index.js";
import type { PolicyInput } from "../../src/index.js";
import { anyAttributes, anyPolicy, anyRule, request } from "../policy-arbitraries.js";

describe("evaluatePolicy", () => {
  test("the first matching rule wins", () => {
    const policy: PolicyInput = {
      rules: [{ level: "None", verbs: ["list"] }, { level: "Metadata" }, { level: "Request" }],
    };
    expect(evaluatePolicy(policy, request({ verb: "get" }))).toMatchObject({ level: "Metadata", ruleIndex: 1 });
  });

  test("a request that no rule matches is not recorded, and the policy's stages stay", () => {
    const policy: PolicyInput = {
      omitStages: ["RequestReceived"],
      omitManagedFields: true,
      rules: [{ level: "Request", verbs: ["x"] }],
    };
    expect(evaluatePolicy(policy, request({}))).toEqual({
      level: "None",
      omitStages: ["RequestReceived"],
      omitManagedFields: true,
      ruleIndex: null,
    });
  });

  test("without a user no condition on users and groups matches, whatever groups hold", () => {
    const policy: PolicyInput = { rules: [{ level: "Request", userGroups: ["a"] }, { level: "Metadata" }] };
    expect(evaluatePolicy(policy, request({ user: null, groups: ["a"] })).ruleIndex).toBe(1);
    expect(evaluatePolicy(policy, request({ user: "u", groups: ["a"] })).ruleIndex).toBe(0);
  });

  test("null, a missing list and an empty one mean the same, and an unknown level is None", () => {
    const bare = { level: "Metadata" };
    const nulls = { level: "Metadata", users: null, verbs: undefined, resources: [], nonResourceURLs: null };
    expect(evaluatePolicy({ rules: [nulls] }, request({}))).toEqual(evaluatePolicy({ rules: [bare] }, request({})));
    expect(evaluatePolicy({ rules: [{ level: "metadata" }] }, request({}))).toMatchObject({
      level: "None",
      ruleIndex: 0,
    });
    expect(evaluatePolicy({}, request({})).ruleIndex).toBeNull();
  });

  test("a rule at the end never changes a decided request", () => {
    fc.assert(
      fc.property(anyPolicy, anyRule, anyAttributes, (policy, rule, attributes) => {
        const before = evaluatePolicy(policy, attributes);
        const after = evaluatePolicy({ ...policy, rules: [...policy.rules, rule] }, attributes);
        if (before.ruleIndex === null) expect([null, policy.rules.length]).toContain(after.ruleIndex);
        else expect(after).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("compilePolicy", () => {
  test("decides as evaluatePolicy does, also when asked again and about more kinds than it remembers", () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(anyAttributes, { minLength: 1, maxLength: 20 }), (policy, requests) => {
        const compiled = compilePolicy(policy);
        for (const attributes of [...requests, ...requests]) {
          expect(compiled(attributes)).toEqual(evaluatePolicy(policy, attributes));
        }
      }),
      { numRuns: 500 },
    );
    const policy: PolicyInput = {
      rules: [{ level: "None", resources: [{ resources: ["r5000"] }] }, { level: "Metadata" }],
    };
    const compiled = compilePolicy(policy);
    for (const round of [1, 2]) {
      for (let index = 0; index < 10_000; index++) {
        const { ruleIndex } = compiled(request({ resource: `r${index}`, path: `/x${round}` }));
        if (ruleIndex !== (index === 5000 ? 0 : 1)) expect.fail(`resource r${index}: rule ${ruleIndex}`);
      }
    }
  });

  test("keeps its decisions when the policy is changed afterwards", () => {
    const rules = [{ level: "Metadata" }];
    const compiled = compilePolicy({ rules });
    rules[0]!.level = "None";
    expect(compiled(request({})).level).toBe("Metadata");
  });
});
