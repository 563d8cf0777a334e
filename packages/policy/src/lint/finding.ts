import type { RequestAttributes } from "@kaudit/schema";

/**
 * How bad a finding is. `error`: kube-apiserver does not start, or a rule cannot do what it was written for. `warning`:
 * probably a mistake or a gap in the evidence. `info`: good to know.
 */
export type LintSeverity = "error" | "warning" | "info";

/** Something about a policy that its author should know. */
export interface LintFinding {
  /** The check, such as `reach/shadowed`: see `lintChecks`. */
  readonly id: string;
  readonly severity: LintSeverity;
  /** The rule, counted from 0; null for the policy as a whole. */
  readonly ruleIndex: number | null;
  /** The field, as `rules[0].verbs[1]`; empty for the policy as a whole. */
  readonly path: string;
  /** Where it stands; null when a policy was given instead of its text. */
  readonly line: number | null;
  readonly column: number | null;
  /** What is the case, in a sentence. Rules are counted from 1 in sentences. */
  readonly message: string;
  /** What happens because of it. */
  readonly consequence: string;
  /** What to do. */
  readonly mend: string;
  /** A request that shows it. */
  readonly witness?: RequestAttributes;
  /** Other rules that have to do with it, counted from 0. */
  readonly relatedRules?: readonly number[];
}

const order: readonly LintSeverity[] = ["error", "warning", "info"];

/** Compares two findings for display: by place in the text, then by severity, the worst first, then by check. */
export function compareFindings(one: LintFinding, other: LintFinding): number {
  return (
    (one.ruleIndex ?? -1) - (other.ruleIndex ?? -1) ||
    (one.line ?? 0) - (other.line ?? 0) ||
    order.indexOf(one.severity) - order.indexOf(other.severity) ||
    (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
  );
}

/** Whether `severity` is `threshold` or worse. */
export function isAtLeastAsSevere(severity: LintSeverity, threshold: LintSeverity): boolean {
  return order.indexOf(severity) <= order.indexOf(threshold);
}

/** Compares two findings by severity, the worst first; equal ones keep their order. */
export function compareFindingSeverity(
  one: { readonly severity: LintSeverity },
  other: { readonly severity: LintSeverity },
): number {
  return order.indexOf(one.severity) - order.indexOf(other.severity);
}
