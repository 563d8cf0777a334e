import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "ControlCriteria",
      "ControlDefinition",
      "ControlsError",
      "EvidenceClass",
      "FrameworkCategory",
      "FrameworkDefinition",
      "FrameworkFootnote",
      "GateId",
      "HandedInNeed",
      "ReportBlockName",
      "ReportSectionName",
      "SourceLimit",
      "catalogueVersion",
      "checkCategories",
      "controlsInScope",
      "evidenceClasses",
      "exceptionInputs",
      "exceptionLists",
      "exceptionParameters",
      "exceptionRules",
      "exceptionRulesVersion",
      "frameworkById",
      "frameworkJsonSchema",
      "frameworks",
      "gateIds",
      "handedInNeeds",
      "parseFramework",
      "reportBlocks",
      "reportSections",
    ]
  `);
});
