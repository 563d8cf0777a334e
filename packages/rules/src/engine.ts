import { compileCondition, resolvedNumber } from "./compile-condition.js";
import type { ConditionNames, Predicate } from "./compile-condition.js";
import type { Condition } from "./condition.js";
import { conditionUses } from "./describe-condition.js";
import { RulesError } from "./errors.js";
import type { FactName, RequestFacts } from "./fact-fields.js";
import { createFinding, findingId } from "./finding.js";
import type { Finding, GrowingFinding, ToldRequest } from "./finding.js";
import { createBurst, keyOf } from "./internal/burst.js";
import type { Burst } from "./internal/burst.js";
import { createChain } from "./internal/chain.js";
import type { Chain } from "./internal/chain.js";
import { microsecondsOf } from "./internal/instant.js";
import { createRecentKeys } from "./internal/recent-keys.js";
import type { RecentKeys } from "./internal/recent-keys.js";
import { createReorder } from "./internal/reorder.js";
import type { TimedRequest } from "./internal/reorder.js";
import { suggestion } from "./internal/suggest.js";
import { compileList } from "./lists.js";
import type { CompiledList, RuleLists } from "./lists.js";
import { requireDistinctIds } from "./rule.js";
import type { Rule } from "./rule.js";
import { parseSentence } from "./sentence.js";
import type { SentenceTemplate } from "./sentence.js";
import { compareSeverity, raisedSeverity } from "./severity.js";
import type { Severity } from "./severity.js";

/** What a rule engine is told. */
export interface RuleEngineOptions {
  /** Lists that rules name; default none. */
  readonly lists?: RuleLists;
  /** Numbers that rules name. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Other things that `requiresLists` may ask for and that are there, such as `approvals`. */
  readonly available?: readonly string[];
  /** How much later than a later request one may come, in seconds of log time; default 0: requests come by time. */
  readonly skewSeconds?: number;
  /** Findings of one rule, and of all; default 5,000 and 20,000. What comes beyond is counted. */
  readonly mostFindingsPerRule?: number;
  readonly mostFindings?: number;
  /** Keys whose recent requests one rule remembers; default 20,000. */
  readonly mostKeys?: number;
  /** Gives the id of the approval that covers a request which a rule singled out; null where none does. Default: none does. */
  readonly approvalFor?: (facts: RequestFacts, rule: string) => string | null;
  /** Told when a finding opens, and each time it grows or is raised. */
  readonly onChange?: (finding: Finding, change: "opened" | "grew" | "raised") => void;
}

/** What became of one rule. */
export interface RuleOutcome {
  readonly rule: string;
  /** False where a list that it needs is not there; `missing` says which. */
  readonly evaluated: boolean;
  readonly missing: readonly string[];
  readonly findings: number;
  readonly requests: number;
  /** Requests that belong to findings beyond the cap. */
  readonly notKept: number;
  /** Keys whose recent requests were forgotten for want of room: bursts and sequences of them may be missed. */
  readonly forgotten: number;
}

/** What the engine found. */
export interface RuleResults {
  /** By severity, then in the order of the rules, then by time and id. */
  readonly findings: readonly Finding[];
  readonly rules: readonly RuleOutcome[];
  /** Requests that came later than the skew allows; they were taken as they came. */
  readonly late: number;
}

/** Holds requests against rules, one by one. */
export interface RuleEngine {
  /** Takes the facts of a request and a reference by which it is found again. */
  add(facts: RequestFacts, ref?: string): void;
  /** Takes what is still held back, and gives everything. */
  finish(): RuleResults;
}

/** What may follow, and the findings that it may follow, by key. */
interface Follow {
  readonly of: Predicate | null;
  readonly matches: Predicate;
  readonly by: readonly FactName[];
  readonly microseconds: number;
  readonly severity: Severity;
  readonly because: string;
  readonly open: RecentKeys<GrowingFinding>;
}

