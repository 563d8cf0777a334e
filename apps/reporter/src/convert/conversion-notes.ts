import type { SourceAccount } from "@kaudit/schema";
import { rejectionReasons } from "../inputs/no-events.js";
import { blindSpotMeanings, blindSpotNames } from "@kaudit/evidence";
import { formatCount, formatQuantity } from "../terminal/numbers.js";
import type { ConversionCounts } from "./event-lines.js";

const mostPlaces = 3;

/** Tells in lines for people what was read, what was written, and what the written lines no longer tell. */
export function conversionNotes(account: SourceAccount, counts: ConversionCounts): readonly string[] {
  const { files, records, events, rejected, foreign } = account.totals;
  const notes = [
    `${formatQuantity(files, "file")}, ${formatQuantity(records, "record")} = ` +
      `${formatCount(events)} events + ${formatCount(rejected)} rejected + ${formatCount(foreign)} foreign`,
    `${formatQuantity(events, "event")} = ${formatCount(counts.written)} written + ` +
      `${formatCount(counts.outsidePeriod)} outside the period`,
  ];
  if (events > 0 && counts.written === 0) notes.push("no event lies inside the period");
  if (rejected > 0) {
    notes.push(`${formatQuantity(rejected, "record")} rejected (${rejectionReasons(account)})`);
    for (const { file, byteOffset, reason, detail } of account.rejected.slice(0, mostPlaces)) {
      notes.push(`rejected: ${file} at byte ${byteOffset}: ${reason}, ${detail}`);
    }
  }
  if (account.skipped.length > 0) {
    notes.push(`${formatQuantity(account.skipped.length, "file")} without audit records skipped`);
  }
  if (counts.upgraded > 0) notes.push(`${formatQuantity(counts.upgraded, "event")} upgraded to audit.k8s.io/v1`);
  if (counts.truncated > 0)
    notes.push(`${formatQuantity(counts.truncated, "event")} had been cut: the lines hold what was there`);
  if (counts.reconstructed > 0) {
    notes.push(
      `${formatQuantity(counts.reconstructed, "event")} with fields that were derived, not recorded; the lines do not show which`,
    );
  }
  for (const name of blindSpotNames) {
    const limited = counts.blindSpots[name];
    if (limited !== undefined)
      notes.push(`${formatQuantity(limited, "event")}, ${name}: ${blindSpotMeanings[name].sentence}`);
  }
  return notes;
}
