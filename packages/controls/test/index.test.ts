import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "ControlDefinition",
      "ControlsError",
      "EvidenceClass",
      "FrameworkDefinition",
      "SourceLimit",
      "catalogueVersion",
      "evidenceClasses",
      "exceptionInputs",
      "exceptionLists",
      "exceptionParameters",
      "exceptionRules",
      "exceptionRulesVersion",
      "frameworkById",
      "frameworks",
    ]
  `);
});
