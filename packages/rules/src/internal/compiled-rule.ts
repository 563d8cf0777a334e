import { compileCondition, resolvedNumber } from "../compile-condition.js";
import type { ConditionNames, Predicate } from "../compile-condition.js";
import type { Condition } from "../condition.js";
import { conditionUses } from "../describe-condition.js";
import type { RuleEngineOptions } from "../engine.js";
import { RulesError } from "../errors.js";
import type { FactName, RequestFacts } from "../fact-fields.js";
import type { GrowingFinding, ToldRequest } from "../finding.js";
import { compileList } from "../lists.js";
import type { CompiledList } from "../lists.js";
import type { Rule } from "../rule.js";
import { parseSentence } from "../sentence.js";
import type { SentenceTemplate } from "../sentence.js";
import { raisedSeverity } from "../severity.js";
import type { Severity } from "../severity.js";
import { createBurst } from "./burst.js";
import type { Burst } from "./burst.js";
import { createChain } from "./chain.js";
import type { Chain } from "./chain.js";
import { createRecentKeys } from "./recent-keys.js";
import type { RecentKeys } from "./recent-keys.js";
import type { TimedRequest } from "./reorder.js";
import { suggestion } from "./suggest.js";

/** What may follow, and the findings that it may follow, by key. */
export interface Follow {
  readonly of: Predicate | null;
  readonly matches: Predicate;
  readonly by: readonly FactName[];
  readonly microseconds: number;
  readonly severity: Severity;
  readonly because: string;
  readonly open: RecentKeys<GrowingFinding>;
}

/** A rule, ready to be held against requests, and what it has found. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly order: number;
  readonly missing: readonly string[];
  readonly template: SentenceTemplate;
  readonly matches: Predicate;
  readonly severities: readonly {
    readonly matches: Predicate;
    readonly severity: Severity;
    readonly because?: string;
    readonly groupBy?: readonly FactName[];
  }[];
  readonly bursts: readonly { readonly of: Predicate | null; readonly burst: Burst }[];
  readonly chain: Chain | null;
  readonly follows: readonly Follow[];
  readonly findings: Map<string, GrowingFinding>;
  requests: number;
  notKept: number;
}

const minute = 60_000_000;

/** The requests that belong to a burst by now and were not given before, of whichever threshold. */
export function burstMembers({ bursts }: CompiledRule, request: TimedRequest): readonly TimedRequest[] {
  const lists = bursts.flatMap(({ of, burst }) => {
    const members = of === null || of(request.facts) ? burst.add(request) : [];
    return members.length === 0 ? [] : [members];
  });
  return lists.length < 2 ? (lists[0] ?? []) : [...new Set(lists.flat())];
}

/** Gives how severe a request is, and what makes one finding of it. */
export function severityOf(
  { rule, severities }: CompiledRule,
  facts: RequestFacts,
): Omit<ToldRequest, "approval"> & { readonly groupBy: readonly FactName[] | undefined } {
  const fitting = severities.find(({ matches }) => matches(facts));
  const plain = fitting?.severity ?? rule.severity;
  const { scopeRaises } = rule;
  // What reaches the whole cluster is in every scope; its plain severity says so already.
  const inScope =
    scopeRaises !== undefined &&
    facts.namespace !== undefined &&
    facts.scopes?.some((scope) => isIn(scopeRaises, scope)) === true;
  const severity = inScope ? raisedSeverity(plain) : plain;
  return { severity, raisedByScope: severity !== plain, because: fitting?.because, groupBy: fitting?.groupBy };
}

function isIn(list: readonly string[], word: string): boolean {
  return list.includes(word);
}

