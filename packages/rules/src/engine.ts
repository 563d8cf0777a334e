import type { RequestFacts, FactName } from "./fact-fields.js";
import { createFinding, findingId } from "./finding.js";
import type { Finding, GrowingFinding } from "./finding.js";
import { keyOf } from "./internal/burst.js";
import { burstMembers, compileRule, settings, severityOf } from "./internal/compiled-rule.js";
import type { CompiledRule, Follow } from "./internal/compiled-rule.js";
import { microsecondsOf } from "./internal/instant.js";
import { createReorder } from "./internal/reorder.js";
import type { TimedRequest } from "./internal/reorder.js";
import type { RuleLists } from "./lists.js";
import { requireDistinctIds } from "./rule.js";
import type { Rule } from "./rule.js";
import { compareSeverity } from "./severity.js";

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

/**
 * Makes an engine for rules that the schema has accepted.
 *
 * It gives the same findings whether requests come one by one as they happen or all at once afterwards, as long as none comes
 * later than `skewSeconds`; requests of the same time go by cluster, API server, audit id and reference. Memory is bounded
 * by the caps of the options, and what they cut off is counted. Throws `RulesError` `KAUDIT_RULES_SETTING_INVALID` for
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

  function evaluate(request: TimedRequest): void {
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
      for (const request of reorder.add(facts, ref)) evaluate(request);
    },
    finish() {
      if (results !== undefined) return results;
      for (const request of reorder.finish()) evaluate(request);
      results = { findings: sorted(compiled), rules: compiled.map(outcomeOf), late: reorder.late };
      return results;
    },
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
