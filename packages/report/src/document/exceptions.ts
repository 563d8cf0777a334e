import type { EvidenceBundle } from "@kaudit/evidence";

/** How severe an exception is, the most severe first. */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** An exception of a bundle, as far as a report shows it. */
export interface ReportedException {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly sentence: string;
  readonly severity: Severity;
  readonly register: EvidenceBundle["registers"][number]["name"] | null;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  readonly controls: Readonly<Record<string, readonly string[]>>;
  readonly approved: number;
  readonly approvals: readonly string[];
  readonly disposition: {
    readonly decision: "authorised" | "explained" | "false-positive" | "incident";
    readonly by: string;
    readonly at: string;
    readonly ticket: string;
    readonly note: string;
  } | null;
  readonly state: "open" | "closed";
}

/** What became of a rule. */
export interface ReportedRule {
  readonly id: string;
  readonly title: string;
  readonly evaluated: "yes" | "partly" | "no";
  readonly reason: string;
}

interface WithExceptions {
  readonly exceptions?: readonly ReportedException[];
  readonly exceptionsSummary?: { readonly rules: readonly ReportedRule[]; readonly capped: number };
}

/** Gives the exceptions of a bundle. */
export function exceptionsOf(bundle: EvidenceBundle): readonly ReportedException[] {
  return (bundle as EvidenceBundle & WithExceptions).exceptions ?? [];
}

/** Gives what became of the rules, and how many requests are beyond the most exceptions that are kept. */
export function rulesOf(bundle: EvidenceBundle): { readonly rules: readonly ReportedRule[]; readonly capped: number } {
  return (bundle as EvidenceBundle & WithExceptions).exceptionsSummary ?? { rules: [], capped: 0 };
}

/** Where an exception stands: closed by a decision or an approval, declared an incident, or without a decision that holds. */
export type Standing = "authorised" | "explained" | "false-positive" | "incident" | "open";

/** Gives where an exception stands. */
export function standingOf({ state, disposition, approved, count }: ReportedException): Standing {
  if (state === "open") return disposition?.decision === "incident" ? "incident" : "open";
  if (approved >= count && count > 0) return "authorised";
  return disposition?.decision ?? "authorised";
}

/** Orders exceptions: the most severe first, then in their own order. */
export function bySeverity(exceptions: readonly ReportedException[]): readonly ReportedException[] {
  return exceptions.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}
