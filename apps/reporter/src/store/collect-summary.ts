import type { CollectResult } from "@kaudit/store";
import { formatCount, formatQuantity } from "../terminal/numbers.js";

/** A run's result in one line, for the mail that cron sends. */
export function collectSummary({ commits, counts, totals, wasEnded }: CollectResult, losses: number): string {
  const parts = [counts.events === 0 ? "nothing new" : `${formatQuantity(counts.events, "event")} stored`];
  const also: readonly (readonly [number, string])[] = [
    [counts.counted, "counted and not kept"],
    [counts.duplicates, "known already"],
    [counts.conflicts, "in conflict with another of the same key"],
    [counts.expired, "of purged days left out"],
    [counts.rejected, "rejected"],
    [counts.foreign, "of another kind"],
  ];
  for (const [count, what] of also) if (count > 0) parts.push(`${formatCount(count)} ${what}`);
  if (losses > 0) parts.push(formatQuantity(losses, "loss", "losses"));
  parts.push(`${formatQuantity(commits, "commit")}`, `${formatQuantity(totals.events, "event")} in all`);
  return `collected: ${parts.join(", ")}${wasEnded ? " (ended by a signal)" : ""}\n`;
}
