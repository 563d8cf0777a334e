import type { EnvelopeReader } from "../envelopes/envelope.js";
import { logColumns } from "./log-columns.js";

/** Marks the objects that rows of CSV became; JSON cannot make it. */
const isCsvRow = Symbol("csv row");

/** Excel cuts what a cell holds at this many characters. */
const excelCell = 32_767;

/** Makes an object of a row, with the columns' names as keys. */
export function csvRowObject(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = Object.fromEntries(columns.map((column, at) => [column, cells[at]]));
  return Object.defineProperty(row, isCsvRow, { value: true });
}

/** Opens a row of CSV that has a column with a whole line of a log. It stands behind the readers that know their tables. */
export const csvRow: EnvelopeReader = (value) => {
  if (!(isCsvRow in value)) return undefined;
  const texts = logColumns.map((column) => value[column]).filter((cell) => typeof cell === "string" && cell !== "");
  // A table can have a column `message` for people beside the one that holds the event.
  const text = (texts.find((cell) => /^\s*\{/.test(cell as string)) ?? texts[0]) as string | undefined;
  if (text === undefined) return undefined;
  const isCut = text.length === excelCell || (/^\s*\{/.test(text) && !text.trimEnd().endsWith("}"));
  return { envelope: "log-column", facts: {}, contents: [{ kind: "text", text, ...(isCut && { cut: true }) }] };
};
