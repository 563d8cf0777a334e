import type { ReviewedException } from "./review-source.js";

/** Severities, the most pressing first. */
export const severities = ["critical", "high", "medium", "low"] as const;

function rank({ severity }: ReviewedException): number {
  return severities.indexOf(severity);
}

/** Gives the exceptions that wait for a decision, most severe first, then by the rule's and the exception's id. */
export function openExceptions(exceptions: readonly ReviewedException[]): readonly ReviewedException[] {
  return exceptions
    .filter(({ state }) => state === "open")
    .toSorted((a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.id < b.id ? -1 : 1));
}
