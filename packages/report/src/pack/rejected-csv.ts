import { inertCell } from "@kaudit/evidence";
import type { RejectedRecord } from "@kaudit/schema";

const columns = ["file", "byteOffset", "byteLength", "reason", "detail", "excerpt"] as const;

/**
 * Gives the text of `rejected.csv` (RFC 4180, UTF-8, CRLF): one line for each record that could not be read, in the order
 * of reading. Text is made inert as in the registers' files. Of several clusters (`withCluster`) a last column names the one
 * whose input the record stands in, empty where none is told; the columns before it are the same.
 */
export async function* rejectedCsv(
  records: AsyncIterable<RejectedRecord> | Iterable<RejectedRecord>,
  { withCluster = false }: { readonly withCluster?: boolean } = {},
): AsyncGenerator<string> {
  yield line(withCluster ? [...columns, "cluster"] : columns);
  for await (const record of records) {
    const cells = columns.map((column) => csvCell(record[column]));
    yield line(withCluster ? [...cells, csvCell(record.cluster ?? "")] : cells);
  }
}

function line(cells: readonly string[]): string {
  return `${cells.join(",")}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const cell = inertCell(value);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