/** Gives what the conditions of rules refer to by name. */
export function settings({ lists = {}, parameters = {} }: RuleEngineOptions): ConditionNames {
  const compiled = new Map<string, CompiledList>();
  return {
    list(name, kind) {
      if (!Object.hasOwn(lists, name)) return undefined;
      const key = `${kind} ${name}`;
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const made = compileList(name, kind, lists[name] ?? []);
      compiled.set(key, made);
      return made;
    },
    parameter(name) {
      const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (value !== undefined) return value;
      const known = Object.keys(parameters);
      const near = suggestion(name, known);
      throw new RulesError(
        "KAUDIT_RULES_SETTING_INVALID",
        `parameter ${name} is not there; ${near === undefined ? `give it, or use one of ${known.join(", ") || "(none)"}` : `did you mean ${near}?`}`,
        { details: { parameter: name } },
      );
    },
  };
}

/** Every condition that a rule holds. */
export function conditionsOf(rule: Rule): Condition[] {
  return [
    rule.when,
    ...(rule.sequence?.steps ?? []).map(({ when }) => when),
    ...(rule.severityWhen ?? []).map(({ when }) => when),
    ...[...(rule.thresholds ?? []), ...(rule.followedBy ?? [])].flatMap(({ of }) => (of === undefined ? [] : [of])),
    ...(rule.followedBy ?? []).map(({ when }) => when),
  ];
}

/** Compiles a rule that the schema has accepted. */
export function compileRule(
  rule: Rule,
  order: number,
  options: RuleEngineOptions,
  names: ConditionNames,
  mostKeys: number,
): CompiledRule {
  const there = new Set([...Object.keys(options.lists ?? {}), ...(options.available ?? [])]);
  const missing = (rule.requiresLists ?? [])
    .map((one) => (typeof one === "string" ? [one] : one))
    .filter((alternatives) => !alternatives.some((name) => there.has(name)))
    .map((alternatives) => alternatives.join(" or "));
  // A list is checked as soon as it is given, also where the rule does not run for want of another.
  for (const [name, kind] of conditionUses(conditionsOf(rule)).lists) names.list(name, kind);
  const template = parseSentence(rule.sentence);
  if ("problem" in template) throw new RulesError("KAUDIT_RULES_INVALID", `rule ${rule.id}: ${template.problem}`);
  const { thresholds = [], sequence, followedBy = [] } = rule;
  const optional = (of: Condition | undefined): Predicate | null =>
    of === undefined ? null : compileCondition(of, names);
  const microseconds = (minutes: Parameters<typeof resolvedNumber>[0]): number =>
    resolvedNumber(minutes, names) * minute;
  return {
    rule,
    order,
    missing,
    template,
    matches: compileCondition(rule.when, names),
    severities: (rule.severityWhen ?? []).map(({ when, severity, because, groupBy }) => ({
      matches: compileCondition(when, names),
      severity,
      ...(because === undefined ? {} : { because }),
      ...(groupBy === undefined ? {} : { groupBy: groupBy as FactName[] }),
    })),
    bursts: thresholds.map(({ of, count, withinMinutes, by, distinct }) => ({
      of: optional(of),
      burst: createBurst(
        Math.max(1, Math.round(resolvedNumber(count, names))),
        microseconds(withinMinutes),
        by as FactName[],
        distinct as FactName | undefined,
        mostKeys,
      ),
    })),
    chain:
      sequence === undefined
        ? null
        : createChain(
            [
              { matches: compileCondition(rule.when, names), microseconds: 0 },
              ...sequence.steps.map(({ when, withinMinutes }) => ({
                matches: compileCondition(when, names),
                microseconds: microseconds(withinMinutes ?? 60),
              })),
            ],
            sequence.by as FactName[],
            mostKeys,
          ),
    follows: followedBy.map(({ of, when, by, withinMinutes, severity, because }) => ({
      of: optional(of),
      matches: compileCondition(when, names),
      by: by as FactName[],
      microseconds: microseconds(withinMinutes),
      severity,
      because,
      open: createRecentKeys<GrowingFinding>(mostKeys, microseconds(withinMinutes)),
    })),
    findings: new Map(),
    requests: 0,
    notKept: 0,
  };
}
