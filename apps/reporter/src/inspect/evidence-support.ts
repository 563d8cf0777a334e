import {
  type ActorKind,
  type EvidenceClassName,
  evidenceClassNames,
  type Policy,
  policyCoverage,
  type Recordable,
} from "@kaudit/policy";
import type { BlindSpot } from "@kaudit/schema";
import { blindSpotMeanings } from "@kaudit/evidence";

/**
 * What can be said about a class of evidence from these files:
 *
 * - `seen`: there are events of it.
 * - `seen-unexpectedly`: there are, although the given policy records none: it is not the one that was in force.
 * - `none-seen`: there are none, although the policy records them and no blind spot hides them.
 * - `none-seen-partly-recorded`: there are none; the policy records a part of them, or a blind spot may hide some.
 * - `not-recorded`: there are none, and the policy records none.
 * - `unknown`: there are none; without a policy that cannot be told apart from not recorded.
 */
export type EvidenceAnswer =
  | "seen"
  | "seen-unexpectedly"
  | "none-seen"
  | "none-seen-partly-recorded"
  | "not-recorded"
  | "unknown";

/** How far the files can support reports about a class of evidence. */
export interface EvidenceSupport {
  readonly evidenceClass: EvidenceClassName;
  /** Events of this class. A request has one event a recorded stage. */
  readonly seen: number;
  /** Whether the given policy can record the class for every kind of actor; null without a policy. */
  readonly recordable: Recordable | null;
  /** The same for each kind of actor that the class is asked for; empty without a policy. */
  readonly recordableByActor: Readonly<Partial<Record<ActorKind, Recordable>>>;
  /** What some of the events came by that limits this class. */
  readonly blindSpots: readonly BlindSpot[];
  readonly answer: EvidenceAnswer;
}

function answerOf(seen: number, recordable: Recordable | null, isLimited: boolean): EvidenceAnswer {
  if (seen > 0) return recordable === "no" ? "seen-unexpectedly" : "seen";
  if (recordable === null) return "unknown";
  if (recordable === "no") return "not-recorded";
  return recordable === "partly" || isLimited ? "none-seen-partly-recorded" : "none-seen";
}

function recordableOf(answers: readonly Recordable[]): Recordable {
  const [first = "no", ...others] = answers;
  return others.every((answer) => answer === first) ? first : "partly";
}

/** Tells for every class of evidence what was seen, what `policy` can record and what the blind spots limit. */
export function evidenceSupport(
  seenOf: (evidenceClass: EvidenceClassName) => number,
  blindSpots: readonly BlindSpot[],
  policy: Policy | null,
): readonly EvidenceSupport[] {
  const coverage = policy === null ? [] : policyCoverage(policy).classes;
  return evidenceClassNames.map((evidenceClass) => {
    const byActor = coverage
      .filter((one) => one.evidenceClass === evidenceClass)
      .map(({ actor, recordable }) => [actor, recordable] as const);
    const recordable = policy === null ? null : recordableOf(byActor.map(([, answer]) => answer));
    const limits = blindSpots.filter((name) => blindSpotMeanings[name].limits.includes(evidenceClass));
    const seen = seenOf(evidenceClass);
    return {
      evidenceClass,
      seen,
      recordable,
      recordableByActor: Object.fromEntries(byActor),
      blindSpots: limits,
      answer: answerOf(seen, recordable, limits.length > 0),
    };
  });
}
