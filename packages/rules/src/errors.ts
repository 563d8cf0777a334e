import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong with rules.
 *
 * - `KAUDIT_RULES_INVALID`: a rule is not one; the message and `details.problems` list every problem with its path.
 * - `KAUDIT_RULES_DUPLICATE_ID`: two rules have the same id.
 * - `KAUDIT_RULES_SETTING_INVALID`: a list or parameter is not of the kind that the rules use it as.
 */
export type RulesErrorCode = "KAUDIT_RULES_INVALID" | "KAUDIT_RULES_DUPLICATE_ID" | "KAUDIT_RULES_SETTING_INVALID";

/** An error of `@kaudit/rules`; see {@link RulesErrorCode}. */
export class RulesError extends KauditError<RulesErrorCode> {}
