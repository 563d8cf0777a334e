import type { RequestFacts } from "@kaudit/rules";
import type { EvidenceBundle } from "../bundle.js";
import type { CollectionCheck } from "../gates/collection-manifest.js";
import { duration, span } from "../internal/words.js";
import { capabilityGap } from "../policy-capability.js";
import { registerNames } from "../register-row.js";

/** What can be found about the evidence itself, and by which rule it becomes an exception. */
export const evidenceConditionKinds = {
  "secret-values-in-log": "KX-026",
  "class-not-recorded": "KX-027",
  "coverage-gap": "KX-028",
  "rejected-records": "KX-029",
  "truncated-events": "KX-029",
  "cut-events": "KX-029",
  "undated-events": "KX-029",
  "other-writers": "KX-029",
  "conflicting-events": "KX-029",
  "contradicted-across-instances": "KX-029",
  "version-regressions": "KX-029",
  "dated-after-receipt": "KX-029",
  "received-late": "KX-029",
  "clock-regressions": "KX-029",
  "duplicate-events": "KX-029",
  "late-events": "KX-029",
  "repeated-across-instances": "KX-029",
  "repeated-across-clusters": "KX-029",
  "changed-input": "KX-030",
  "hash-mismatch": "KX-030",
  "review-missing": "KX-037",
  "review-late": "KX-037",
  "review-before-the-end": "KX-037",
  "reviewer-is-actor": "KX-037",
  "approval-expired": "KX-038",
  "approval-ownerless": "KX-038",
  "approval-too-wide": "KX-038",
  "approval-self-approved": "KX-038",
} as const;

/** A kind of thing found about the evidence itself. */
export type EvidenceConditionKind = keyof typeof evidenceConditionKinds;

/** Something found about the evidence itself: a gap, damaged records, a late review, an expired approval. */
export interface EvidenceCondition {
  readonly finding: EvidenceConditionKind;
  /** What it is about: a file, register, API server, or the id of an approval. One exception for each. */
  readonly about: string;
  /** What was found, in one clause for the end of a sentence: no capital, no full stop. */
  readonly detail: string;
  /** How many records, requests or times; default 1. */
  readonly occurrences?: number;
  /** Of repeated and late events: their share of all, in percent. */
  readonly sharePercent?: number;
  /** When it happened, RFC 3339 in UTC; default: the end of the period. */
  readonly time?: string;
  /** The cluster that it is about; default: that of the run. */
  readonly cluster?: string;
}

/** Gives the facts of a condition, for the rules. */
export function conditionFacts(condition: EvidenceCondition, cluster: string, periodEnd: string): RequestFacts {
  const { finding, about, detail, occurrences = 1, sharePercent, time = periodEnd } = condition;
  return {
    time,
    cluster,
    finding,
    ...(about === "" ? {} : { about }),
    ...(detail === "" ? {} : { detail }),
    occurrences,
    ...(sharePercent === undefined ? {} : { sharePercent }),
  };
}

/** What was read of a cluster, or of the whole run. */
export interface ReadCounts {
  /** Null: the whole run, or what no single cluster is known to have. */
  readonly cluster: string | null;
  readonly events: number;
  readonly duplicates: number;
  readonly rejectedInPeriod: number;
}

type Basis = Pick<EvidenceBundle, "findings" | "totals" | "policies"> & {
  /** One entry for each of several clusters, and one for what no single one of them has; else one of the run. */
  readonly read: readonly ReadCounts[];
};

/** Findings that are conditions, by what the conditions are called. */
const direct: Readonly<Partial<Record<string, EvidenceConditionKind>>> = {
  "secret-values-in-log": "secret-values-in-log",
  "truncated-events": "truncated-events",
  "cut-events": "cut-events",
  "undated-events": "undated-events",
  "other-writers": "other-writers",
  "conflicting-events": "conflicting-events",
  "contradicted-across-instances": "contradicted-across-instances",
  "version-regressions": "version-regressions",
  "dated-after-receipt": "dated-after-receipt",
  "received-late": "received-late",
  "repeated-across-instances": "repeated-across-instances",
  "repeated-across-clusters": "repeated-across-clusters",
  "clock-set-back": "clock-regressions",
  "late-events": "late-events",
};

/** Gives the conditions that the bundle's own findings, totals and policies show. Gaps, hashes, review and approvals are others'. */
export function conditionsInBundle({ findings, totals, policies, read }: Basis): EvidenceCondition[] {
  const conditions: EvidenceCondition[] = findings.flatMap(({ code, count, places, cluster }) => {
    const finding = direct[code];
    if (finding === undefined) return [];
    const detail = damage[code] ?? `first at ${places[0] ?? "a place that is not known"}`;
    const { events } = read.find((one) => one.cluster === cluster) ?? totals;
    const sharePercent = shareOf(count, events);
    return [{ finding, about: "audit log", detail, occurrences: count, sharePercent, ...of(cluster) }];
  });
  conditions.push(...read.flatMap(damagedInput), ...policies.flatMap(notRecorded));
  return conditions;
}

function shareOf(count: number, events: number): number {
  return events === 0 ? 0 : (count * 100) / events;
}

function of(cluster: string | null | undefined): Pick<EvidenceCondition, "cluster"> {
  return cluster === null || cluster === undefined ? {} : { cluster };
}

