import type { Rule } from "@kaudit/rules";
import { accessRules } from "./access-rights.js";
import { configurationRules } from "./configuration.js";
import { credentialRules } from "./credentials.js";
import { evidenceRules, reviewRules } from "./evidence-itself.js";
import { identityRules } from "./identities.js";
import { refusalRules } from "./refusals.js";
import { secretRules } from "./secrets.js";
import { sessionRules } from "./sessions.js";

/** The version of the exception rules, printed in every bundle; it changes when the same events would give other exceptions. */
export const exceptionRulesVersion = "2026.11.2";

/** The exception rules KX-001 to KX-040, by id. */
export const exceptionRules: readonly Rule[] = [
  ...secretRules,
  ...accessRules,
  ...sessionRules,
  ...identityRules,
  ...credentialRules,
  ...refusalRules,
  ...configurationRules,
  ...evidenceRules,
  ...reviewRules,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
