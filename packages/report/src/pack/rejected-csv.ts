import { inertCell } from "@kaudit/evidence";
import type { RejectedRecord } from "@kaudit/schema";

const columns = ["file", "byteOffset", "byteLength", "reason", "detail", "excerpt"] as const;

/**
 * Gives the text of `rejected.csv` (RFC 4180, UTF-8, CRLF): one line for each record that could not be read, in the order
 * of reading. Text is made inert as in the registers' files.
 */
export async function* rejectedCsv(
  records: AsyncIterable<RejectedRecord> | Iterable<RejectedRecord>,
): AsyncGenerator<string> {
  yield `${columns.join(",")}\r\n`;
  for await (const record of records) yield `${columns.map((column) => csvCell(record[column])).join(",")}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const cell = inertCell(value);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
