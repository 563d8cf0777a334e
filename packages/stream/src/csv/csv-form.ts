import { csvCells } from "./csv-cells.js";
import { logColumns } from "./log-columns.js";

/** How a CSV file is written, as its header shows. */
export interface CsvForm {
  readonly delimiter: string;
  readonly columns: readonly string[];
}

/** A longer header than this is not looked for. */
export const longestCsvHeader = 8_192;

const delimiters = [",", "\t", ";"] as const;

/** Besides the columns that hold a line: the id of an event in the tables AKSAudit and AKSAuditAdmin. */
const knownColumns: ReadonlySet<string> = new Set([...logColumns, "AuditId"]);

/**
 * Tells by a file's beginning whether it is CSV that can hold audit events: its first line must be a header with one of
 * the columns that are known to hold them. Gives undefined for anything else. `head` must hold the first line and, if
 * there is one, the first byte of the next; a header of one column counts only if a quote follows, since any word
 * can stand alone on a line.
 */
export function detectCsv(head: Uint8Array): CsvForm | undefined {
  const lineEnd = head.indexOf(0x0a);
  if (lineEnd > longestCsvHeader || (lineEnd < 0 && head.length > longestCsvHeader)) return undefined;
  const header = new TextDecoder().decode(lineEnd < 0 ? head : head.subarray(0, lineEnd)).replace(/\r$/, "");
  if (header.includes("{")) return undefined;
  for (const delimiter of delimiters) {
    const columns = csvCells(header, delimiter);
    if (!columns.some((column) => knownColumns.has(column))) continue;
    if (columns.length === 1 && (lineEnd < 0 || head[lineEnd + 1] !== 0x22)) continue;
    return { delimiter, columns };
  }
  return undefined;
}
