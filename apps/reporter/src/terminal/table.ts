import { cutMiddle, displayWidth } from "./display-width.js";
import type { TerminalStyle } from "./style.js";

/** A column of a table for people. */
export interface TableColumn {
  readonly head: string;
  readonly align: "left" | "right";
  /** Whether the middle of its cells may be cut: names may, ids, counts and times never. */
  readonly mayCut: boolean;
  /** The higher, the sooner the column is left out where the terminal is too narrow; 0 stays always. */
  readonly spare: number;
}

/** How a table is laid out: which columns it shows, and how wide each is. */
export interface TableLayout {
  readonly shown: readonly number[];
  readonly widths: readonly number[];
  /** Heads of the columns that had no room. */
  readonly leftOut: readonly string[];
}

const gap = 2;
/** A name cut shorter than this tells nothing. */
const narrowest = 10;

/** Collects how wide each column would like to be. */
export function createTableMeasure(columns: readonly TableColumn[]): {
  add(cells: readonly string[]): void;
  readonly widths: readonly number[];
} {
  const widths = columns.map((column) => displayWidth(column.head));
  return {
    add(cells) {
      for (const [at, cell] of cells.entries()) {
        const width = displayWidth(cell);
        if (width > (widths[at] ?? 0)) widths[at] = width;
      }
    },
    widths,
  };
}

/** Shares `room` among columns: none wider than it wants, the rest equally. */
function shareRoom(wanted: readonly number[], room: number): readonly number[] {
  const order = wanted.map((_, at) => at).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const given = wanted.map(() => 0);
  let left = room;
  for (const [place, at] of order.entries()) {
    const share = Math.floor(left / (order.length - place));
    given[at] = Math.min(wanted[at] ?? 0, share);
    left -= given[at];
  }
  // What the division left over goes to the first column that still wants it.
  const needy = given.findIndex((width, at) => width < (wanted[at] ?? 0));
  if (needy !== -1) given[needy] = Math.min(wanted[needy] ?? 0, (given[needy] ?? 0) + left);
  return given;
}

/**
 * Fits columns into a width. Names are cut first; where that would cut one below ten columns, whole columns are left
 * out, the most spare first. With `wide`, nothing is cut and nothing is left out.
 */
export function layOutTable(
  columns: readonly TableColumn[],
  wanted: readonly number[],
  totalWidth: number,
  wide: boolean,
): TableLayout {
  let shown = columns.map((_, at) => at);
  const leftOut: string[] = [];
  for (;;) {
    const cuttable = shown.filter((at) => columns[at]?.mayCut === true);
    const fixedWidth = shown.filter((at) => !cuttable.includes(at)).reduce((sum, at) => sum + (wanted[at] ?? 0), 0);
    const room = totalWidth - fixedWidth - gap * (shown.length - 1);
    const wishes = cuttable.map((at) => wanted[at] ?? 0);
    if (wide || wishes.reduce((sum, width) => sum + width, 0) <= room) {
      return { shown, widths: shown.map((at) => wanted[at] ?? 0), leftOut };
    }
    const given = shareRoom(wishes, Math.max(room, cuttable.length * 3));
    const tooNarrow = given.some((width, at) => width < Math.min(narrowest, wishes[at] ?? 0));
    const mostSpare = shown.reduce<number | null>((best, at) => {
      const spare = columns[at]?.spare ?? 0;
      return spare > (best === null ? 0 : (columns[best]?.spare ?? 0)) ? at : best;
    }, null);
    if (tooNarrow && mostSpare !== null) {
      leftOut.push(columns[mostSpare]?.head ?? "");
      shown = shown.filter((at) => at !== mostSpare);
      continue;
    }
    const widths = shown.map((at) => (cuttable.includes(at) ? (given[cuttable.indexOf(at)] ?? 0) : (wanted[at] ?? 0)));
    return { shown, widths, leftOut };
  }
}

function pad(text: string, width: number, align: TableColumn["align"]): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? space + text : text + space;
}

/** Writes one row. Cells must be free of control characters; trailing spaces are not written. */
export function tableRow(
  columns: readonly TableColumn[],
  layout: TableLayout,
  cells: readonly string[],
  style: TerminalStyle,
): string {
  const parts = layout.shown.map((at, place) => {
    const column = columns[at] as TableColumn;
    const width = layout.widths[place] ?? 0;
    const cell = cells[at] ?? "";
    return pad(column.mayCut ? cutMiddle(cell, width, style.ellipsis) : cell, width, column.align);
  });
  return parts.join(" ".repeat(gap)).trimEnd();
}

/** Writes the heads in bold and one rule under them. */
export function tableHead(columns: readonly TableColumn[], layout: TableLayout, style: TerminalStyle): string {
  const heads = layout.shown.map((at, place) => {
    const column = columns[at] as TableColumn;
    const width = layout.widths[place] ?? 0;
    const head = pad(column.mayCut ? cutMiddle(column.head, width, style.ellipsis) : column.head, width, column.align);
    return place === layout.shown.length - 1 ? head.trimEnd() : head;
  });
  const width = layout.widths.reduce((sum, own) => sum + own, 0) + gap * (layout.widths.length - 1);
  return `${heads.map((head) => style.bold(head)).join(" ".repeat(gap))}\n${style.rule.repeat(width)}`;
}
