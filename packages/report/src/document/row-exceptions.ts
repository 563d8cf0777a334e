import type { EvidenceBundle, RegisterName } from "@kaudit/evidence";
import { bySeverity, type ReportedException } from "./exceptions.js";
import type { TableCell, TableColumn } from "./report-document.js";
import { code, muted, plain } from "./text.js";

/** The key of the column that names a row's exceptions. */
export const exceptionKey = "exception";

/** Its share of a table's width. */
const share = 0.15;

/** The column of a register's exceptions: what its cell is for a row. */
export interface ExceptionColumn {
  /** Gives a table's columns with this one as their last. */
  columns(others: readonly TableColumn[]): readonly TableColumn[];
  cell(rowId: string): TableCell;
  /** Whether a row has an open exception: such rows are printed first. */
  isOpen(rowId: string): boolean;
}

/** Gives the column that names the exceptions of a register's rows; undefined where none of its rows has one. */
export function exceptionColumn({ exceptions }: EvidenceBundle, register: RegisterName): ExceptionColumn | undefined {
  const byRow = new Map<string, ReportedException[]>();
  for (const exception of bySeverity(exceptions)) {
    for (const rowId of exception.rowIds) {
      if (!rowId.startsWith(`${register}-`) && exception.register !== register) continue;
      const known = byRow.get(rowId);
      if (known === undefined) byRow.set(rowId, [exception]);
      else known.push(exception);
    }
  }
  if (byRow.size === 0) return undefined;
  return {
    columns: (others) => [
      ...others.map((column) => ({ ...column, share: column.share * (1 - share) })),
      { key: exceptionKey, head: "Exception", share, align: "left", nowrap: true },
    ],
    cell: (rowId) => cellOf(byRow.get(rowId) ?? []),
    isOpen: (rowId) => (byRow.get(rowId) ?? []).some(({ state }) => state === "open"),
  };
}

/** The most severe one, linked to its entry, and how many more there are. */
function cellOf([first, ...others]: readonly ReportedException[]): TableCell {
  if (first === undefined) return { text: [] };
  const id = [code(first.id)];
  const linked = { section: "exceptions", anchor: first.id };
  if (others.length === 0) return { text: id, ...linked };
  return { text: id, detail: [muted("and "), plain(String(others.length)), muted(" more")], ...linked };
}
