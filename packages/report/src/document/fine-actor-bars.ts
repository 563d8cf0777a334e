import type { ActorKind, Evidence, RegisterEntry } from "@kaudit/evidence";
import { actorGroups } from "./actors.js";
import type { ActorBarsBlock } from "./report-document.js";
import type { Period } from "./words/period.js";

const second = 1000;
/** Lengths of a bar and their words, the shortest first. */
const lengths = [
  [second, "second"],
  [5 * second, "5 seconds"],
  [10 * second, "10 seconds"],
  [60 * second, "minute"],
  [300 * second, "5 minutes"],
  [600 * second, "10 minutes"],
] as const;
/** The most bars across. */
const mostBars = 48;

/** Bars of a period of a few hours, counted from the rows: a register's summary counts by the hour. */
export interface FineBars {
  /** "10 seconds" */
  readonly words: string;
  readonly bucketMs: number;
  /** Start of the bar, successful, other; in the order of {@link actorGroups}. */
  readonly buckets: readonly ActorBarsBlock["rows"][number]["buckets"][];
}

/** Counts a register's rows in bars of seconds or minutes. Reads the register once and holds no more than the bars. */
export async function fineBars(
  { rows }: Evidence,
  entry: RegisterEntry,
  { from, to }: Period,
): Promise<FineBars | undefined> {
  const first = Date.parse(from);
  const length = Date.parse(to) - first;
  const chosen = lengths.find(([one]) => length / one <= mostBars);
  if (chosen === undefined || length < 2 * chosen[0]) return undefined;
  const [bucketMs, words] = chosen;
  const groupOf = new Map<ActorKind, number>(
    actorGroups.flatMap(({ kinds }, index) => kinds.map((kind) => [kind, index] as const)),
  );
  const counts = actorGroups.map(() => new Map<number, readonly [number, number]>());
  for await (const row of rows(entry.name)) {
    const time = Date.parse(row.time);
    if (!(time >= first && time < first + length)) continue;
    const bar = Math.floor((time - first) / bucketMs);
    const group = counts[groupOf.get(row.actorKind) ?? 0];
    const [success, other] = group?.get(bar) ?? [0, 0];
    group?.set(bar, row.outcome === "success" ? [success + 1, other] : [success, other + 1]);
  }
  const buckets = counts.map((group) =>
    [...group]
      .toSorted((one, two) => one[0] - two[0])
      .map(([bar, [success, other]]) => [new Date(first + bar * bucketMs).toISOString(), success, other] as const),
  );
  return { words, bucketMs, buckets };
}
