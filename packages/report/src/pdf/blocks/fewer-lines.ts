import type { PieceWidth } from "../text/wrap.js";

/** A cell as its texts under each other, each the widths of the pieces that a line may break between, and the height of a line. */
export type CellPieces = readonly { readonly pieces: readonly PieceWidth[]; readonly leading: number }[];

const steps = [24, 10, 4] as const;
/** Enough for any table; a step that gains nothing ends it long before. */
const mostMoves = 60;

/**
 * Moves width between columns as long as that makes the table lower: each move takes a few points from one column, never below
 * its least, and gives them to another. `rows` holds a sample of the table's rows. Gives new widths of the same sum.
 */
export function withFewerLines(
  widths: readonly number[],
  least: readonly number[],
  rows: readonly (readonly CellPieces[])[],
): readonly number[] {
  let best = [...widths];
  const heights = rows.map((cells) => cells.map((cell, column) => heightOf(cell, best[column] ?? 0)));
  for (const step of steps) {
    for (let moves = 0; moves < mostMoves; moves += 1) {
      const move = bestMove(best, least, rows, heights, step);
      if (move === undefined) break;
      best = best.map((width, column) =>
        column === move.from ? width - step : column === move.to ? width + step : width,
      );
      rows.forEach((cells, row) => {
        for (const column of [move.from, move.to]) {
          const known = heights[row];
          if (known !== undefined) known[column] = heightOf(cells[column] ?? [], best[column] ?? 0);
        }
      });
    }
  }
  return best;
}

interface Move {
  readonly from: number;
  readonly to: number;
  readonly gain: number;
}

function bestMove(
  widths: readonly number[],
  least: readonly number[],
  rows: readonly (readonly CellPieces[])[],
  heights: readonly (readonly number[])[],
  step: number,
): Move | undefined {
  let best: Move | undefined;
  widths.forEach((width, from) => {
    if (width - step < (least[from] ?? 0)) return;
    widths.forEach((other, to) => {
      if (to === from) return;
      let gain = 0;
      rows.forEach((cells, row) => {
        const known = heights[row] ?? [];
        const fromHeight = heightOf(cells[from] ?? [], width - step);
        const toHeight = heightOf(cells[to] ?? [], other + step);
        const after = known.map((height, column) => (column === from ? fromHeight : column === to ? toHeight : height));
        gain += Math.max(...known) - Math.max(...after);
      });
      if (gain > 0 && gain > (best?.gain ?? 0)) best = { from, to, gain };
    });
  });
  return best;
}

function heightOf(cell: CellPieces, width: number): number {
  return cell.reduce((sum, { pieces, leading }) => sum + lineCount(pieces, width) * leading, 0);
}

function lineCount(pieces: readonly PieceWidth[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const piece of pieces) {
    const needed = used === 0 ? piece.width : used + piece.space + piece.width;
    if (used > 0 && needed > width) {
      lines += 1;
      used = piece.width;
    } else used = needed;
    // A piece wider than the column breaks inside.
    if (used > width && width > 0) {
      lines += Math.ceil(used / width) - 1;
      used %= width;
    }
  }
  return lines;
}
