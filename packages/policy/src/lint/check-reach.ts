import { evaluatePolicy } from "../evaluate/evaluate-policy.js";
import { compareLevels } from "@kaudit/schema";
import type { RequestAttributes } from "@kaudit/schema";

import { describeRequest } from "../request-words.js";
import { boxCovers, boxesDisjoint, isEmptyBox } from "../request-space/request-box.js";
import type { SimpleBox } from "../request-space/request-box.js";
import { findUncovered } from "../request-space/find-request.js";
import { intersectBoxes } from "../request-space/box-arithmetic.js";
import { pickRequest } from "../request-space/pick-request.js";
import { sameEffect, subtractAll } from "../request-space/policy-space.js";
import { ruleBoxes } from "../request-space/rule-boxes.js";
import { describeRule, ruleNumbers, ruleWithLevel } from "../rule-words.js";
import type { LintContext } from "./lint-context.js";

/** `reach/*`: rules that never decide, rules that an earlier None rule half swallows, rules without effect. */
export function checkReach(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    const reach = context.reach(index);
    if ((context.space.boxes[index] ?? []).length === 0) reportNeverMatches(context, index);
    else if (reach === "none") reportShadowed(context, index);
    else if (reach !== "unknown" && context.reach(index, true) === "none") reportInPractice(context, index, reach);
    else {
      reportSwallowed(context, index);
      reportRedundant(context, index);
    }
  });
}

function reportNeverMatches(context: LintContext, index: number): void {
  context.add("reach/never-matches", "error", `rules[${index}]`, {
    message: `Rule ${index + 1} matches no request: none of its resources can occur in one.`,
    consequence: "The rule has no effect; later rules decide about what it was meant for.",
    mend: 'Write resources as in URLs: "pods", "pods/exec", "pods/*", "*/status" or "*".',
  });
}

function reportShadowed(context: LintContext, index: number): void {
  const { rules, space } = context;
  const own = space.boxes[index] ?? [];
  const earlier = overlapping(context, index);
  const single = earlier.find((at) => coversAll(space.boxes[at] ?? [], own));
  const culprits = single === undefined ? neededToCover(context, index) : [single];
  const differs = culprits.some((at) => rules[at]?.level !== rules[index]?.level);
  const text = {
    message: shadowMessage(context, index, culprits),
    consequence: shadowConsequence(context, index, culprits),
    mend: differs
      ? `Move rule ${index + 1} above ${ruleNumbers(culprits)} if it is meant to decide, or delete it.`
      : `Delete rule ${index + 1}: ${ruleNumbers(culprits)} already ${culprits.length === 1 ? "does" : "do"} what it asks for.`,
    relatedRules: culprits,
  };
  const path = `rules[${index}]`;
  const [first] = culprits;
  if (single === undefined) context.add("reach/shadowed-union", "warning", path, text);
  else if (first !== undefined && isCatchAll(space.boxes[first] ?? [])) {
    context.add("reach/after-catch-all", "warning", path, text);
  } else context.add("reach/shadowed", differs ? "error" : "warning", path, text);
}

function shadowMessage({ rules, space }: LintContext, index: number, culprits: readonly number[]): string {
  const rule = ruleWithLevel(index, rules[index]);
  const [first = 0] = culprits;
  if (culprits.length > 1) {
    const caught = "catch every request that it describes before it is reached";
    return `${capital(rule)} never decides: ${ruleNumbers(culprits)} together ${caught}.`;
  }
  const earlier = ruleWithLevel(first, rules[first]);
  const what = isCatchAll(space.boxes[first] ?? []) ? "every request" : "every request that it describes";
  return `${capital(rule)} never decides: ${earlier} comes first and catches ${what}.`;
}

function shadowConsequence({ rules }: LintContext, index: number, culprits: readonly number[]): string {
  const wanted = rules[index]?.level ?? "";
  const what = describeRule(rules[index] ?? {});
  const levels = [...new Set(culprits.map((at) => rules[at]?.level ?? ""))];
  if (levels.length > 1) return `${capital(what)}: recorded as ${ruleNumbers(culprits)} say, not at level ${wanted}.`;
  const [level = ""] = levels;
  if (level === wanted) return "The rule has no effect.";
  if (level === "None")
    return `${capital(what)}: none of them is recorded, although the rule asks for level ${wanted}.`;
  return `${capital(what)}: recorded at level ${level}, although the rule asks for ${wanted}.`;
}

const maxMinimized = 50;

/** The earlier rules that have requests in common with a rule. */
function overlapping({ space }: LintContext, index: number): readonly number[] {
  const own = space.boxes[index] ?? [];
  return space.boxes
    .slice(0, index)
    .flatMap((boxes, at) => (boxes.some((box) => own.some((one) => !boxesDisjoint(one, box))) ? [at] : []));
}

/** A small set of earlier rules that together catch everything that the rule matches. */
function neededToCover(context: LintContext, index: number): readonly number[] {
  const { space } = context;
  const own = space.boxes[index] ?? [];
  let needed = overlapping(context, index);
  // A smallest set is nice to have; with very many rules it is not worth the time.
  if (needed.length > maxMinimized) return needed;
  for (const candidate of needed.toReversed()) {
    const without = needed.filter((at) => at !== candidate);
    if (
      coversAll(
        without.flatMap((at) => space.boxes[at] ?? []),
        own,
      )
    )
      needed = without;
  }
  return needed;
}

