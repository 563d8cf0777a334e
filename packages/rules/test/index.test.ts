import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "Condition",
      "Rule",
      "RuleLists",
      "RulesError",
      "Severity",
      "compareSeverity",
      "compileAddressRange",
      "compileGlob",
      "compileList",
      "conditionUses",
      "conditionsOf",
      "createRuleEngine",
      "describeCondition",
      "factFields",
      "factNames",
      "isFactName",
      "numberWords",
      "objectOf",
      "parseRules",
      "raisedSeverity",
      "severities",
    ]
  `);
});
