import { xmlText } from "./cell-text.js";
import { cellColumns, writtenCell } from "./cells.js";
import type { SharedStrings } from "./shared-strings.js";
import type { SheetTable, WrittenTable } from "./sheet-table.js";
import { styles } from "./styles.js";
import { zipLimitBytes, type ZipWriter } from "./zip-writer.js";

/** A sheet ends after so many rows (Excel specifications and limits) or bytes (a ZIP entry holds less than 4 GiB). */
export interface SheetLimits {
  /** The head included. */
  readonly rows: number;
  /** Before compression. */
  readonly bytes: number;
  /** Of the whole file; beyond it rows are left out, and counted. */
  readonly fileBytes: number;
}

export const sheetLimits: SheetLimits = { rows: 1_048_576, bytes: 3 * 2 ** 30, fileBytes: zipLimitBytes - 2 ** 28 };

/** A sheet of the workbook: its name, the last cell, and which table it belongs to. */
export interface Sheet {
  readonly name: string;
  readonly lastCell: string;
  readonly columns: number;
}

/** What the sheets of a workbook share. */
export interface WorkbookState {
  readonly zip: ZipWriter;
  readonly shared: SharedStrings;
  readonly sheets: Sheet[];
  readonly limits: SheetLimits;
}

const pieceLength = 64 * 1024;

/** Writes a table as one sheet or more and gives what is ready of the archive while it goes on; returns what became of it. */
export async function* writeTable(state: WorkbookState, table: SheetTable): AsyncGenerator<Uint8Array, WrittenTable> {
  const { zip, shared, limits } = state;
  const columns = cellColumns(table.columns, shared);
  const letters = columns.map((column) => column.letters);
  const written: { name: string; rows: number }[] = [];
  let cutCells = 0;
  let omittedRows = 0;
  let row = 0;
  let text = "";

  const begin = (): void => {
    const name = written.length === 0 ? table.name : `${table.name} (${written.length + 1})`;
    written.push({ name, rows: 0 });
    zip.open(`xl/worksheets/sheet${state.sheets.length + 1}.xml`);
    row = 1;
    text = sheetHead(table, letters, shared);
  };
  const flush = (): void => {
    zip.write(text);
    text = "";
  };
  const end = (): void => {
    const { name, rows } = written.at(-1)!;
    const lastCell = `${letters.at(-1)}${rows + 1}`;
    text += `</sheetData><autoFilter ref="A1:${lastCell}"/>${pageSetup}</worksheet>`;
    flush();
    zip.close();
    state.sheets.push({ name, lastCell, columns: letters.length });
  };

  begin();
  for await (const cells of table.rows) {
    if (zip.bytes > limits.fileBytes) {
      omittedRows += 1;
      continue;
    }
    if (row >= limits.rows || zip.entryBytes > limits.bytes) {
      end();
      begin();
    }
    row += 1;
    text += `<row r="${row}">`;
    for (let index = 0; index < columns.length; index += 1) {
      const cell = writtenCell(columns[index]!, row, cells[index]);
      text += cell.xml;
      if (cell.isCut) cutCells += 1;
    }
    text += "</row>";
    written.at(-1)!.rows += 1;
    if (text.length < pieceLength) continue;
    flush();
    yield* zip.take();
  }
  end();
  yield* zip.take();
  return { name: table.name, whole: table.whole, sheets: written, cutCells, omittedRows };
}

/** Wide tables are printed across the page, with the head on every page. */
const pageSetup = `<pageSetup orientation="landscape" fitToHeight="0"/>`;

function sheetHead({ columns }: SheetTable, letters: readonly string[], shared: SharedStrings): string {
  const widths = columns.map(({ width }, index) => {
    const at = index + 1;
    return `<col min="${at}" max="${at}" width="${width}" customWidth="1"/>`;
  });
  const placeOf = shared.column("");
  const heads = columns.map(({ head }, index) => {
    const place = placeOf(head);
    const content = place === null ? `t="inlineStr"><is><t>${xmlText(head)}</t></is>` : `t="s"><v>${place}</v>`;
    return `<c r="${letters[index]}1" s="${styles.head}" ${content}</c>`;
  });
  return [
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
    `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`,
    `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`,
    `<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>`,
    `<sheetFormatPr defaultRowHeight="13"/><cols>${widths.join("")}</cols><sheetData><row r="1">${heads.join("")}</row>`,
  ].join("");
}
