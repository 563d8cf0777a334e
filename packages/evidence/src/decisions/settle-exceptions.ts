import { comparableInstant } from "../internal/instant.js";
import { endOf } from "./decision-time.js";
import type { Disposition } from "./disposition.js";
import { samePerson } from "./same-person.js";

/** What deciding needs of an exception. */
export interface DecidableException {
  readonly id: string;
  readonly actor: string;
  readonly impersonated: string;
  /** Requests. */
  readonly count: number;
  /** Of these: covered by an approval. */
  readonly approved: number;
  /** Time of the last request, RFC 3339; empty where it has none. */
  readonly last: string;
  readonly disposition: Disposition | null;
  readonly state: "open" | "closed";
}

/**
 * Why a decision decides nothing, or not all: no exception of this run has its id; requests came after it was made; the one who
 * decided made the requests.
 */
export type DispositionProblem = "no-such-exception" | "older-than-requests" | "by-its-actor";

/** A decision that does not close its exception, and why. */
export interface StaleDisposition {
  readonly exception: string;
  readonly decision: Disposition["decision"];
  readonly by: string;
  readonly at: string;
  readonly problem: DispositionProblem;
}

/** Exceptions after people decided about them. */
export interface SettledExceptions<Exception> {
  /** All that were given, in their order. */
  readonly exceptions: Exception[];
  /** Decisions that close nothing, in the order of the file. */
  readonly stale: StaleDisposition[];
}

/**
 * Applies decisions to exceptions. Nothing is taken away: every exception stays, with its decision and its state.
 *
 * An exception is closed when approvals cover all of its requests, or by a decision other than `incident`. A decision speaks for
 * what happened until it was made: one that is older than the last request leaves the exception open, as the same id comes back
 * when the same thing is done again. So does one by the exception's own actor.
 */
export function settleExceptions<Exception extends DecidableException>(
  exceptions: readonly Exception[],
  decisions: ReadonlyMap<string, Disposition>,
): SettledExceptions<Exception> {
  const problems = new Map<string, DispositionProblem>();
  const known = new Set<string>();
  const settled = exceptions.map((exception): Exception => {
    known.add(exception.id);
    const disposition = decisions.get(exception.id) ?? null;
    const problem = disposition === null ? null : problemOf(exception, disposition);
    if (problem !== null) problems.set(exception.id, problem);
    const decides = disposition !== null && problem === null && disposition.decision !== "incident";
    // An incident is open even where an approval covered the access.
    const covered =
      exception.count > 0 && exception.approved >= exception.count && disposition?.decision !== "incident";
    return { ...exception, disposition, state: covered || decides ? "closed" : "open" };
  });
  const stale: StaleDisposition[] = [];
  for (const [exception, { decision, by, at }] of decisions) {
    const problem = known.has(exception) ? problems.get(exception) : "no-such-exception";
    if (problem !== undefined) stale.push({ exception, decision, by, at, problem });
  }
  return { exceptions: settled, stale };
}

function problemOf(exception: DecidableException, { by, at }: Disposition): DispositionProblem | null {
  if (samePerson(by, exception.actor) || samePerson(by, exception.impersonated)) return "by-its-actor";
  const last = comparableInstant(exception.last);
  return last !== null && (endOf(at) ?? "") <= last ? "older-than-requests" : null;
}
