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
      "FrameworkInBundle",
      "GateResult",
      "ImpersonationRow",
      "Outcome",
      "RbacRow",
      "RegisterSummary",
      "RowDetails",
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
      "registerColumns",
      "registerCsv",
      "registerNames",
      "registerSchemas",
      "serializeBundle",
    ]
  `);
});
