import { visibleString } from "@kaudit/schema";
import type { RegisterName, RegisterRow } from "./register-row.js";
import { registerColumns } from "./register-row.js";

/** What makes spreadsheet programs read a cell as a formula (OWASP, CSV injection), with the full-width forms they also accept. */
const formulaStart = /^[=+\-@|＝＋－＠\t\r\n]/;
const leadingBlank = /^[\s\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u2066-\u206f\u3000\ufeff]+/;

/** What JSON text may hold that a reader cannot see, or that changes the order of what they see. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Most cells: printable ASCII without a backslash and without blanks at its ends is visible as it is. */
const plain = /^[!-[\]-~](?:[ -[\]-~]*[!-[\]-~])?$/;

/** Most cells of a CSV record: plain as above, no start of a formula, nothing to quote. */
const bare = /^[!#-*./0-9:;<>?A-[\]-{}~](?:[ !#-+\--[\]-~]*[!#-+\--[\]-~])?$/;

/** Records are given in pieces of about this many characters. */
const pieceLength = 16 * 1024;

/** Columns that hold JSON text. */
const jsonColumns = new Set(["command", "before", "after"]);

/**
 * Gives a text as a CSV cell holds it: control, invisible and bidirectional characters made visible as in
 * {@link visibleString}, and a `'` in front of what a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, `|`, tab, line
 * ends, their full-width forms, also after blanks). Not yet quoted.
 */
export function inertCell(text: string): string {
  return guarded(visibleString(text), text);
}

function guarded(shown: string, text: string): string {
  const isFormula = [text, text.replace(leadingBlank, ""), shown].some((form) => formulaStart.test(form));
  return isFormula ? `'${shown}` : shown;
}

/**
 * Gives a register as CSV (RFC 4180, UTF-8, CRLF), in pieces of whole records: the columns of {@link registerColumns}, then a
 * record a row.
 *
 * - Numbers and true/false are plain; null is an empty cell.
 * - Texts are made inert ({@link inertCell}).
 * - `groups` and `auditIDs`: the entries, each made visible, joined by `; `; a `;` inside an entry is written `\;`.
 * - `command`, `before` and `after` are JSON, as arguments and names hold blanks and quotes; invisible characters are JSON escapes. An
 *   empty command is an empty cell.
 *
 * The SHA-256 of the whole text is the register's population hash, and `registers/<name>.csv` is exactly this text.
 */
export async function* registerCsv(
  name: RegisterName,
  rows: AsyncIterable<RegisterRow> | Iterable<RegisterRow>,
): AsyncGenerator<string> {
  const columns = registerColumns(name);
  let text = `${columns.join(",")}\r\n`;
  for await (const row of rows) {
    const cells = row as unknown as Readonly<Record<string, unknown>>;
    let separator = "";
    for (const column of columns) {
      text += separator + csvCell(column, cells[column]);
      separator = ",";
    }
    text += "\r\n";
    if (text.length < pieceLength) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function csvCell(column: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "string" && bare.test(value) && !jsonColumns.has(column)) return value;
  return quoted(cellOf(column, value));
}

function cellOf(column: string, value: unknown): string {
  const shown = registerCellText(column, value);
  if (typeof value === "string") return guarded(shown, value);
  if (!Array.isArray(value)) return shown;
  return guarded(shown, jsonColumns.has(column) ? shown : String(value[0] ?? ""));
}

/**
 * Gives the text of a register's cell as {@link registerCsv} has it, but without what keeps a CSV reader from running it as a
 * formula: for files that say of a cell that it is text.
 */
export function registerCellText(column: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (jsonColumns.has(column)) return jsonText(value);
  if (typeof value === "string" && plain.test(value)) return value;
  if (!Array.isArray(value)) return visibleString(String(value));
  return value.map((entry) => visibleString(String(entry)).replaceAll(";", "\\;")).join("; ");
}

function jsonText(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(invisible, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
