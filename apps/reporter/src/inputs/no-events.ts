import type { SourceAccount } from "@kaudit/schema";
import { ReporterError } from "../errors.js";
import { formatCount, formatQuantity } from "../terminal/numbers.js";

/** `3 not-json, 1 truncated`: why records were rejected, over all files. */
export function rejectionReasons(account: SourceAccount): string {
  const counts = new Map<string, number>();
  for (const file of account.files) {
    for (const [reason, count] of Object.entries(file.rejectedByReason)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(", ");
}

/**
 * Throws `KAUDIT_CLI_NO_EVENTS` when nothing that was read is an audit event, and says what was there instead: an empty
 * result must never look like a quiet cluster.
 */
export function requireEvents(account: SourceAccount): void {
  const { totals, skipped, files } = account;
  if (totals.events > 0) return;
  const found = [`${formatQuantity(totals.files, "file")} read`];
  if (totals.rejected > 0)
    found.push(`${formatQuantity(totals.rejected, "record")} rejected (${rejectionReasons(account)})`);
  if (totals.foreign > 0) found.push(`${formatQuantity(totals.foreign, "record")} of another kind`);
  if (skipped.length > 0) found.push(`${formatQuantity(skipped.length, "file")} without audit records skipped`);
  throw new ReporterError("KAUDIT_CLI_NO_EVENTS", `no audit event in the input: ${found.join(", ")}; ${advice()}`, {
    details: { files: totals.files, rejected: totals.rejected, skipped: skipped.length },
  });

  function advice(): string {
    const only = files.length === 1 ? files[0] : undefined;
    const first = account.rejected[0];
    if (only === undefined || first === undefined)
      return "check that the input is a Kubernetes audit log in JSON format";
    return `${first.file} at byte ${first.byteOffset}: ${first.detail}`;
  }
}
