import type { Rule, RuleOutcome } from "@kaudit/rules";
import type { EvidenceBundle } from "../bundle.js";
import { counted } from "../internal/findings.js";
import { capabilityGap, recordableTogether } from "../policy-capability.js";
import { registerNames } from "../register-row.js";
import type { ExceptionInBundle, ExceptionsSummary } from "./exception-in-bundle.js";
import type { ExceptionSettings } from "./exceptions-configuration.js";

/** What bears on what the rules could see. */
export interface Visibility {
  readonly policies: EvidenceBundle["policies"];
  /** Whether a scope was declared in every cluster. */
  readonly declared: boolean;
  /** Things that the rules about the evidence itself depend on, by rule: why it could not be evaluated. */
  readonly notEvaluated?: Readonly<Record<string, string>>;
}

interface Seen extends Visibility {
  /** Successful changes without content, by register. */
  readonly notRecorded: ReadonlyMap<string, number>;
}

type RuleSummary = ExceptionsSummary["rules"][number];

/** Says of every rule whether it was evaluated, and if not or not wholly, why; nothing stays silent. */
export function summaryOf(
  settings: ExceptionSettings,
  outcomes: readonly RuleOutcome[],
  exceptions: readonly ExceptionInBundle[],
  seen: Seen,
): ExceptionsSummary {
  const byRule = new Map(outcomes.map((outcome) => [outcome.rule, outcome]));
  const rules = [
    ...settings.rules.map((rule) => ruleSummary(rule, byRule.get(rule.id), settings, seen)),
    ...settings.off.map((rule) => summary(rule, "no", "It was switched off by the configuration.", undefined)),
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const closed = exceptions.filter(({ state }) => state === "closed").length;
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of exceptions) bySeverity[severity]++;
  return {
    rules,
    byState: { open: exceptions.length - closed, closed },
    bySeverity,
    capped: outcomes.reduce((sum, { notKept }) => sum + notKept, 0),
  };
}

function summary(
  { id, title, severity }: Rule,
  evaluated: RuleSummary["evaluated"],
  reason: string,
  outcome: RuleOutcome | undefined,
): RuleSummary {
  return {
    id,
    title,
    severity,
    evaluated,
    reason,
    exceptions: outcome?.findings ?? 0,
    requests: outcome?.requests ?? 0,
  };
}

function ruleSummary(
  rule: Rule,
  outcome: RuleOutcome | undefined,
  settings: ExceptionSettings,
  seen: Seen,
): RuleSummary {
  const missing = outcome?.missing ?? [];
  if (missing.length > 0)
    return summary(
      rule,
      "no",
      `It needs the ${missing.length === 1 ? "list" : "lists"} ${missing.join(" and ")}, which the configuration does not give.`,
      outcome,
    );
  const notEvaluated = seen.notEvaluated?.[rule.id];
  if (notEvaluated !== undefined && outcome?.findings === 0) return summary(rule, "no", notEvaluated, outcome);
  const unrecordable = (rule.needs ?? []).filter((need) => recordable(need.class, seen.policies) === "no");
  if (unrecordable.length > 0 && unrecordable.length === rule.needs?.length && outcome?.requests === 0)
    return summary(rule, "no", `The audit policy does not record ${namesOf(unrecordable)}.`, outcome);
  const reasons = partlyReasons(rule, settings, seen);
  if (unrecordable.length > 0) reasons.unshift(`The audit policy does not record ${namesOf(unrecordable)}.`);
  if (outcome !== undefined && outcome.notKept > 0)
    reasons.push(`${counted(outcome.notKept, "request")} beyond the most exceptions of a rule are counted only.`);
  if (outcome !== undefined && outcome.forgotten > 0)
    reasons.push(`Of ${counted(outcome.forgotten, "key")} earlier requests were forgotten for want of room.`);
  return summary(rule, reasons.length === 0 ? "yes" : "partly", reasons.join(" "), outcome);
}

function partlyReasons(rule: Rule, { lists }: ExceptionSettings, { declared, notRecorded, policies }: Seen): string[] {
  const reasons: string[] = [];
  for (const need of rule.needs ?? []) {
    if (recordable(need.class, policies) === "partly")
      reasons.push(`The audit policy leaves out some of ${need.class}.`);
    const without = need.level === "Metadata" ? 0 : (notRecorded.get(need.class) ?? 0);
    if (without > 0)
      reasons.push(`The content of ${counted(without, "change")} was not recorded (level ${need.level} is needed).`);
  }
  if (rule.usesScope === true && !declared)
    reasons.push("No scope is declared: every namespace was tested, and none raises the severity.");
  for (const { list, without } of rule.wants ?? [])
    if (!Object.hasOwn(lists, list)) reasons.push(`The list ${list} is not given: ${without}.`);
  return reasons;
}

/** Whether the policies record a class: `yes` where none was handed in, or the class is no register. */
function recordable(name: string, policies: EvidenceBundle["policies"]): "yes" | "partly" | "no" {
  const register = registerNames.find((one) => one === name);
  if (policies.length === 0 || register === undefined) return "yes";
  return recordableTogether(
    policies.map(({ capabilities }) => {
      const gap = capabilityGap(capabilities, register);
      return gap === null || !gap.breaksPopulation ? "yes" : gap.recordable;
    }),
  );
}

function namesOf(needs: NonNullable<Rule["needs"]>): string {
  return needs.map((need) => need.class).join(" and ");
}
