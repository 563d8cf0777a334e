import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { evaluatePolicy } from "../../src/index.js";
import { ruleMatches } from "../../src/evaluate/evaluate-policy.js";
import { intersectBoxes, subtractBox } from "../../src/request-space/box-arithmetic.js";
import { findUncovered } from "../../src/request-space/find-request.js";
import { pickRequest } from "../../src/request-space/pick-request.js";
import { ruleBoxes } from "../../src/request-space/rule-boxes.js";
import { boxCovers, boxesDisjoint } from "../../src/request-space/request-box.js";
import { anyAttributes, anyPolicy, anyRule } from "../policy-arbitraries.js";

const runs = { numRuns: 1500 };

describe("findUncovered", () => {
  test("finds a request that a rule still decides, or proves that there is none", () => {
    let reached = 0;
    fc.assert(
      fc.property(anyPolicy, anyAttributes, (policy, attributes) => {
        policy.rules.forEach((rule, index) => {
          const earlier = policy.rules.slice(0, index).flatMap(ruleBoxes);
          const found = ruleBoxes(rule).map((box) => findUncovered(box, earlier));
          expect(found).not.toContain("unknown");
          for (const box of found) {
            if (typeof box === "string") continue;
            expect(evaluatePolicy(policy, pickRequest(box)).ruleIndex).toBe(index);
            reached++;
          }
          // A request that the rule decides contradicts the proof that there is none.
          if (found.every((box) => box === "none"))
            expect(evaluatePolicy(policy, attributes).ruleIndex).not.toBe(index);
        });
      }),
      runs,
    );
    expect(reached).toBeGreaterThan(1000);
  });

  test("removing a rule that nothing reaches changes no decision", () => {
    let removed = 0;
    fc.assert(
      fc.property(anyPolicy, fc.array(anyAttributes, { minLength: 5, maxLength: 20 }), (policy, requests) => {
        const unreachable = policy.rules.findIndex((rule, index) => {
          const earlier = policy.rules.slice(0, index).flatMap(ruleBoxes);
          return ruleBoxes(rule).every((box) => findUncovered(box, earlier) === "none");
        });
        if (unreachable === -1) return;
        removed++;
        const rest = { ...policy, rules: policy.rules.filter((_, index) => index !== unreachable) };
        for (const attributes of requests) {
          const { ruleIndex: before, ...kept } = evaluatePolicy(policy, attributes);
          const { ruleIndex: after, ...now } = evaluatePolicy(rest, attributes);
          expect(now).toEqual(kept);
          expect(after).toBe(before === null || before < unreachable ? before : before - 1);
        }
      }),
      runs,
    );
    expect(removed).toBeGreaterThan(20);
  });

  test("gives up on work without end instead of hanging", () => {
    const groups = Array.from({ length: 40 }, (_, index) => `g${index}`);
    const odd = Array.from({ length: 400 }, (_, index) => ({
      level: "None",
      userGroups: [groups[index % 40]!],
      verbs: [`v${index % 17}`],
      namespaces: [`n${index % 23}`],
      resources: [{ resources: [`r${index % 29}`], resourceNames: [`x${index % 31}`] }],
    }));
    const start = performance.now();
    const [box] = ruleBoxes({ level: "Metadata" });
    const found = findUncovered(box!, odd.flatMap(ruleBoxes));
    expect(performance.now() - start).toBeLessThan(5000);
    if (typeof found !== "string") {
      const { ruleIndex } = evaluatePolicy({ rules: odd }, pickRequest(found));
      expect(ruleIndex).toBeNull();
    }
  });
});

describe("ruleBoxes", () => {
  test("hold exactly the requests that the rule matches", () => {
    fc.assert(
      fc.property(anyRule, anyAttributes, (rule, attributes) => {
        const exact = ruleBoxes(requestRule(attributes)).filter((box) => ruleMatches(rule, pickRequest(box)));
        const matching = ruleBoxes(rule);
        for (const box of exact)
          expect(matching.some((one) => boxCovers(one, box) || !boxesDisjoint(box, one))).toBe(true);
      }),
      runs,
    );
  });
});

describe("subtractBox and intersectBoxes", () => {
  test("cut a box into parts without common requests", () => {
    fc.assert(
      fc.property(anyRule, anyRule, (one, other) => {
        for (const box of ruleBoxes(one)) {
          for (const by of ruleBoxes(other)) {
            const inside = intersectBoxes(box, by);
            const outside = subtractBox(box, by);
            if (inside !== undefined) {
              expect(ruleMatches(one, pickRequest(inside)) && ruleMatches(other, pickRequest(inside))).toBe(true);
            }
            for (const part of outside) {
              expect(boxesDisjoint(part, by)).toBe(true);
              expect(boxCovers(box, part)).toBe(true);
            }
          }
        }
      }),
      runs,
    );
  });
});

/** A rule for nothing but this request. */
function requestRule({
  user,
  groups,
  verb,
  namespace,
  apiGroup,
  resource,
  subresource,
  name,
  path,
  isResourceRequest,
}: Parameters<typeof ruleMatches>[1]): Parameters<typeof ruleMatches>[0] {
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  return {
    level: "Metadata",
    ...(user === null ? {} : { users: [user], userGroups: groups }),
    verbs: [verb],
    ...(isResourceRequest
      ? { namespaces: [namespace], resources: [{ group: apiGroup, resources: [full], resourceNames: [name] }] }
      : { nonResourceURLs: [path] }),
  };
}
