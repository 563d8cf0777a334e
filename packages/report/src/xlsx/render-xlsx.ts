import type { Evidence } from "@kaudit/evidence";
import { aboutTable } from "./about-table.js";
import { overviewTables } from "./overview-tables.js";
import { registerTable } from "./register-table.js";
import { SharedStrings } from "./shared-strings.js";
import type { WrittenTable } from "./sheet-table.js";
import { closingParts, packageRelations } from "./workbook-parts.js";
import { type SheetLimits, sheetLimits, type WorkbookState, writeTable } from "./write-table.js";
import { ZipWriter } from "./zip-writer.js";

/** What {@link renderXlsx} is told. */
export interface XlsxOptions {
  /** SHA-256 (hex) of `bundle.json`. */
  readonly evidenceId: string;
  /** Where sheets end; default what spreadsheet programs can read. */
  readonly limits?: Partial<SheetLimits>;
}

/**
 * Gives the evidence as a workbook (Office Open XML, ECMA-376), piece by piece: a sheet about the file, totals, inputs,
 * controls, what else the bundle holds, and one sheet a register. Rows are written as they come; memory does not grow with
 * their number.
 *
 * Everything that stands in the log is typed as text, so that nothing is a formula; what a sheet or a cell cannot hold goes
 * to a further sheet or is cut, and the first sheet says so. The same evidence gives the same bytes: the times in the file
 * are those of the period's end. Throws what reading the rows throws.
 *
 * @example
 * ```ts
 * await pipeline(renderXlsx(evidence, { evidenceId }), createWriteStream("evidence.xlsx"));
 * ```
 */
export async function* renderXlsx(evidence: Evidence, options: XlsxOptions): AsyncGenerator<Uint8Array> {
  const { bundle } = evidence;
  const state: WorkbookState = {
    zip: new ZipWriter(new Date(bundle.period.to)),
    shared: new SharedStrings(),
    sheets: [],
    limits: { ...sheetLimits, ...options.limits },
  };
  const { zip, shared } = state;
  const part = (path: string, pieces: Iterable<string>): void => {
    zip.open(path);
    for (const piece of pieces) zip.write(piece);
    zip.close();
  };

  const [path, text] = packageRelations;
  part(path, [text]);
  const written: WrittenTable[] = [];
  for (const table of overviewTables(bundle)) written.push(yield* writeTable(state, table));
  for (const register of bundle.registers) {
    written.push(yield* writeTable(state, registerTable(register, evidence)));
  }
  const about = aboutTable(bundle, options.evidenceId, written);
  yield* writeTable({ ...state, limits: { ...sheetLimits, fileBytes: Infinity } }, about);
  part("xl/sharedStrings.xml", shared.xml());
  const properties = {
    title: `Kubernetes audit evidence, ${bundle.period.label}`,
    subject: `Evidence id ${options.evidenceId}`,
    time: bundle.period.to,
  };
  for (const [name, content] of closingParts(state.sheets, properties)) part(name, [content]);
  zip.finish();
  yield* zip.take();
}
