import type { ControlStatus, Framework } from "@kaudit/evidence";
import { counted } from "./count.js";

/** The words of the four statuses, in the order in which reports show them. */
export const statusWords: Readonly<Record<ControlStatus, string>> = {
  "evidence-present": "Evidence present",
  exceptions: "Exceptions to resolve",
  "insufficient-evidence": "Insufficient evidence",
  "outside-source": "Outside this source",
};

/** What a rule asks for, where a framework tells it. */
export const requirementWords = { required: "Required", addressable: "Addressable" } as const;

/** What a framework calls its controls: SOC 2 has criteria, PCI DSS requirements, HIPAA standards. */
export type ControlNoun = Framework["controlNoun"];

/** Gives "5 criteria", "1 requirement". */
export function countedControls(count: number, noun: ControlNoun): string {
  return counted(count, noun.singular, noun.plural);
}

/** Gives words with a capital letter at their beginning. */
export function capitalised(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** Gives the parts of a framework that are in scope, "Security, Availability"; empty where it has no parts. */
export function scopeOf({ alwaysInScope, categories }: Framework): string {
  const chosen = categories.filter(({ inScope }) => inScope).map(({ name }) => name);
  return [...(alwaysInScope === null ? [] : [alwaysInScope]), ...chosen].join(", ");
}
