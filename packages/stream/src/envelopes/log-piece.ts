import type { RecordPiece } from "./envelope.js";
import type { JsonObject } from "./json-fields.js";
import { textAt } from "./json-fields.js";

/**
 * Gives which piece of a line a shipper's record holds, where the shipper passed on what the container runtime said:
 * CRI's `P` and `F` in `logtag` or `_p`, or Docker's `partial_message`. Undefined for a whole line.
 */
export function logPiece(record: JsonObject): RecordPiece | undefined {
  const flag = record["logtag"] ?? record["_p"];
  if (flag === "P" || flag === "F") return { stream: containerStream(record), isLast: flag === "F" };
  if (isTrue(record["partial_message"])) {
    return { stream: textAt(record, "partial_id") ?? containerStream(record), isLast: isTrue(record["partial_last"]) };
  }
  return undefined;
}

/** A shipper sends the pieces of several containers mixed, so the stream alone does not tell them apart. */
function containerStream(record: JsonObject): string {
  const containers = [
    ["tag"],
    ["container_id"],
    ["kubernetes", "pod_name"],
    ["kubernetes", "container_name"],
    ["stream"],
  ];
  return containers.map((path) => textAt(record, ...path) ?? "").join("/");
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
