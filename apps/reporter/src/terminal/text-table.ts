import type { TerminalStyle } from "./style.js";
import { createTableMeasure, layOutTable, type TableColumn, tableHead, tableRow } from "./table.js";

/** A column of names that may be cut in the middle. */
export function cutColumn(head: string, spare = 0): TableColumn {
  return { head, align: "left", mayCut: true, spare };
}

/** A column of words, ids or times, never cut. */
export function wholeTextColumn(head: string, spare = 0): TableColumn {
  return { head, align: "left", mayCut: false, spare };
}

/** A column of numbers. */
export function figureColumn(head: string, spare = 0): TableColumn {
  return { head, align: "right", mayCut: false, spare };
}

/** Writes a short table for people, at most 100 columns wide. Cells must be visible text. */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: TerminalStyle,
): string {
  const measure = createTableMeasure(columns);
  for (const row of rows) measure.add(row);
  const layout = layOutTable(columns, measure.widths, Math.min(style.columns, 100), false);
  return [tableHead(columns, layout, style), ...rows.map((row) => tableRow(columns, layout, row, style)), ""].join(
    "\n",
  );
}
