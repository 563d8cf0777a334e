import { eventColumns, type EventRow, inertCell } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";

/** Quotes a cell where CSV asks for it (RFC 4180). */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function cellOf(value: EventRow[keyof EventRow]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return inertCell(value);
  const entries = value.map((entry) => visibleString(entry).replaceAll(";", "\\;")).join("; ");
  // Whether a spreadsheet would run the cell is decided by how its first entry begins.
  const first = value[0] ?? "";
  return inertCell(first) === visibleString(first) ? entries : `'${entries}`;
}

/** Gives events as CSV in the same form as `registerCsv` gives registers: a record a stage of a request, every text inert. */
export async function* eventsCsv(rows: AsyncIterable<EventRow>): AsyncGenerator<string, void> {
  yield `${eventColumns.join(",")}\r\n`;
  for await (const row of rows) yield `${eventColumns.map((column) => quoted(cellOf(row[column]))).join(",")}\r\n`;
}
