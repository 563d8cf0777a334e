import type { Evidence, RegisterEntry } from "@kaudit/evidence";
import { registerCellText, registerColumns } from "@kaudit/evidence";
import type { SheetCell, SheetColumn, SheetTable } from "./sheet-table.js";

/** Columns of any register that hold a moment: each is followed by the same moment as a real date. */
const instantColumns: ReadonlySet<string> = new Set([
  "time",
  "start",
  "end",
  "expires",
  "notBefore",
  "notAfter",
  "lastUsed",
]);

const numberColumns: ReadonlySet<string> = new Set(["code", "durationSeconds", "expirationSeconds"]);

/** In characters; columns that are not named here get {@link usualWidth}. */
const widths: Readonly<Record<string, number>> = {
  rowId: 26,
  actor: 34,
  groups: 30,
  userAgent: 30,
  name: 30,
  namespace: 20,
  reason: 34,
  auditID: 38,
  auditIDs: 38,
  source: 34,
  verb: 12,
  code: 8,
  outcome: 11,
  command: 40,
  before: 50,
  after: 50,
  grants: 50,
};

const usualWidth = 16;
const instantWidth = 28;

/**
 * Gives a register as a table: the columns and texts of its CSV file, with numbers and true/false as such, and after each
 * moment the same as a date (UTC, whole milliseconds; the text keeps the microseconds).
 */
export function registerTable({ name }: RegisterEntry, evidence: Pick<Evidence, "rows">): SheetTable {
  const names = registerColumns(name);
  return {
    name,
    columns: names.flatMap(sheetColumns),
    rows: cellsOf(names, evidence.rows(name)),
    whole: `registers/${name}.csv`,
  };
}

function sheetColumns(name: string): SheetColumn[] {
  if (!instantColumns.has(name)) {
    return [{ head: name, kind: numberColumns.has(name) ? "number" : "text", width: widths[name] ?? usualWidth }];
  }
  return [
    { head: name, kind: "text", width: instantWidth },
    { head: `${name} (date, UTC)`, kind: "instant", width: 23 },
  ];
}

async function* cellsOf(names: readonly string[], rows: AsyncIterable<object>): AsyncGenerator<readonly SheetCell[]> {
  const columns = names.map((name) => ({ name, isInstant: instantColumns.has(name) }));
  for await (const row of rows) {
    const values = row as Readonly<Record<string, unknown>>;
    const cells: SheetCell[] = [];
    for (const { name, isInstant } of columns) {
      const value = values[name];
      if (typeof value === "number" || typeof value === "boolean") {
        cells.push(value);
        continue;
      }
      cells.push(registerCellText(name, value));
      if (isInstant) cells.push(typeof value === "string" ? value : null);
    }
    yield cells;
  }
}