interface CompiledRule {
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

/**
 * Makes an engine for rules that the schema has accepted.
 *
 * It gives the same findings whether requests come one by one as they happen or all at once afterwards, as long as none comes
 * later than `skewSeconds`; requests of the same time go by cluster, API server, audit id and reference. Memory is bounded
 * by the caps of the options, and what they cut off is counted. Throws {@link RulesError} `KAUDIT_RULES_SETTING_INVALID` for
 * a list that is not of the kind a rule uses it as and for a parameter that is not there, and `KAUDIT_RULES_DUPLICATE_ID`.
 */
export function createRuleEngine(rules: readonly Rule[], options: RuleEngineOptions = {}): RuleEngine {
  requireDistinctIds(rules);
  const { mostFindingsPerRule = 5000, mostFindings = 20_000, mostKeys = 20_000, onChange } = options;
  const names = settings(options);
  const compiled = rules.map((rule, order) => compileRule(rule, order, options, names, mostKeys));
  const running = compiled.filter(({ missing }) => missing.length === 0);
  const reorder = createReorder((options.skewSeconds ?? 0) * 1_000_000, 100_000);
  const ids = new Set<string>();
  let results: RuleResults | undefined;

  function process(request: TimedRequest): void {
    for (const one of running) {
      for (const follow of one.follows) noteFollowing(follow, request);
      if (one.chain !== null) {
        for (const member of one.chain.add(request)) grow(one, member, request);
      } else if (one.matches(request.facts)) {
        if (one.bursts.length === 0) grow(one, request, request);
        else for (const member of burstMembers(one, request)) grow(one, member, request);
      }
    }
  }

  /** Adds a request to the finding that `deciding` has the key of; in a sequence that is the last request of it. */
  function grow(one: CompiledRule, request: TimedRequest, deciding: TimedRequest): void {
    const { rule, findings } = one;
    one.requests += request.facts.occurrences ?? 1;
    const { facts } = one.chain === null ? request : deciding;
    const told = severityOf(one, request.facts);
    const fields = told.groupBy ?? (rule.groupBy as FactName[]);
    const key = keyOf(facts, fields);
    const known = findings.get(key);
    if (known === undefined && (findings.size >= mostFindingsPerRule || ids.size >= mostFindings)) {
      one.notKept += request.facts.occurrences ?? 1;
      return;
    }
    const finding = known ?? open(one, facts, request, fields);
    const approval = options.approvalFor?.(request.facts, rule.id) ?? null;
    finding.add(request, { ...told, approval });
    if (known === undefined) findings.set(key, finding);
    for (const { of, by, open: opened } of one.follows) {
      if (of === null || of(facts)) opened.touch(keyOf(facts, by), finding, request.at);
    }
    onChange?.(finding, known === undefined ? "opened" : "grew");
  }

  function open(
    one: CompiledRule,
    facts: RequestFacts,
    request: TimedRequest,
    fields: readonly FactName[],
  ): GrowingFinding {
    const key = fields.map((field) => [field, String(facts[field] ?? "")] as const);
    // Two keys that share eight digits: the one that opens later is told apart by its number.
    const values = key.map(([, value]) => value);
    let id = findingId(one.rule.id, facts.cluster, values);
    for (let n = 2; ids.has(id); n++) id = findingId(one.rule.id, facts.cluster, [...values, `#${n}`]);
    ids.add(id);
    return createFinding(one.rule, one.template, id, request, key);
  }

  function noteFollowing(follow: Follow, request: TimedRequest): void {
    if (!follow.matches(request.facts)) return;
    const finding = follow.open.get(keyOf(request.facts, follow.by));
    if (finding === undefined || request.facts.time < finding.last) return;
    const since = request.at - microsecondsOf(finding.last);
    if (since > follow.microseconds || compareSeverity(follow.severity, finding.severity) >= 0) return;
    finding.raise(follow.severity, follow.because);
    onChange?.(finding, "raised");
  }

  return {
    add(facts, ref = "") {
      for (const request of reorder.add(facts, ref)) process(request);
    },
    finish() {
      if (results !== undefined) return results;
      for (const request of reorder.finish()) process(request);
      results = { findings: sorted(compiled), rules: compiled.map(outcomeOf), late: reorder.late };
      return results;
    },
  };
}

/** The requests that belong to a burst by now and were not given before, of whichever threshold. */
function burstMembers({ bursts }: CompiledRule, request: TimedRequest): readonly TimedRequest[] {
  const lists = bursts.flatMap(({ of, burst }) => {
    const members = of === null || of(request.facts) ? burst.add(request) : [];
    return members.length === 0 ? [] : [members];
  });
  return lists.length < 2 ? (lists[0] ?? []) : [...new Set(lists.flat())];
}

function severityOf(
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

function settings({ lists = {}, parameters = {} }: RuleEngineOptions): ConditionNames {
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

function compileRule(
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

function outcomeOf({ rule, missing, findings, requests, notKept, bursts, chain }: CompiledRule): RuleOutcome {
  return {
    rule: rule.id,
    evaluated: missing.length === 0,
    missing,
    findings: findings.size,
    requests,
    notKept,
    forgotten: bursts.reduce((sum, { burst }) => sum + burst.forgotten, chain?.forgotten ?? 0),
  };
}

function sorted(compiled: readonly CompiledRule[]): Finding[] {
  return compiled
    .flatMap(({ findings, order }) => [...findings.values()].map((finding) => ({ finding, order })))
    .toSorted(
      (a, b) =>
        compareSeverity(a.finding.severity, b.finding.severity) ||
        a.order - b.order ||
        byText(a.finding.first, b.finding.first) ||
        byText(a.finding.id, b.finding.id),
    )
    .map(({ finding }) => finding);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
