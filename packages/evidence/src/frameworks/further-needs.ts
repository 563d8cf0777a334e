import type { ControlDefinition, HandedInNeed } from "@kaudit/controls";
import type { ControlInBundle } from "./framework-in-bundle.js";

/** What was handed in besides the log, and how far back the log reaches. */
export interface HandedIn {
  readonly things: ReadonlySet<HandedInNeed>;
  /** The oldest event that was read; null for none. */
  readonly oldest: string | null;
  /** The end of the period. */
  readonly to: string;
}

type Judged = Pick<ControlInBundle, "status" | "statusReason" | "populations" | "clusters">;

const missing: Readonly<Record<HandedInNeed, string>> = {
  "collection-manifest":
    "No hashes that were taken at collection were handed in, so a change before this run would not show.",
  "run-history":
    "No history of runs was handed in; one report at the end of a period does not show what was done each day.",
  "leaver-list": "No list of leavers was handed in.",
  "emergency-list": "The identities for emergencies were not declared.",
  "third-party-list": "Which identities belong to third parties was not declared.",
};

/** Tells what was handed in: a manifest of the collection, and lists of the configuration by their names. */
export function thingsHandedIn(collection: boolean, lists: Readonly<Record<string, unknown>>): Set<HandedInNeed> {
  return new Set<HandedInNeed>([
    ...(collection ? (["collection-manifest"] as const) : []),
    ...(Object.hasOwn(lists, "leavers") ? (["leaver-list"] as const) : []),
    ...(Object.hasOwn(lists, "breakGlass") ? (["emergency-list"] as const) : []),
  ]);
}

/**
 * Gives a control's status with what it needs besides gates and exceptions: without it the evidence is insufficient, whatever else
 * there is. A log of enough months is evidence by itself.
 */
export function withFurtherNeeds(definition: ControlDefinition, judged: Judged, handedIn: HandedIn): Judged {
  const sentences = definition.needs.filter((need) => !handedIn.things.has(need)).map((need) => missing[need]);
  const history = historyOf(definition, handedIn);
  if (history !== null && !history.reached) sentences.push(history.sentence);
  if (sentences.length > 0) {
    const others = judged.status === "outside-source" ? [] : [judged.statusReason];
    return { ...judged, status: "insufficient-evidence", statusReason: [...sentences, ...others].join(" ") };
  }
  if (history === null || judged.status !== "outside-source") return judged;
  return { ...judged, status: "evidence-present", statusReason: history.sentence };
}

function historyOf(
  { historyMonths }: ControlDefinition,
  { oldest, to }: HandedIn,
): { readonly reached: boolean; readonly sentence: string } | null {
  if (historyMonths === undefined) return null;
  if (oldest === null) return { reached: false, sentence: "No event was read." };
  const asked = new Date(Date.parse(to));
  asked.setUTCMonth(asked.getUTCMonth() - historyMonths);
  const reached = Date.parse(oldest) <= asked.getTime();
  const back = `The events that were read reach back to ${oldest.slice(0, 10)}`;
  return reached
    ? { reached, sentence: `${back}, ${historyMonths} months or more before the period's end.` }
    : {
        reached,
        sentence: `${back}, less than ${historyMonths} months before the period's end. How long the store keeps its files is not in the log.`,
      };
}
