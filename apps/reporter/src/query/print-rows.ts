import { visibleString } from "@kaudit/schema";
import type { TerminalStyle } from "../terminal/style.js";
import { createTableMeasure, layOutTable, tableHead, tableRow } from "../terminal/table.js";
import type { TextOutput } from "../terminal/text-output.js";
import { inertJson } from "./inert-json.js";
import type { RegisterTableColumn } from "./register-table.js";

/** Prints rows as one JSON array, a row a line. */
export async function printJson(rows: AsyncIterable<unknown>, output: TextOutput): Promise<void> {
  let before = "[\n";
  for await (const row of rows) {
    await output.write(before + inertJson(row));
    if (output.isClosed) return;
    before = ",\n";
  }
  await output.write(before === "[\n" ? "[]\n" : "\n]\n");
}

/** Prints rows as JSON lines. */
export async function printJsonLines(rows: AsyncIterable<unknown>, output: TextOutput): Promise<void> {
  for await (const row of rows) {
    await output.write(`${inertJson(row)}\n`);
    if (output.isClosed) return;
  }
}

/** Prints pieces of text as they come. */
export async function printPieces(pieces: AsyncIterable<string>, output: TextOutput): Promise<void> {
  for await (const piece of pieces) {
    await output.write(piece);
    if (output.isClosed) return;
  }
}

/** How a table is printed. */
export interface TablePrinting {
  readonly output: TextOutput;
  readonly style: TerminalStyle;
  /** Nothing is cut and nothing left out. */
  readonly wide: boolean;
}

/**
 * Prints rows as a table for people; gives the heads of the columns that had no room. Rows are read twice, first to
 * measure, so that memory does not grow with them. Columns without any content are not shown. Without rows nothing is
 * printed.
 */
export async function printTable<Row>(
  rows: () => AsyncIterable<Row>,
  columns: readonly RegisterTableColumn<Row>[],
  { output, style, wide }: TablePrinting,
): Promise<readonly string[]> {
  const cellsOf = (row: Row, of: readonly RegisterTableColumn<Row>[]): string[] =>
    of.map((column) => visibleString(column.text(row)));

  const measure = createTableMeasure(columns);
  const filled = columns.map(() => false);
  let count = 0;
  for await (const row of rows()) {
    const cells = cellsOf(row, columns);
    measure.add(cells);
    for (const [at, cell] of cells.entries()) if (cell !== "") filled[at] = true;
    count++;
  }
  if (count === 0) return [];

  const shown = columns.filter((_, at) => filled[at]);
  const widths = measure.widths.filter((_, at) => filled[at]);
  const layout = layOutTable(shown, widths, style.columns, wide);
  await output.write(`${tableHead(shown, layout, style)}\n`);
  for await (const row of rows()) {
    await output.write(`${tableRow(shown, layout, cellsOf(row, shown), style)}\n`);
    if (output.isClosed) break;
  }
  return layout.leftOut;
}
