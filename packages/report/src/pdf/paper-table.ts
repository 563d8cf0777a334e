import type { TableBlock, TableCell, TableColumn } from "../document/report-document.js";

/**
 * Gives a table as paper shows it: without the columns that paper leaves out, and where it asks for it in several sets of columns
 * side by side, filled from left to right, so that it reads in the order of its rows. Shares add up to 1 again.
 */
export function paperTable(block: TableBlock): TableBlock {
  const kept = block.columns.flatMap((column, index) => (isOnPaper(block, column) ? [index] : []));
  const columns = kept.flatMap((index) => block.columns[index] ?? []);
  const rows = block.rows.map((row) => kept.map((index) => row[index] ?? { text: [] }));
  const across = block.onPaper?.across ?? 1;
  if (across === 1) return { ...block, columns: shared(columns), rows };
  const { anchors: _anchors, bookmarks: _bookmarks, ...rest } = block;
  return {
    ...rest,
    columns: shared(Array.from({ length: across }, () => columns).flat()),
    rows: folded(rows, across, columns.length),
  };
}

function isOnPaper({ onPaper }: TableBlock, column: TableColumn): boolean {
  return column.webOnly !== true && (onPaper === undefined || onPaper.columns.includes(column.key));
}

function shared(columns: readonly TableColumn[]): readonly TableColumn[] {
  const all = columns.reduce((sum, { share }) => sum + share, 0);
  return columns.map((column) => ({ ...column, share: column.share / all }));
}

function folded(
  rows: readonly (readonly TableCell[])[],
  across: number,
  columns: number,
): readonly (readonly TableCell[])[] {
  const empty = Array.from({ length: columns }, (): TableCell => ({ text: [] }));
  return Array.from({ length: Math.ceil(rows.length / across) }, (_, line) =>
    Array.from({ length: across }, (__, set) => rows[line * across + set] ?? empty).flat(),
  );
}
