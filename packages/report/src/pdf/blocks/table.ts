import type { TableBlock, TableCell, TableColumn } from "../../document/report-document.js";
import { statusWords } from "../../document/words/controls.js";
import { columnGap, columnWidths, roomOfMark } from "./column-widths.js";
import { barTextStyle, drawCellPicture, roomAbove } from "./cell-picture.js";
import { palette, statusColours } from "../palette.js";
import { drawSeverityBars, drawStatusShape } from "../shapes.js";
import type { Layout, Painter, Strip } from "../strip.js";
import type { TableCellElement, TableElement } from "../structure.js";
import { baselineOf, textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText, type Line } from "../text/wrap.js";

const headRule = { colour: palette.ink, width: 0.75 } as const;
const rowRule = { colour: palette.rule, width: 0.5 } as const;
const shapeSize = 8;
/** No row is higher than about a third of a page. */
const mostCellLines = 18;
/** Less of a table than this does not begin at a page's foot. */
const leastBeginning = 45;

interface Column {
  readonly column: TableColumn;
  readonly x: number;
  readonly width: number;
}

interface CellLayout {
  readonly lines: readonly Line[];
  readonly detail: readonly Line[];
  readonly style: TextStyle;
  /** Room above the text for its picture. */
  readonly above: number;
  readonly height: number;
}

/** Lays out a table: a head that repeats on each page, and rows that are never split. */
export function tableStrips(layout: Layout, block: TableBlock): readonly Strip[] {
  const columns = columnsOf(layout, block);
  const open = tableOpener(block);
  const head = headStrip(layout, block, columns, open);
  const rows = block.rows.map((cells, index) => {
    const anchor = block.anchors?.[index] ?? "";
    const row = rowStrip(layout, block, columns, cells, open);
    const title = block.bookmarks?.[index] ?? "";
    return {
      ...row,
      ...(anchor === "" ? {} : { anchors: [anchor] }),
      ...(title === "" ? {} : { bookmark: { title, level: "entry" as const } }),
    };
  });
  return [head.first, ...rows.map((row, index) => ({ ...row, repeats: head.again, keepWithNext: keeps(rows, index) }))];
}

/** Three rows' height of text stands with the head, two rows on either side of a page break; a total is the last of those two. */
function keeps(rows: readonly Strip[], index: number): boolean {
  const last = rows.length - 1;
  const begun = rows.slice(0, index + 1).reduce((sum, row) => sum + row.height, 0);
  return index < last && (begun < leastBeginning || (index === last - 1 && (rows[last]?.height ?? 0) < leastBeginning));
}

/** The table's element is opened when its first strip is painted, and shared by all. */
function tableOpener(block: TableBlock): (painter: Painter) => TableElement {
  let table: TableElement | undefined;
  return (painter) => (table ??= painter.structure.table(block.description));
}

function columnsOf(layout: Layout, block: TableBlock): readonly Column[] {
  const widths = columnWidths(layout, block);
  let x = 0;
  return block.columns.map((column, index) => {
    const at = x;
    const width = widths[index] ?? 0;
    x += width + columnGap;
    return { column, x: at, width };
  });
}

function headStrip(
  layout: Layout,
  block: TableBlock,
  columns: readonly Column[],
  open: (painter: Painter) => TableElement,
): { readonly first: Strip; readonly again: Strip } {
  const style = textStyles.head;
  const heads = columns.map(({ column, width }) =>
    wrapText(layout.faces, [{ kind: "plain", text: column.paperHead ?? column.head }], style, width),
  );
  const text = Math.max(...heads.map((lines) => lines.length)) * style.leading;
  const height = text + 5;
  const draw = ({ canvas }: Painter, index: number, x: number, y: number) => {
    const column = columns[index];
    const lines = heads[index] ?? [];
    if (column === undefined) return;
    const top = y + text - lines.length * style.leading;
    canvas.lines(lines, x + column.x, top, column.width, style, column.column.align);
  };
  const rule = ({ canvas }: Painter, x: number, y: number) => canvas.rule(x, y + height - 0.4, layout.width, headRule);
  const gap = block.dense === true ? 4 : 5;
  return {
    first: {
      height,
      gap,
      keepWithNext: true,
      paint: (painter, x, y) => {
        open(painter).row(columns.map((_, index) => ({ head: "Column", draw: () => draw(painter, index, x, y) })));
        painter.structure.artifact(() => rule(painter, x, y));
      },
    },
    again: {
      height,
      gap: 0,
      keepWithNext: true,
      paint: (painter, x, y) =>
        painter.structure.artifact(() => {
          columns.forEach((_, index) => draw(painter, index, x, y));
          rule(painter, x, y);
        }, "Pagination"),
    },
  };
}

