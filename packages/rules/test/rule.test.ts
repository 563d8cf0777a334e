import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { isKauditError } from "@kaudit/schema";
import { parseRules } from "../src/index.js";
import { ruleOf } from "./facts.js";

installErrorMatchers();

describe("parseRules", () => {
  test("takes a rule with everything, through JSON", () => {
    const rule = ruleOf({
      severityWhen: [{ when: { field: "verb", is: "list" }, severity: "high", because: "It was a list." }],
      scopeRaises: ["production"],
      needs: [{ class: "secrets", level: "Metadata" }],
      thresholds: [
        {
          of: { field: "verb", is: "get" },
          count: { parameter: "n" },
          withinMinutes: 10,
          by: ["actor"],
          distinct: "resource",
        },
      ],
      followedBy: [
        {
          when: { field: "outcome", is: "success" },
          by: ["actor"],
          withinMinutes: 5,
          severity: "high",
          because: "It then succeeded.",
        },
      ],
      requiresLists: ["a", ["b", "c"]],
      wants: [{ list: "d", without: "nothing is left out" }],
      controls: { soc2: ["CC6.1"] },
      remedy: "Ask.",
      falsePositives: ["None."],
    });
    expect(parseRules(JSON.parse(JSON.stringify([rule])))).toEqual([rule]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "an unknown field in a key",
      { groupBy: ["actor", "nmae"] },
      'rules[0].groupBy[1]: "nmae" is not a field; did you mean name?',
    ],
    [
      "a key that is a list",
      { groupBy: ["groups"] },
      "rules[0].groupBy[0]: groups is a list; requests cannot be grouped by it",
    ],
    [
      "an unknown word in the sentence",
      { sentence: "{actro} did." },
      'rules[0].sentence: "actro" is not a word of sentences; did you mean actor?',
    ],
    ["a bracket that is not closed", { sentence: "{who} did[ it." }, 'rules[0].sentence: "[" is never closed'],
    ["a property that rules do not have", { severty: "low" }, "severty"],
    ["a severity that there is not", { severity: "urgent" }, "rules[0].severity"],
    ["an id that is no id", { id: "KX 1" }, "rules[0].id: expected letters"],
    [
      "a threshold without a number",
      { thresholds: [{ count: "20", withinMinutes: 1, by: [] }] },
      "rules[0].thresholds[0].count: expected a number",
    ],
  ])("refuses %s", (_name, other, message) => {
    const wrong = [{ ...ruleOf(), ...other }];
    expect(() => parseRules(wrong)).toThrowCode("KAUDIT_RULES_INVALID");
    expect(() => parseRules(wrong)).toThrow(message);
  });

  test("lists every problem of every rule", () => {
    try {
      parseRules([ruleOf({ severity: "x" as "low" }), { ...ruleOf(), when: { field: "verb", is: 7 } }]);
      expect.unreachable();
    } catch (error) {
      expect(isKauditError(error) && error.details["problems"]).toEqual([
        { path: "rules[0].severity", message: expect.any(String) },
        { path: "rules[1].when.is", message: expect.stringMatching(/expected a text/) },
      ]);
    }
  });

  test("refuses an id twice", () => {
    expect(() => parseRules([ruleOf(), ruleOf()])).toThrowCode("KAUDIT_RULES_DUPLICATE_ID");
  });
});
