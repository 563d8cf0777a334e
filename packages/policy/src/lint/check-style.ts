import { boxesDisjoint } from "../request-space/request-box.js";
import { quoted } from "../request-words.js";
import { ruleNumbers } from "../rule-words.js";
import type { LintContext } from "./lint-context.js";

const lists = ["users", "userGroups", "verbs", "namespaces", "nonResourceURLs", "omitStages"] as const;

/** `style/*`: what changes nothing and makes a policy harder to read. */
export function checkStyle(context: LintContext): void {
  reportOrder(context);
  context.rules.forEach((rule, index) => {
    for (const field of lists) reportDuplicates(context, rule[field] ?? [], `rules[${index}].${field}`);
    (rule.resources ?? []).forEach((entry, at) => {
      for (const field of ["resources", "resourceNames"] as const) {
        reportDuplicates(context, entry[field] ?? [], `rules[${index}].resources[${at}].${field}`);
      }
    });
  });
  reportDuplicates(context, context.policy.omitStages ?? [], "omitStages");
}

function reportDuplicates(context: LintContext, values: readonly string[], path: string): void {
  const at = values.findIndex((value, index) => values.indexOf(value) !== index);
  const value = values[at];
  if (value === undefined) return;
  context.add("style/duplicate-item", "info", `${path}[${at}]`, {
    message: `${quoted(value)} stands in the list more than once.`,
    consequence: "Nothing; the second one has no effect.",
    mend: "Remove it.",
  });
}

/** A None rule behind recording rules that it has nothing in common with is easier to check in front of them. */
function reportOrder(context: LintContext): void {
  const { rules, space } = context;
  const movable = rules.flatMap((rule, index) => {
    if (rule.level !== "None" || !context.isReached(index)) return [];
    const own = space.boxes[index] ?? [];
    const before = rules
      .map((_, at) => at)
      .slice(0, index)
      .filter((at) => rules[at]?.level !== "None");
    const apart = before.every((at) =>
      own.every((box) => (space.boxes[at] ?? []).every((other) => boxesDisjoint(box, other))),
    );
    return before.length > 0 && apart ? [index] : [];
  });
  const [first] = movable;
  if (first === undefined) return;
  context.add("style/order", "info", `rules[${first}]`, {
    message: `${ruleNumbers(movable).replace("rule", "Rule")} of level None could stand before the rules that record.`,
    consequence: "Readers have to check every recording rule above to know what is dropped. No decision would change.",
    mend: "Move the rules of level None to the front.",
    relatedRules: movable,
  });
}
