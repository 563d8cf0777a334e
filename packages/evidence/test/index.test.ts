import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "ActorKind",
      "AuthenticationRow",
      "AuthorizationRow",
      "ConfigurationRow",
      "ControlStatus",
      "CredentialsRow",
      "DeletionsRow",
      "DryRun",
      "EvidenceBundle",
      "EvidenceError",
      "IdentityConfiguration",
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
      "compileIdentity",
      "defaultSharedNames",
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
      "signalMeanings",
    ]
  `);
});