function rowStrip(
  layout: Layout,
  block: TableBlock,
  columns: readonly Column[],
  cells: readonly TableCell[],
  open: (painter: Painter) => TableElement,
): Strip {
  const padding = block.dense === true ? 2.6 : 4;
  const layouts = columns.map((column, index) => cellLayout(layout, block, column, cells[index] ?? { text: [] }));
  const height = Math.max(...layouts.map((cell) => cell.height)) + 2 * padding;
  return {
    height,
    gap: 0,
    paint: (painter, x, y) => {
      open(painter).row(
        columns.map((column, index) =>
          cellElement(painter, column, cells[index], layouts[index], x + column.x, y + padding),
        ),
      );
      painter.structure.artifact(() => painter.canvas.rule(x, y + height - 0.25, layout.width, rowRule));
    },
  };
}

function cellLayout(layout: Layout, block: TableBlock, column: Column, cell: TableCell): CellLayout {
  const base = block.dense === true ? textStyles.denseCell : textStyles.cell;
  const linked = cell.anchor !== undefined && cell.status === undefined ? { ...base, colour: palette.accent } : base;
  const style = cell.status === undefined ? linked : { ...base, colour: statusColours[cell.status] };
  const indent = roomOfMark(cell);
  const coloured = cell.status === undefined ? cell.text : [{ kind: "plain" as const, text: statusWords[cell.status] }];
  const face = faceOf(cell, style);
  const lines = wrapText(layout.faces, coloured, face, column.width - indent, { maxLines: mostCellLines });
  const detail =
    cell.detail === undefined
      ? []
      : wrapText(layout.faces, cell.detail, textStyles.cellDetail, column.width - indent, { maxLines: mostCellLines });
  const above = cell.picture === undefined ? 0 : roomAbove(cell.picture);
  const height = above + lines.length * style.leading + detail.length * textStyles.cellDetail.leading;
  return { lines, detail, style: face, above, height };
}

function faceOf({ status, picture }: TableCell, style: TextStyle): TextStyle {
  if (picture?.kind === "bar") return barTextStyle(picture.share, style);
  return status === undefined ? style : { ...style, face: "semibold" };
}

function cellElement(
  painter: Painter,
  column: Column,
  cell: TableCell | undefined,
  laid: CellLayout | undefined,
  x: number,
  y: number,
): TableCellElement {
  if (cell === undefined || laid === undefined) return { draw: () => undefined };
  const { canvas } = painter;
  const align = column.column.align;
  const target = targetOf(painter, cell);
  if (target !== undefined && cell.text.length === 0) return pageElement(painter, target, column, laid.style, x, y);
  const draw = () => {
    const indent = roomOfMark(cell);
    if (cell.severity !== undefined)
      drawSeverityBars(canvas, cell.severity, x, y + baselineOf(laid.style) - shapeSize + 1, shapeSize);
    if (cell.status !== undefined) {
      drawStatusShape(canvas, cell.status, x, y + baselineOf(laid.style) - shapeSize + 1, shapeSize);
    }
    if (cell.picture !== undefined) drawCellPicture(canvas, cell.picture, x, y, column.width);
    const top = y + laid.above;
    const used = canvas.lines(laid.lines, x + indent, top, column.width - indent, laid.style, align);
    canvas.lines(laid.detail, x + indent, top + used, column.width - indent, textStyles.cellDetail, align);
  };
  if (target === undefined) return { draw };
  const words = target.row ? `Row on page ${target.page}` : "Section of this report";
  return { draw, link: { destination: target.name, words, box: [x, y, column.width, laid.height] } };
}

interface Target {
  readonly name: string;
  readonly page: number;
  /** A row of a table, not a section. */
  readonly row: boolean;
}

/** Where a cell leads: to the row that it names where that is printed, else to its section. */
function targetOf(painter: Painter, { section, anchor }: TableCell): Target | undefined {
  const row = anchor === undefined ? undefined : painter.pageOf(anchor);
  if (anchor !== undefined && row !== undefined) return { name: anchor, page: row, row: true };
  const page = section === undefined ? undefined : painter.pageOf(section);
  return section === undefined || page === undefined ? undefined : { name: section, page, row: false };
}

/** A cell that only links shows the page of where it leads. */
function pageElement(
  painter: Painter,
  target: Target,
  column: Column,
  base: TextStyle,
  x: number,
  y: number,
): TableCellElement {
  const style: TextStyle = { ...base, face: "medium", colour: palette.accent };
  const draw = () => {
    const line = painter.words(String(target.page), style);
    painter.canvas.lines([line], x, y, column.width, style, column.column.align);
  };
  return {
    draw,
    link: { destination: target.name, words: `Page ${target.page}`, box: [x, y, column.width, style.leading] },
  };
}
