import type { TableBlock, TableCell, Text } from "../../document/report-document.js";
import { statusWords } from "../../document/words/controls.js";
import { pictureWidth } from "./cell-picture.js";
import type { Layout } from "../strip.js";
import { textStyles, type TextStyle } from "../text/text-style.js";
import { pieceWidths, textWidth, widestPiece } from "../text/wrap.js";
import { type CellPieces, withFewerLines } from "./fewer-lines.js";

/** Space between two columns. */
export const columnGap = 8;
/** Room of a status shape before its word. */
const shapeRoom = 12;
/** Room of the bars of a severity. */
const barsRoom = 16;
/** One column never claims more than this share of the table for its longest part. */
const widestClaim = 0.3;

interface Column {
  readonly preferred: number;
  /** Below this a name or number breaks where it should not. */
  readonly least: number;
  /** At this hardly any cell wraps. */
  readonly whole: number;
  /** At this none does, as far as a column may take room for a few long cells. */
  readonly widest: number;
  readonly takesSpare: boolean;
}

/**
 * Gives the widths of a table's columns, without the gaps between them. Each starts at its share; what one column does not
 * need goes to those whose cells would wrap, first to those in which a number or part of a name would break.
 */
export function columnWidths(layout: Layout, block: TableBlock): readonly number[] {
  const gaps = columnGap * (block.columns.length - 1);
  const room = layout.width - gaps;
  const columns = block.columns.map((_, index) => measured(layout, block, index, room));
  const widths = columns.map((column) => Math.min(column.preferred, column.whole));
  let spare = room - sum(widths);
  spare = give(
    widths,
    spare,
    columns.map((column) => column.least),
  );
  take(widths, columns, Math.max(0, -spare));
  spare = Math.max(
    0,
    give(
      widths,
      Math.max(0, spare),
      columns.map((column) => column.whole),
    ),
  );
  spare = Math.max(
    0,
    give(
      widths,
      spare,
      columns.map((column) => column.widest),
    ),
  );
  const takers = columns.filter((column) => column.takesSpare).length;
  const spread = widths.map((width, index) => {
    if (takers === 0) return width + spare / columns.length;
    return columns[index]?.takesSpare === true ? width + spare / takers : width;
  });
  return withFewerLines(
    spread,
    columns.map((column) => column.least),
    block.rows.slice(0, mostMeasuredRows).map((row) => row.map((cell) => cellPieces(layout, cell, block))),
  );
}

/** So many rows tell how a table's columns are best shared. */
const mostMeasuredRows = 40;

/** The pieces of a cell's text, its mark in front, and those of its detail. */
function cellPieces(layout: Layout, cell: TableCell, { dense }: TableBlock): CellPieces {
  const style = dense === true ? textStyles.denseCell : textStyles.cell;
  const words = cell.status === undefined ? cell.text : [{ kind: "strong" as const, text: statusWords[cell.status] }];
  const mark = roomOfMark(cell);
  const pieces = (text: Text, of: typeof style | typeof textStyles.cellDetail) =>
    pieceWidths(layout.faces, text, of).map((piece, index) =>
      index === 0 ? { ...piece, width: piece.width + mark } : piece,
    );
  return [
    { pieces: pieces(words, style), leading: style.leading },
    ...(cell.detail === undefined
      ? []
      : [{ pieces: pieces(cell.detail, textStyles.cellDetail), leading: textStyles.cellDetail.leading }]),
  ];
}

