import { expect, test } from "vitest";

import * as api from "../src/index.js";

test("the package exports exactly these values", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "PolicyError",
      "actorKinds",
      "actorTitles",
      "apiServerChecks",
      "benchmarkName",
      "compilePolicy",
      "describeRequest",
      "diffPolicies",
      "enableAudit",
      "evaluatePolicy",
      "evidenceClassNames",
      "evidenceRequests",
      "explainApiServerLog",
      "explainPolicy",
      "generatePolicy",
      "isAtLeastAsSevere",
      "lintApiServer",
      "lintChecks",
      "lintPolicy",
      "loadPolicy",
      "policyCoverage",
      "simulatePolicy",
    ]
  `);
});
