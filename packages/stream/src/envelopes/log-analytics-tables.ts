import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isFields, listIn, textIn } from "./fields.js";
import type { Fields } from "./fields.js";

/**
 * Opens the answer of the Log Analytics query API: `tables` with `columns` and `rows`, or in the older form `Tables` with
 * `Columns` and `Rows`. Each row becomes an object with the columns' names as keys.
 */
export const logAnalyticsTables: EnvelopeReader = (value) => {
  const tables = listIn(value, "tables") ?? listIn(value, "Tables");
  if (tables === undefined || !tables.some((table) => isFields(table) && tableOf(table) !== undefined))
    return undefined;
  return { envelope: "log-analytics", facts: {}, contents: tables.flatMap(tableContents) };
};

interface Table {
  readonly names: readonly (string | undefined)[];
  readonly rows: readonly unknown[];
}

function tableOf(table: Fields): Table | undefined {
  const columns = listIn(table, "columns") ?? listIn(table, "Columns");
  const rows = listIn(table, "rows") ?? listIn(table, "Rows");
  if (columns === undefined || rows === undefined) return undefined;
  return { names: columns.map(columnName), rows };
}

function columnName(column: unknown): string | undefined {
  return isFields(column) ? (textIn(column, "name") ?? textIn(column, "ColumnName")) : undefined;
}

function tableContents(value: unknown): readonly EnvelopeContent[] {
  const table = isFields(value) ? tableOf(value) : undefined;
  if (table === undefined) return [{ kind: "value", value }];
  return table.rows.map((row) => ({ kind: "value", value: Array.isArray(row) ? rowFields(row, table.names) : row }));
}

function rowFields(row: readonly unknown[], names: Table["names"]): Fields {
  return Object.fromEntries(names.flatMap((name, at) => (name === undefined ? [] : [[name, row[at]]])));
}