function measured(layout: Layout, block: TableBlock, index: number, room: number): Column {
  const column = block.columns[index];
  if (column === undefined) return { preferred: 0, least: 0, whole: 0, widest: 0, takesSpare: false };
  const style = block.dense === true ? textStyles.denseCell : textStyles.cell;
  const head: Text = [{ kind: "plain", text: column.paperHead ?? column.head }];
  const wholes: number[] = [];
  const leasts: number[] = [];
  let least = widestPiece(layout.faces, head, textStyles.head);
  for (const row of block.rows) {
    const cell = row[index];
    if (cell === undefined) continue;
    wholes.push(cellWidth(layout, cell, style));
    const width = leastWidth(layout, cell, style);
    if (cell.text.some(({ kind }) => kind === "log" || kind === "escape")) leasts.push(width);
    else least = Math.max(least, width);
  }
  const unbroken = column.nowrap === true || column.align === "right";
  const whole = unbroken ? Math.max(0, ...wholes) : usualWidth(wholes);
  const widestOfHead = widestPiece(layout.faces, head, textStyles.head);
  // A few long names of the log may break after a hyphen.
  least = Math.max(least, usualWidth(leasts));
  const claim = room * widestClaim;
  const headWidth = textWidth(layout.faces, head, textStyles.head);
  const natural = Math.max(whole, Math.min(headWidth, room * 0.25)) + 0.5;
  return {
    preferred: column.share * room,
    least: Math.min((unbroken ? Math.max(whole, widestOfHead) : least) + 0.5, claim),
    whole: Math.max(natural, least + 0.5),
    widest: Math.min(Math.max(0, ...wholes) + 0.5, column.share * room * 1.2),
    takesSpare: column.align === "left" && column.nowrap !== true,
  };
}

/** At this no part of a name breaks, in the text or its detail, and a picture is whole. */
function leastWidth(layout: Layout, cell: TableCell, style: TextStyle): number {
  const detail = cell.detail === undefined ? 0 : widestPiece(layout.faces, cell.detail, textStyles.cellDetail);
  const picture = cell.picture?.kind === "marks" ? pictureWidth(cell.picture) : 0;
  const words: Text = [{ kind: "strong", text: cell.status === undefined ? "" : statusWords[cell.status] }];
  const text =
    cell.status === undefined ? widestPiece(layout.faces, cell.text, style) : textWidth(layout.faces, words, style);
  return Math.max(detail, picture, text + roomOfMark(cell));
}

/** In a long table, what nearly all cells need: the few others may wrap. */
function usualWidth(widths: readonly number[]): number {
  const sorted = widths.toSorted((one, other) => one - other);
  return sorted[sorted.length < 10 ? sorted.length - 1 : Math.floor(sorted.length * 0.85)] ?? 0;
}

function cellWidth(
  layout: Layout,
  cell: TableCell,
  style: (typeof textStyles)["cell"] | (typeof textStyles)["denseCell"],
): number {
  const detail = Math.max(
    cell.detail === undefined ? 0 : textWidth(layout.faces, cell.detail, textStyles.cellDetail),
    cell.picture?.kind === "marks" ? pictureWidth(cell.picture) : 0,
  );
  if (cell.status !== undefined) {
    const word: Text = [{ kind: "strong", text: statusWords[cell.status] }];
    return Math.max(detail, textWidth(layout.faces, word, style)) + shapeRoom;
  }
  return Math.max(detail, textWidth(layout.faces, cell.text, style)) + roomOfMark(cell);
}

/** Gives the room that a cell's mark takes before its words. */
export function roomOfMark({ status, severity, picture }: TableCell): number {
  if (picture?.kind === "bar") return pictureWidth(picture);
  if (severity !== undefined) return barsRoom;
  return status === undefined ? 0 : shapeRoom;
}

/** Widens columns towards what they want, in proportion to what they lack; gives what is left, below zero when columns need more. */
function give(widths: number[], spare: number, wanted: readonly number[]): number {
  const lacks = widths.map((width, index) => Math.max(0, (wanted[index] ?? 0) - width));
  const lacking = sum(lacks);
  if (lacking === 0) return spare;
  const share = Math.min(1, Math.max(0, spare) / lacking);
  lacks.forEach((lack, index) => {
    widths[index] = (widths[index] ?? 0) + lack * share;
  });
  return spare - lacking;
}

/** Narrows columns that have more than their least, in proportion to how much more, so that the others reach theirs. */
function take(widths: number[], columns: readonly Column[], missing: number): void {
  const extra = widths.map((width, index) => Math.max(0, width - (columns[index]?.least ?? 0)));
  const available = sum(extra);
  const taken = Math.min(missing, available);
  if (taken <= 0) return;
  extra.forEach((room, index) => {
    widths[index] = (widths[index] ?? 0) - (room / available) * taken;
  });
  give(
    widths,
    taken,
    columns.map((column) => column.least),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
