import type { FileAccount } from "@kaudit/schema";

/** Why a file that was read is listed as skipped. */
export function skipReason({ bytes, foreign, rejected, container }: FileAccount): string {
  if (container !== undefined) return `no audit records: ${container} without a member that holds any`;
  if (bytes === 0) return "empty";
  const other = `${foreign} ${foreign === 1 ? "record" : "records"} of another kind`;
  const lines = rejected === 1 ? "1 line that is not a JSON object" : `${rejected} lines that are not JSON objects`;
  return `no audit records: ${[foreign > 0 ? other : "", rejected > 0 ? lines : ""].filter(Boolean).join(", ") || "nothing but padding"}`;
}
