import type { ActorKind, RegisterEntry, RegisterSummary } from "@kaudit/evidence";

/** How many rows ended well and how many otherwise. */
export interface OutcomeSplit {
  readonly success: number;
  readonly other: number;
}

/** Gives the rows of some kinds of actor. */
export function rowsBy(summary: RegisterSummary, kinds: readonly ActorKind[]): number {
  return kinds.reduce((sum, kind) => sum + summary.byActorKind[kind], 0);
}

/** Gives the rows of some kinds of actor, split by outcome; counted over time, where no list is capped. */
export function splitBy(summary: RegisterSummary, kinds: readonly ActorKind[]): OutcomeSplit {
  let success = 0;
  let other = 0;
  for (const [, kind, succeeded, ended] of summary.overTime) {
    if (!kinds.includes(kind)) continue;
    success += succeeded;
    other += ended;
  }
  return { success, other };
}

/** Gives how many different actors of some kinds there are; null when counting stopped at a cap. */
export function actorsOf(summary: RegisterSummary, kinds: readonly ActorKind[]): number | null {
  if (summary.capped !== null) return null;
  return summary.actors.filter((actor) => kinds.includes(actor.actorKind)).length;
}

/** Gives the rows that did not end well: refused, failed, or without an answer. */
export function unsuccessful(entry: RegisterEntry): number {
  return entry.rows - entry.summary.byOutcome.success;
}

/** Gives one of the register's own counts; undefined where this register keeps none of that name. */
export function ownCount(summary: RegisterSummary, name: string): number | undefined {
  return Object.hasOwn(summary.own, name) ? summary.own[name] : undefined;
}
