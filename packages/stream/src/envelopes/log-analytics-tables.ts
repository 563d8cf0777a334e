import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * Opens the answer of the Log Analytics query API: `tables` with `columns` and `rows`, or in the older form `Tables` with
 * `Columns` and `Rows`. Each row becomes an object with the columns' names as keys.
 */
export const logAnalyticsTables: EnvelopeReader = (value) => {
  const tables = listAt(value, "tables") ?? listAt(value, "Tables");
  if (tables === undefined || !tables.some((table) => isJsonObject(table) && tableOf(table) !== undefined))
    return undefined;
  return { envelope: "log-analytics", facts: {}, contents: tables.flatMap(tableContents) };
};

interface Table {
  readonly names: readonly (string | undefined)[];
  readonly rows: readonly unknown[];
}

function tableOf(table: JsonObject): Table | undefined {
  const columns = listAt(table, "columns") ?? listAt(table, "Columns");
  const rows = listAt(table, "rows") ?? listAt(table, "Rows");
  if (columns === undefined || rows === undefined) return undefined;
  return { names: columns.map(columnName), rows };
}

function columnName(column: unknown): string | undefined {
  return isJsonObject(column) ? (textAt(column, "name") ?? textAt(column, "ColumnName")) : undefined;
}

function tableContents(value: unknown): readonly EnvelopeContent[] {
  const table = isJsonObject(value) ? tableOf(value) : undefined;
  if (table === undefined) return [{ kind: "value", value }];
  return table.rows.map((row) => ({ kind: "value", value: Array.isArray(row) ? rowFields(row, table.names) : row }));
}

function rowFields(row: readonly unknown[], names: Table["names"]): JsonObject {
  return Object.fromEntries(names.flatMap((name, at) => (name === undefined ? [] : [[name, row[at]]])));
}
