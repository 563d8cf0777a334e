import type { NamespaceMatrixBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { textView } from "../text-view.js";
import type { RunView } from "../text-view.js";
import { textOf } from "../../document/text.js";
import { actorTone } from "./actor-bars.js";

interface MatrixCellView {
  readonly head: string;
  /** Null: no request. */
  readonly mark: {
    readonly side: number;
    readonly offset: number;
    readonly open: boolean;
    readonly success: string;
    readonly other: string | null;
  } | null;
}

/** Who reached which namespace: a table whose cells hold a square of true area and the numbers. */
export interface NamespaceMatrixView {
  readonly description: string;
  readonly columns: readonly { readonly head: readonly RunView[] }[];
  readonly rows: readonly {
    readonly actor: readonly RunView[];
    readonly tone: string;
    readonly cells: readonly MatrixCellView[];
    readonly total: string;
  }[];
}

const widest = 20;

/** Lays out the matrix: areas on one scale, the largest square `widest` pixels wide, none under 3. */
export function namespaceMatrixView(block: NamespaceMatrixBlock): NamespaceMatrixView {
  const counts = block.rows.flatMap((row) => row.cells.map((cell) => (cell === null ? 0 : cell.success + cell.other)));
  const most = Math.max(1, ...counts);
  return {
    description: block.description,
    columns: block.columns.map((column) => ({ head: textView(column) })),
    rows: block.rows.map((row) => ({
      actor: textView(row.actor),
      tone: actorTone(row.actorKind),
      total: formatCount(row.total),
      cells: row.cells.map((cell, index) => {
        const head = textOf(block.columns[index] ?? []);
        if (cell === null || cell.success + cell.other === 0) return { head, mark: null };
        const side = Math.max(3, Math.round(Math.sqrt((cell.success + cell.other) / most) * widest * 2) / 2);
        return {
          head,
          mark: {
            side,
            offset: (widest - side) / 2 + 1,
            open: cell.success === 0,
            success: formatCount(cell.success),
            other: cell.other === 0 ? null : formatCount(cell.other),
          },
        };
      }),
    })),
  };
}
