import { compareLevels } from "@kaudit/schema";
import type { RequestAttributes } from "@kaudit/schema";

import { decisionOf } from "../evaluate/policy-decision.js";
import type { PolicyDecision } from "../evaluate/policy-decision.js";
import type { PolicyInput } from "../policy.js";
import { intersectBoxes } from "../request-space/box-arithmetic.js";
import { findUncovered } from "../request-space/find-request.js";
import { pickRequest } from "../request-space/pick-request.js";
import { sameEffect } from "../request-space/policy-space.js";
import { practicalLimits, withinPractice } from "../request-space/practical-limits.js";
import type { SimpleBox } from "../request-space/request-box.js";
import { ruleBoxes } from "../request-space/rule-boxes.js";
import { describeRequest } from "../request-words.js";

/**
 * What becomes of some requests: no longer recorded, recorded at a lower level, with fewer stages or other ones, at a
 * higher level, newly recorded, or with or without managedFields.
 */
export type PolicyChange = "lost" | "lowered" | "stages" | "managedFields" | "raised" | "added";

/** Requests that two policies treat differently: those of one rule before and one rule after. */
export interface PolicyDifference {
  readonly change: PolicyChange;
  readonly before: PolicyDecision;
  readonly after: PolicyDecision;
  /** One of these requests. */
  readonly witness: RequestAttributes;
  /** False when such requests hardly occur in any cluster, such as authenticated users outside `system:authenticated`. */
  readonly inPractice: boolean;
  /** The difference in a sentence. Rules are counted from 1 here. */
  readonly message: string;
}

/** The answer of `diffPolicies`. */
export interface PolicyDiff {
  /** True only when it is proved that every request leaves the same records under both policies. */
  readonly equal: boolean;
  /** What is lost first, then what is lowered, and so on; what does not occur in practice at the end. */
  readonly differences: readonly PolicyDifference[];
  /** False when the policies were too intricate to compare every class of requests. */
  readonly complete: boolean;
}

const order: readonly PolicyChange[] = ["lost", "lowered", "stages", "managedFields", "raised", "added"];

/**
 * Compares two policies by what they do, not by how they are written: rules in another order, split or joined, with
 * other lists that mean the same, give no difference. Each difference comes with a request that shows it. Never throws.
 */
export function diffPolicies(before: PolicyInput, after: PolicyInput): PolicyDiff {
  const old = outcomesOf(before);
  const current = outcomesOf(after);
  const limits = practicalLimits([before, after]);
  const differences: PolicyDifference[] = [];
  let complete = true;
  for (const [index, one] of old.entries()) {
    const earlier = old.slice(0, index).flatMap(({ boxes }) => boxes);
    for (const [at, other] of current.entries()) {
      if (sameEffect(one.decision, other.decision)) continue;
      const excluded = [...earlier, ...current.slice(0, at).flatMap(({ boxes }) => boxes)];
      const found = findCommon(one.boxes, other.boxes, excluded, limits);
      if (found === "unknown") complete = false;
      else if (found !== "none") differences.push(differenceOf(one.decision, other.decision, found));
    }
  }
  return {
    equal: complete && differences.length === 0,
    differences: differences.toSorted(
      (one, other) =>
        Number(other.inPractice) - Number(one.inPractice) || order.indexOf(one.change) - order.indexOf(other.change),
    ),
    complete,
  };
}

interface Outcome {
  readonly boxes: readonly SimpleBox[];
  readonly decision: PolicyDecision;
}

/** The rules with what they decide, and at the end what becomes of requests that none of them matches. */
function outcomesOf(policy: PolicyInput): readonly Outcome[] {
  const rules = policy.rules ?? [];
  return [
    ...rules.map((rule, index) => ({ boxes: ruleBoxes(rule), decision: decisionOf(policy, rule, index) })),
    { boxes: ruleBoxes({}), decision: decisionOf(policy, undefined, null) },
  ];
}

interface Common {
  readonly witness: RequestAttributes;
  readonly inPractice: boolean;
}

/** A request of both that nothing before it catches, if possible one that occurs in practice. */
function findCommon(
  one: readonly SimpleBox[],
  other: readonly SimpleBox[],
  excluded: readonly SimpleBox[],
  limits: readonly SimpleBox[],
): Common | "none" | "unknown" {
  let unknown = false;
  let odd: RequestAttributes | undefined;
  for (const box of one) {
    for (const by of other) {
      const common = intersectBoxes(box, by);
      if (common === undefined) continue;
      const usual = withinPractice(common);
      const practical = usual === undefined ? "none" : findUncovered(usual, [...excluded, ...limits]);
      if (typeof practical !== "string") return { witness: pickRequest(practical), inPractice: true };
      if (odd !== undefined) continue;
      const exact = findUncovered(common, excluded);
      if (exact === "unknown") unknown = true;
      else if (exact !== "none") odd = pickRequest(exact);
    }
  }
  if (odd !== undefined) return { witness: odd, inPractice: false };
  return unknown ? "unknown" : "none";
}

function differenceOf(
  before: PolicyDecision,
  after: PolicyDecision,
  { witness, inPractice }: Common,
): PolicyDifference {
  const change = changeOf(before, after);
  const message = `${describeRequest(witness)}: ${describeDecision(before)} before, ${describeDecision(after)} after.`;
  return { change, before, after, witness, inPractice, message };
}

function changeOf(before: PolicyDecision, after: PolicyDecision): PolicyChange {
  const levels = compareLevels(before.level, after.level);
  if (levels > 0) return after.level === "None" ? "lost" : "lowered";
  if (levels < 0) return before.level === "None" ? "added" : "raised";
  return before.omitStages.join() === after.omitStages.join() ? "managedFields" : "stages";
}

function describeDecision({ level, omitStages, omitManagedFields, ruleIndex }: PolicyDecision): string {
  const by = ruleIndex === null ? "no rule" : `rule ${ruleIndex + 1}`;
  if (level === "None") return `not recorded (${by})`;
  const stages = omitStages.length === 0 ? "" : ` without ${omitStages.join(", ")}`;
  const fields = omitManagedFields && level !== "Metadata" ? " without managedFields" : "";
  return `${level}${stages}${fields} (${by})`;
}
