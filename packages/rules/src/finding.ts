import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isFactName } from "./fact-fields.js";
import type { FactName, RequestFacts } from "./fact-fields.js";
import type { TimedRequest } from "./internal/reorder.js";
import type { Rule } from "./rule.js";
import { renderSentence, wordValue } from "./sentence.js";
import type { SentenceTemplate, ShownValues } from "./sentence.js";
import { compareSeverity } from "./severity.js";
import type { Severity } from "./severity.js";

/** Requests that a rule is about and that belong together, as one. */
export interface Finding {
  /** The rule's id and eight hexadecimal digits of SHA-256 over rule, cluster and key: the same on every run. */
  readonly id: string;
  readonly rule: string;
  readonly cluster: string;
  /** The highest of its requests. */
  readonly severity: Severity;
  /** Whether the scope raised the severity. */
  readonly raisedByScope: boolean;
  /** Why the severity is not the rule's plain one. */
  readonly because: readonly string[];
  /** What its requests have in common by the rule. */
  readonly key: readonly (readonly [field: FactName, value: string])[];
  /** Facts that are the same for all its requests. */
  readonly facts: Partial<RequestFacts>;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** References of the first requests. */
  readonly refs: readonly string[];
  readonly refsCapped: boolean;
  /** How many of its requests an approval covers, and the ids of those approvals. */
  readonly approved: number;
  readonly approvals: readonly string[];
  /** One sentence about it. Log text in it is visible text. */
  readonly sentence: string;
}

const mostRefs = 25;
const mostApprovals = 25;
const mostShown = 4;
const mostDistinct = 1000;

/** Facts that a finding keeps where all its requests agree on them. */
const commonFacts = [
  "actor",
  "actorKind",
  "impersonated",
  "sourceIP",
  "verb",
  "apiGroup",
  "resource",
  "subresource",
  "namespace",
  "name",
  "path",
  "finding",
  "about",
  "detail",
] as const satisfies readonly FactName[];

/** What a rule makes of one request. */
export interface ToldRequest {
  readonly severity: Severity;
  readonly raisedByScope: boolean;
  readonly because: string | undefined;
  /** Id of the approval that covers it. */
  readonly approval: string | null;
}

/** A finding that still grows. */
export interface GrowingFinding extends Finding {
  add(request: TimedRequest, told: ToldRequest): void;
  raise(severity: Severity, because: string): void;
}

/** Gives the id of a finding: its rule, and eight hexadecimal digits of SHA-256 over the JSON of rule, cluster and values. */
export function findingId(rule: string, cluster: string, values: readonly string[]): string {
  const hash = bytesToHex(sha256(utf8ToBytes(JSON.stringify([rule, cluster, ...values]))));
  return `${rule}-${hash.slice(0, 8)}`;
}

/** Makes an empty finding of a rule. */
export function createFinding(
  rule: Rule,
  template: SentenceTemplate,
  id: string,
  request: TimedRequest,
  key: Finding["key"],
): GrowingFinding {
  const words = [...new Set(template.words)];
  const values = words.map(() => ({ shown: [] as string[], seen: new Set<string>(), last: undefined as unknown }));
  const common: Record<string, unknown> = {};
  const refs: string[] = [];
  const approvals: string[] = [];
  const because: string[] = [];
  let count = 0;
  let approved = 0;
  let severity: Severity | undefined;
  let raisedByScope = false;
  let first = request.facts.time;
  let last = request.facts.time;
  let refsCapped = false;

  function noteCommon(facts: RequestFacts): void {
    for (const name of commonFacts) {
      const value = facts[name];
      if (count === 0) {
        if (value !== undefined) common[name] = value;
      } else if (name in common && common[name] !== value) delete common[name];
    }
  }

  function noteWords(facts: RequestFacts): void {
    for (const [i, word] of words.entries()) {
      const slot = values[i];
      if (slot === undefined || slot.seen.size >= mostDistinct) continue;
      // Most requests of a group are alike; only what is new has to be made visible.
      const raw = isFactName(word) ? facts[word] : undefined;
      if (raw !== undefined && raw === slot.last) continue;
      slot.last = raw;
      const value = wordValue(word, facts);
      if (value === undefined || value === "" || slot.seen.has(value)) continue;
      slot.seen.add(value);
      if (slot.shown.length < mostShown) slot.shown.push(value);
    }
  }

  function shownValues(word: (typeof words)[number]): ShownValues | undefined {
    const slot = values[words.indexOf(word)];
    if (slot === undefined || slot.shown.length === 0) return undefined;
    return { values: slot.shown, distinct: slot.seen.size, more: slot.seen.size >= mostDistinct };
  }

  function raise(to: Severity, reason: string | undefined): void {
    if (severity !== undefined && compareSeverity(to, severity) > 0) return;
    if (severity !== to) because.length = 0;
    severity = to;
    if (reason !== undefined && !because.includes(reason)) because.push(reason);
  }

  return {
    id,
    rule: rule.id,
    cluster: request.facts.cluster,
    key,
    refs,
    approvals,
    because,
    facts: common as Partial<RequestFacts>,
    add({ facts, ref }, told) {
      noteCommon(facts);
      noteWords(facts);
      count += facts.occurrences ?? 1;
      const isHigher = severity === undefined || compareSeverity(told.severity, severity) < 0;
      if (isHigher) raisedByScope = told.raisedByScope;
      else if (told.severity === severity) raisedByScope ||= told.raisedByScope;
      raise(told.severity, told.because);
      if (facts.time < first) first = facts.time;
      if (facts.time > last) last = facts.time;
      if (refs.length < mostRefs) {
        if (ref !== "") refs.push(ref);
      } else refsCapped = true;
      const { approval } = told;
      if (approval === null) return;
      approved += facts.occurrences ?? 1;
      if (approvals.length < mostApprovals && !approvals.includes(approval)) approvals.push(approval);
    },
    raise,
    get severity() {
      return severity ?? rule.severity;
    },
    get raisedByScope() {
      return raisedByScope;
    },
    get count() {
      return count;
    },
    get first() {
      return first;
    },
    get last() {
      return last;
    },
    get refsCapped() {
      return refsCapped;
    },
    get approved() {
      return approved;
    },
    get sentence() {
      const sentence = renderSentence(template, { count, first, last, value: shownValues });
      return because.length === 0 ? sentence : `${sentence} ${because.join(" ")}`;
    },
  };
}