function damagedInput({ cluster, events, duplicates, rejectedInPeriod }: ReadCounts): EvidenceCondition[] {
  const conditions: EvidenceCondition[] = [];
  if (rejectedInPeriod > 0)
    conditions.push({
      finding: "rejected-records",
      about: "audit log",
      detail: "they could not be read as audit events",
      occurrences: rejectedInPeriod,
      ...of(cluster),
    });
  if (duplicates > 0)
    conditions.push({
      finding: "duplicate-events",
      about: "audit log",
      detail: "they repeat others and are counted once",
      occurrences: duplicates,
      sharePercent: shareOf(duplicates, events),
      ...of(cluster),
    });
  return conditions;
}

const damage: Readonly<Record<string, string>> = {
  "truncated-events": "they lost their content because of the size",
  "cut-events": "they were cut on their way to this log",
  "undated-events": "they have no readable time",
  "other-writers": "they were printed by containers that are no API server's",
  "conflicting-events": "they contradict others of the same request",
  "contradicted-across-instances": "copies of one log do not agree about them",
  "version-regressions": "their objects had newer versions before",
  "dated-after-receipt": "they are dated after they were received",
  "received-late": "they were received more than an hour after their time",
  "repeated-across-instances": "they were read under more than one API server",
  "repeated-across-clusters": "they were read of more than one cluster",
  "clock-set-back": "the clock was set back between them",
  "late-events": "they were written long after they happened",
};

function notRecorded({ capabilities, cluster }: Basis["policies"][number]): EvidenceCondition[] {
  return registerNames.flatMap((register) => {
    const gap = capabilityGap(capabilities, register);
    if (gap === null || !gap.breaksPopulation) return [];
    const missed = gap.missed === null ? "" : ` such as ${gap.missed.request}`;
    const detail = gap.recordable === "no" ? "it records none of its requests" : `it leaves out some${missed}`;
    return [
      { finding: "class-not-recorded" as const, about: register, detail, ...(cluster === null ? {} : { cluster }) },
    ];
  });
}

const reviewFindings = {
  missing: "review-missing",
  "before-the-end": "review-before-the-end",
  "by-an-actor": "reviewer-is-actor",
} as const;

/** Gives the conditions that a sign-off shows; none where nobody has begun to sign. */
export function reviewConditions({
  problems,
  prepared,
  reviewed,
  approved,
}: EvidenceBundle["signOff"]): EvidenceCondition[] {
  if (prepared === null && reviewed === null && approved === null) return [];
  return problems.map(({ step, problem, actor }) => ({
    finding: reviewFindings[problem],
    about: step,
    detail:
      problem === "missing"
        ? `nobody has signed as ${step}`
        : problem === "before-the-end"
          ? `it was ${step} before the period was over`
          : `whoever ${step} it acted as ${actor}`,
  }));
}

const approvalDetails = {
  expired: "it has expired",
  ownerless: "nobody answers for it",
  "too-wide": "it stands for everybody, or for everything",
  "self-approved": "the one who approved it is among those whom it covered",
} as const;

/** Gives the conditions that approvals show, after the rules have made use of them. */
export function approvalConditions(approvals: EvidenceBundle["approvals"]): EvidenceCondition[] {
  return approvals.flatMap(({ id, problems }) =>
    problems.map((problem) => ({
      finding: `approval-${problem}` as const,
      about: id,
      detail: approvalDetails[problem],
    })),
  );
}

/** Gives a condition for each gap of an API server that nobody explained. */
export function gapConditions(coverage: EvidenceBundle["coverage"]): EvidenceCondition[] {
  return coverage.flatMap(({ cluster, instance, gaps }) =>
    gaps
      .filter(({ explained }) => explained === null)
      .map((gap) => ({
        finding: "coverage-gap" as const,
        about: instance === "" ? "the API server" : instance,
        detail: `${span(gap.from, gap.to)}, ${duration(gap.seconds)}`,
        time: gap.from,
        cluster,
      })),
  );
}

/** Files with a condition of their own, of each kind; what is beyond is one condition. */
const mostFiles = 100;

/** Gives a condition for each file that is not what the collector's manifest says. */
export function collectionConditions(collection: CollectionCheck | null): EvidenceCondition[] {
  if (collection === null) return [];
  const { file, changed, missing, unlisted } = collection;
  return [
    ...fileConditions(
      changed.map(({ readAs }) => readAs),
      `it has another hash than the collection manifest ${file} names`,
    ),
    ...fileConditions(missing, `the collection manifest ${file} names it, and it was not read`),
    ...fileConditions(unlisted, `it was read, and the collection manifest ${file} does not name it`),
  ];
}

function fileConditions(files: readonly string[], detail: string): EvidenceCondition[] {
  const own = files
    .slice(0, mostFiles)
    .map((about): EvidenceCondition => ({ finding: "hash-mismatch", about, detail }));
  const more = files.length - own.length;
  if (more > 0) own.push({ finding: "hash-mismatch", about: `${more} more files`, detail, occurrences: more });
  return own;
}

/** Says which rules about the evidence itself had nothing to go by, and why. */
export function notEvaluated(
  given: Readonly<Partial<Record<"policy" | "policies" | "signOff" | "approvals" | "collection", unknown>>>,
): Record<string, string> {
  const noPolicy = given.policy === undefined && given.policies === undefined;
  return {
    ...(noPolicy ? { "KX-027": "No audit policy was handed in." } : {}),
    ...(given.collection === undefined
      ? { "KX-030": "No manifest or earlier report was handed in to compare the inputs with." }
      : {}),
    ...(given.signOff === undefined ? { "KX-037": "No sign-off was given." } : {}),
    ...(given.approvals === undefined ? { "KX-038": "No approvals were given." } : {}),
  };
}