function coversAll(outer: readonly SimpleBox[], inner: readonly SimpleBox[]): boolean {
  return inner.every((box) => findUncovered(box, outer) === "none");
}

/** Whether the rule matches every request there is. */
export function isCatchAll(boxes: readonly SimpleBox[]): boolean {
  return ruleBoxes({}).every((all) => boxes.some((box) => boxCovers(box, all)));
}

function reportInPractice(context: LintContext, index: number, witness: RequestAttributes): void {
  context.add("reach/shadowed-in-practice", "info", `rules[${index}]`, {
    message: `Rule ${index + 1} decides only about requests that hardly any cluster sees: ${describeRequest(witness)}.`,
    consequence: "In practice earlier rules decide about everything that it describes.",
    mend: `Delete rule ${index + 1}, or move it up if it is meant to decide.`,
    witness,
  });
}

/**
 * The classic trouble: a None rule for everyone, limited by verb or namespace only, takes part of what a later rule
 * names. Exceptions for single users are left alone, because that is what None rules are for.
 */
function reportSwallowed(context: LintContext, index: number): void {
  const { rules, space } = context;
  const rule = rules[index] ?? {};
  if (rule.level === "None" || (rule.resources ?? []).length === 0) return;
  for (let at = 0; at < index; at++) {
    const earlier = rules[at] ?? {};
    if (earlier.level !== "None" || (earlier.users ?? []).length > 0 || !isForEveryone(earlier.userGroups ?? []))
      continue;
    const lost = swallowed(space.boxes[at] ?? [], space.boxes[index] ?? [], space.boxes.slice(0, at).flat());
    if (lost === undefined || evaluatePolicy(context.policy, lost).ruleIndex !== at) continue;
    const kept = context.reach(index, true);
    const still = typeof kept === "string" ? "" : ` It still decides about others, such as ${describeRequest(kept)}.`;
    context.add("reach/partly-swallowed", "warning", `rules[${index}]`, {
      message: `${capital(ruleWithLevel(at, earlier))} comes first and takes part of what ${ruleWithLevel(index, rule)} describes.${still}`,
      consequence: `These are not recorded: ${describeRequest(lost)}, and the like.`,
      mend: `Move rule ${index + 1} above rule ${at + 1} if they are to be recorded.`,
      witness: lost,
      relatedRules: [at],
    });
    return;
  }
}

function isForEveryone(groups: readonly string[]): boolean {
  return groups.length === 0 || groups.includes("system:authenticated");
}

function swallowed(
  none: readonly SimpleBox[],
  later: readonly SimpleBox[],
  before: readonly SimpleBox[],
): RequestAttributes | undefined {
  for (const box of later) {
    for (const other of none) {
      if (!targetInside(box, other)) continue;
      const common = intersectBoxes(box, other);
      const found = common === undefined ? "none" : findUncovered(common, before);
      if (typeof found !== "string") return pickRequest(found);
    }
  }
  return undefined;
}

/** Whether the None rule is for all the resources of the later one, and the overlap is a matter of verb or namespace. */
function targetInside({ target }: SimpleBox, { target: outer }: SimpleBox): boolean {
  if (target.kind !== "resource" || outer.kind !== "resource") return false;
  const anyNamespace = { ...outer, namespaces: target.namespaces };
  const plain = { actor: { kind: "absent" as const }, verbs: { inverted: true, values: new Set<string>() } };
  return boxCovers({ ...plain, target: anyNamespace }, { ...plain, target });
}

/** A rule without which every request would leave the same records. */
function reportRedundant(context: LintContext, index: number): void {
  const { space, rules } = context;
  const earlier = space.boxes.slice(0, index).flat();
  const decision = space.decision(index);
  let open = subtractAll(space.boxes[index] ?? [], earlier);
  for (let at = index + 1; at < rules.length && open !== undefined; at++) {
    const rule = space.boxes[at] ?? [];
    const overlaps = open.some((piece) => rule.some((box) => intersectBoxes(piece, box) !== undefined));
    if (!overlaps) continue;
    if (!sameEffect(space.decision(at), decision)) return;
    open = subtractAll(open, rule);
  }
  if (open === undefined) return;
  const left = open.some((piece) => !isEmptyBox(piece));
  if (left && !sameEffect(space.decision(null), decision)) return;
  // A catch-all None at the end says what would happen anyway, but says it: that is good style.
  if (isCatchAll(space.boxes[index] ?? [])) return;
  const none = compareLevels(decision.level, "None") === 0;
  context.add("reach/redundant", "info", `rules[${index}]`, {
    message: `Rule ${index + 1} changes nothing: without it ${none ? "nothing more is recorded" : "the same is recorded"}.`,
    consequence: "It only makes the policy longer.",
    mend: `Delete rule ${index + 1}, unless it is there to be read by people.`,
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
