import { readFileSync } from "node:fs";
import { conditionsOf, conditionUses, createRuleEngine, parseRules } from "@kaudit/rules";
import { describe, expect, test } from "vitest";
import { exceptionInputs, exceptionLists, exceptionParameters, exceptionRules } from "../src/index.js";

const catalogue = JSON.parse(
  readFileSync(new URL("fixtures/exception-catalogue.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

describe("exceptionRules", () => {
  test("are the forty of the catalogue, each of them a rule, as data", () => {
    expect(exceptionRules.map(({ id }) => id)).toEqual(
      Array.from({ length: 40 }, (_, i) => `KX-${String(i + 1).padStart(3, "0")}`),
    );
    expect(parseRules(JSON.parse(JSON.stringify(exceptionRules)))).toEqual(exceptionRules);
  });

  test.each(exceptionRules.map((rule) => [rule.id, rule] as const))("%s is told and mapped in full", (id, rule) => {
    expect(rule.controls).toEqual(catalogue[id]);
    expect(rule.description).toMatch(/\.$/);
    expect(rule.remedy).toMatch(/\.$/);
    expect(rule.title).not.toMatch(/\.$|complian/i);
    expect(rule.sentence).toMatch(/\.$/);
    expect(rule.falsePositives?.length).toBeGreaterThan(0);
    const isAboutEvidence = conditionUses(conditionsOf(rule)).fields.has("finding");
    expect(rule.needs === undefined).toBe(isAboutEvidence);
  });

  test("name lists and parameters that are explained, with the kind that they have", () => {
    const lists = Object.fromEntries(Object.entries(exceptionLists).map(([name, { kind }]) => [name, kind]));
    const used = new Map<string, string>();
    for (const rule of exceptionRules) {
      const uses = conditionUses(conditionsOf(rule));
      for (const [name, kind] of uses.lists) {
        used.set(name, kind);
        // A list without a default is one that the rule needs or says what it means to be without.
        const told = [...(rule.requiresLists ?? []).flat(), ...(rule.wants ?? []).map(({ list }) => list)];
        if (!("default" in exceptionLists[name as keyof typeof exceptionLists]))
          expect([rule.id, told]).toEqual([rule.id, expect.arrayContaining([name])]);
      }
      for (const needed of (rule.requiresLists ?? []).flat())
        expect(Object.keys({ ...exceptionLists, ...exceptionInputs })).toContain(needed);
    }
    expect(Object.fromEntries(used)).toEqual(lists);
    for (const { meaning } of [...Object.values(exceptionLists), ...Object.values(exceptionParameters)])
      expect(meaning).not.toMatch(/[.;]$/);
  });

  test("run with the defaults", () => {
    const parameters = Object.fromEntries(
      Object.entries(exceptionParameters).map(([name, one]) => [name, one.default]),
    );
    const lists = Object.fromEntries(
      Object.entries(exceptionLists).flatMap(([name, list]) => ("default" in list ? [[name, [...list.default]]] : [])),
    );
    const { rules } = createRuleEngine(exceptionRules, { lists, parameters }).finish();
    expect(rules.filter(({ evaluated }) => !evaluated).map(({ rule, missing }) => [rule, ...missing])).toEqual([
      ["KX-003", "expectedSecretReaders"],
      ["KX-009", "approvedRbacActors"],
      ["KX-010", "changeWindows or approvals"],
      ["KX-036", "leavers"],
      ["KX-040", "sourceRanges"],
    ]);
  });
});
