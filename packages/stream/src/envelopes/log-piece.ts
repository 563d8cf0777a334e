import type { RecordPiece } from "./envelope.js";
import type { JsonObject } from "./json-fields.js";
import { textAt } from "./json-fields.js";

/**
 * Gives which piece of a line a shipper's record holds, where the shipper passed on what the container runtime said:
 * CRI's `P` and `F` in `logtag` or `_p`, or Docker's `partial_message`. Undefined for a whole line.
 */
export function logPiece(record: JsonObject): RecordPiece | undefined {
  const flag = record["logtag"] ?? record["_p"];
  if (flag === "P" || flag === "F") return { stream: textAt(record, "stream") ?? "stdout", isLast: flag === "F" };
  if (isTrue(record["partial_message"])) {
    return { stream: textAt(record, "partial_id") ?? "stdout", isLast: isTrue(record["partial_last"]) };
  }
  return undefined;
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
