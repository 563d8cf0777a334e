import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "ActorKind",
      "AuthenticationRow",
      "AuthorizationRow",
      "ControlStatus",
      "DeletionsRow",
      "DryRun",
      "EvidenceBundle",
      "EvidenceError",
      "ImpersonationRow",
      "Outcome",
      "RbacRow",
      "RegisterSummary",
      "SecretsRow",
      "SessionsRow",
      "blindSpotMeanings",
      "blindSpotNames",
      "capabilityGap",
      "classifyActor",
      "commonColumns",
      "eventColumns",
      "eventRow",
      "evidenceId",
      "gatherEvidence",
      "inertCell",
      "maskCommand",
      "maskRequestUri",
      "outcomeOf",
      "recordableTogether",
      "registerCellText",
      "registerColumns",
      "registerCsv",
      "registerNames",
      "registerSchemas",
      "serializeBundle",
    ]
  `);
});
