import { createRuleEngine } from "@kaudit/rules";
import type { Finding, RequestFacts } from "@kaudit/rules";
import { describe, expect, test } from "vitest";
import { exceptionLists, exceptionParameters, exceptionRules } from "../src/index.js";
import { ruleCases } from "./exception-cases.js";
import type { RuleCases } from "./exception-cases.js";

const parameters = Object.fromEntries(Object.entries(exceptionParameters).map(([name, one]) => [name, one.default]));
const defaults = Object.fromEntries(
  Object.entries(exceptionLists).flatMap(([name, list]) => ("default" in list ? [[name, [...list.default]]] : [])),
);

/** Holds requests, a second apart, against one rule. */
function findings(
  id: string,
  requests: readonly Partial<RequestFacts>[],
  { lists = {}, approvals }: RuleCases,
): readonly Finding[] {
  const rules = exceptionRules.filter((rule) => rule.id === id);
  const engine = createRuleEngine(rules, {
    lists: { ...defaults, ...lists },
    parameters,
    available: approvals === true ? ["approvals"] : [],
  });
  for (const [i, facts] of requests.entries()) {
    const time = `2026-11-22T12:00:${String(i).padStart(2, "0")}.000000Z`;
    // Undefined stands for a fact that is not there.
    const there = Object.fromEntries(
      Object.entries({ time, cluster: "c", ...facts }).filter(([, value]) => value !== undefined),
    );
    engine.add(there as RequestFacts, `row-${i}`);
  }
  const { rules: outcomes, findings: found } = engine.finish();
  expect(outcomes[0]).toMatchObject({ evaluated: true });
  return found;
}

function asList(facts: RuleCases["negative"][number]): readonly Partial<RequestFacts>[] {
  return Array.isArray(facts) ? (facts as readonly Partial<RequestFacts>[]) : [facts as Partial<RequestFacts>];
}

test("every rule has cases", () => {
  expect(Object.keys(ruleCases).toSorted()).toEqual(exceptionRules.map(({ id }) => id));
});

describe.each(Object.entries(ruleCases))("%s", (id, cases) => {
  test.each(cases.positive.map(([severity, facts], i) => [i, severity, facts] as const))(
    "speaks (case %i, %s), in a whole sentence",
    (_i, severity, facts) => {
      const found = findings(id, asList(facts), cases);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ rule: id, severity });
      expect(found[0]?.sentence).toMatch(/^[^{}[\]]+\.(?: .+\.)?$/);
      expect(found[0]?.sentence).not.toMatch(/\(not recorded\)|undefined| {2}/);
    },
  );

  test.each(cases.negative.map((facts, i) => [i, facts] as const))("is silent (case %i)", (_i, facts) => {
    expect(findings(id, asList(facts), cases)).toEqual([]);
  });
});

test("KX-010 asks for a ticket once approvals are given, whatever the time", () => {
  const { positive } = ruleCases["KX-010"] as RuleCases;
  const [, facts] = positive[0] as (typeof positive)[number];
  const inTime = { ...(facts as Partial<RequestFacts>), time: "2026-11-22T09:00:00Z", approvalsGiven: true };
  expect(findings("KX-010", [inTime], { positive: [], negative: [], approvals: true })).toHaveLength(1);
});
