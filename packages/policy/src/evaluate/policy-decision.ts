import { Level, Stage } from "@kaudit/schema";

import type { PolicyInput, PolicyRuleInput } from "../policy.js";

/** What a policy decides about a request, the same at each of its stages. */
export interface PolicyDecision {
  /** None: the request leaves no event at all. */
  readonly level: Level;
  /** Stages that leave no event, those of the policy and of the rule together, in alphabetical order. */
  readonly omitStages: readonly Stage[];
  /** Whether `metadata.managedFields` is removed from recorded bodies. */
  readonly omitManagedFields: boolean;
  /** The rule that decided, counted from 0; null when none matched, which means level None. */
  readonly ruleIndex: number | null;
}

/** The decision for requests that `rule` catches, or that none catches when `ruleIndex` is null. */
export function decisionOf(
  policy: PolicyInput,
  rule: PolicyRuleInput | undefined,
  ruleIndex: number | null,
): PolicyDecision {
  const stages = [...(policy.omitStages ?? []), ...(rule?.omitStages ?? [])];
  return {
    level: Level.options.find((level) => level === rule?.level) ?? "None",
    omitStages: Stage.options.filter((stage) => stages.includes(stage)).toSorted(),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
    ruleIndex,
  };
}
