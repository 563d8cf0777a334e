import type { RequestAttributes } from "@kaudit/schema";

import { conditions, ruleMatches } from "../evaluate/evaluate-policy.js";
import type { RuleCondition } from "../evaluate/evaluate-policy.js";
import { decisionOf } from "../evaluate/policy-decision.js";
import type { PolicyDecision } from "../evaluate/policy-decision.js";
import type { PolicyInput, PolicyRuleInput } from "../policy.js";
import { describeRequest } from "../request-words.js";
import { describeFailure } from "./failed-condition.js";
import { attributesFrom } from "./request-source.js";
import type { RequestSource } from "./request-source.js";

/** Why a request gets its level. */
export interface PolicyExplanation {
  readonly attributes: RequestAttributes;
  readonly decision: PolicyDecision;
  /** The rules up to and with the one that won; all of them when none did. */
  readonly steps: readonly RuleStep[];
  /** Rules behind the winner that match as well, and would decide if it were not there. */
  readonly alsoMatching: readonly number[];
  /** The answer in one or two sentences. Rules are counted from 1 here. */
  readonly summary: string;
}

/** One rule that kube-apiserver looked at. */
export interface RuleStep {
  /** Counted from 0. */
  readonly ruleIndex: number;
  readonly level: string;
  readonly matched: boolean;
  /** The first condition that did not hold, in the order in which kube-apiserver checks them; null for the winner. */
  readonly failed: FailedCondition | null;
}

/** A condition that did not hold. */
export interface FailedCondition {
  /** The field of the rule; `kind` when the rule is for URLs and the request for a resource, or the other way round. */
  readonly condition: RuleCondition["name"];
  /** What the rule wants and what the request has, in one sentence. */
  readonly reason: string;
}

/**
 * Explains why `policy` gives a request its level: every rule in order with the first condition that failed, and the
 * rule that won.
 *
 * The request is given as attributes, as verb, URI and user, or as a recorded event (then it is judged by its URI, as
 * kube-apiserver judged it). Throws `SchemaError` for an HTTP method with a URI that is refused before auditing.
 */
export function explainPolicy(policy: PolicyInput, request: RequestSource): PolicyExplanation {
  const attributes = attributesFrom(request);
  const rules = policy.rules ?? [];
  const steps: RuleStep[] = [];
  for (const [ruleIndex, rule] of rules.entries()) {
    const failed = conditions.find((condition) => !condition.holds(rule, attributes));
    steps.push({
      ruleIndex,
      level: rule.level ?? "",
      matched: failed === undefined,
      failed: failed === undefined ? null : failedCondition(failed, rule, attributes),
    });
    if (failed === undefined) break;
  }
  const winner = steps.at(-1)?.matched === true ? steps.length - 1 : null;
  const decision = decisionOf(policy, winner === null ? undefined : rules[winner], winner);
  const alsoMatching = rules.flatMap((rule, index) =>
    winner !== null && index > winner && ruleMatches(rule, attributes) ? [index] : [],
  );
  return { attributes, decision, steps, alsoMatching, summary: summarize(attributes, decision, rules.length) };
}

function failedCondition(
  { name }: RuleCondition,
  rule: PolicyRuleInput,
  attributes: RequestAttributes,
): FailedCondition {
  return { condition: name, reason: describeFailure(name, rule, attributes) };
}

function summarize(attributes: RequestAttributes, decision: PolicyDecision, ruleCount: number): string {
  const request = describeRequest(attributes);
  const { level, omitStages, ruleIndex } = decision;
  if (ruleIndex === null) {
    const rules = ruleCount === 1 ? "The only rule does not match" : `None of the ${ruleCount} rules matches`;
    return `${rules}: ${request}. It is not recorded.`;
  }
  const rule = `Rule ${ruleIndex + 1} is the first that matches: ${request}.`;
  if (level === "None") return `${rule} Its level is None, so nothing is recorded.`;
  const stages = omitStages.length === 0 ? "" : `, without the stages ${omitStages.join(", ")}`;
  return `${rule} It is recorded at level ${level}${stages}.`;
}
