import { fittingText, textElement } from "./cell-text.js";
import { styles } from "./styles.js";
import type { PlaceOf, SharedStrings } from "./shared-strings.js";
import type { SheetCell, SheetColumn, SheetColumnKind } from "./sheet-table.js";

const dayMs = 86_400_000;

/** Day 0 of the 1900 date system, as counted after its 29 February 1900 that never was. */
const dayZero = Date.UTC(1899, 11, 30);

/** From here dates have one meaning only; before it the programs differ by a day. */
const firstDate = Date.UTC(1900, 2, 1);
const endOfDates = Date.UTC(10_000, 0, 1);

/** Gives the letters of a column, counted from 0: A, B, …, Z, AA. */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

/**
 * Gives the number that a spreadsheet shows as a moment, whole milliseconds; null for what is none or lies outside of what
 * spreadsheets can show (1 March 1900 to the year 9999).
 */
function dateSerial(timestamp: string): string | null {
  const time = Date.parse(timestamp);
  if (!(time >= firstDate && time < endOfDates)) return null;
  const days = (time - dayZero) / dayMs;
  // A few thousandths of a millisecond later, so that readers that cut instead of rounding find the same millisecond.
  return Number.isInteger(days) ? String(days) : String(Math.round((days + 0.005 / dayMs) * 1e10) / 1e10);
}

/** A cell's XML, and whether its text had to be cut. */
export interface WrittenCell {
  readonly xml: string;
  readonly isCut: boolean;
}

const empty: WrittenCell = { xml: "", isCut: false };

/** A column of a sheet that is being written: its letters, and what places its texts in the workbook's table. */
export interface CellColumn {
  readonly letters: string;
  readonly kind: SheetColumnKind;
  /** Place of the format of its texts. */
  readonly textStyle: number;
  readonly placeOf: PlaceOf;
}

/** Gives a sheet's columns as {@link writtenCell} takes them. */
export function cellColumns(columns: readonly SheetColumn[], shared: SharedStrings): readonly CellColumn[] {
  return columns.map(({ head, kind, wraps }, index) => ({
    letters: columnLetters(index),
    kind,
    textStyle: wraps === true ? styles.wrappedText : styles.text,
    placeOf: shared.column(head),
  }));
}

/**
 * Gives a cell. Text is always typed as text and quoted (quotePrefix), so that no program takes it for a formula, now or after it
 * was edited. An empty text, null, and a moment that cannot be shown as one, give no cell.
 */
export function writtenCell(
  { letters, kind, textStyle, placeOf }: CellColumn,
  row: number,
  value: SheetCell | undefined,
): WrittenCell {
  if (value === null || value === undefined || value === "") return empty;
  const head = `<c r="${letters}${row}"`;
  if (typeof value === "number") return { xml: `${head} s="${styles.number}"><v>${value}</v></c>`, isCut: false };
  if (typeof value === "boolean") return { xml: `${head} t="b"><v>${value ? 1 : 0}</v></c>`, isCut: false };
  if (kind === "instant") {
    const serial = dateSerial(value);
    return serial === null ? empty : { xml: `${head} s="${styles.instant}"><v>${serial}</v></c>`, isCut: false };
  }
  const { text, isCut } = fittingText(value);
  const place = placeOf(text);
  const content = place === null ? ` t="inlineStr"><is>${textElement(text)}</is></c>` : ` t="s"><v>${place}</v></c>`;
  return { xml: `${head} s="${textStyle}"${content}`, isCut };
}
