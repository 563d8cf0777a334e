import type { NamespaceMatrixBlock, Text } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { actorColours, outlineColour, palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import type { TableCellElement, TableElement } from "../structure.js";
import { baselineOf, textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText, type Line } from "../text/wrap.js";

const totalWidth = 40;
const widestLabel = 172;
const narrowestColumn = 50;
const largestSide = 11.5;
const smallestSide = 1.6;
const squareRoom = 15;
const rowHeight = 14.6;
const prefix = "system:serviceaccount:";
const cellStyle = textStyles.chart;
const prefixStyle: TextStyle = { ...textStyles.chart, size: 7.5, leading: 8.5, colour: palette.ink3 };
const headRule = { colour: palette.ink, width: 0.75 } as const;
const rowRule = { colour: palette.rule, width: 0.5 } as const;

type Row = NamespaceMatrixBlock["rows"][number];

/** Lays out who reached which namespace: in each cell a square of true area and the numbers. */
export function namespaceMatrixStrips(layout: Layout, block: NamespaceMatrixBlock): readonly Strip[] {
  const count = Math.max(1, block.columns.length);
  const label = Math.max(110, Math.min(widestLabel, layout.width - totalWidth - count * narrowestColumn));
  const column = (layout.width - label - totalWidth) / count;
  const most = Math.max(
    1,
    ...block.rows.flatMap((row) => row.cells.map((cell) => (cell === null ? 0 : cell.success + cell.other))),
  );
  let table: TableElement | undefined;
  const open = (painter: Painter) => (table ??= painter.structure.table(block.description));
  const sizes: Sizes = { label, column, most, width: layout.width };
  const heads = block.columns.map((head) => wrapText(layout.faces, head, textStyles.head, column - 6, { maxLines: 4 }));
  const headLines = Math.max(1, ...heads.map((lines) => lines.length));
  const headHeight = headLines * textStyles.head.leading + 5;
  const head: Strip = {
    height: headHeight,
    gap: 3,
    keepWithNext: true,
    paint: (painter, x, y) => paintHead(painter, open(painter), heads, sizes, headHeight, x, y),
  };
  const rows = block.rows.map((row, index): Strip => {
    const lines = actorLines(layout, row, label - 8);
    const height = Math.max(rowHeight, lines.reduce((sum, item) => sum + item.style.leading, 0) + 5);
    return {
      height,
      gap: 0,
      keepWithNext: index < block.rows.length - 1,
      paint: (painter, x, y) => paintRow(painter, open(painter), row, lines, sizes, height, x, y),
    };
  });
  return [head, ...rows];
}

interface Sizes {
  readonly label: number;
  readonly column: number;
  readonly most: number;
  readonly width: number;
}

interface ActorLine {
  readonly line: Line;
  readonly style: TextStyle;
}

/** The prefix that all service accounts share stands on its own line, so that their names can be compared. */
function actorLines(layout: Layout, row: Row, width: number): readonly ActorLine[] {
  const first = row.actor[0];
  const style: TextStyle = { ...textStyles.cell, size: 8, leading: 10 };
  const wrapped = (text: Text, own: TextStyle) =>
    wrapText(layout.faces, text, own, width, { maxLines: 3 }).map((line) => ({ line, style: own }));
  if (first?.kind !== "log" || !first.text.startsWith(prefix)) return wrapped(row.actor, style);
  const rest: Text = [{ ...first, text: first.text.slice(prefix.length) }, ...row.actor.slice(1)];
  return [...wrapped([{ kind: "log", text: prefix }], prefixStyle), ...wrapped(rest, style)];
}

function paintHead(
  painter: Painter,
  table: TableElement,
  heads: readonly (readonly Line[])[],
  sizes: Sizes,
  height: number,
  x: number,
  y: number,
): void {
  const { canvas, structure } = painter;
  const style = textStyles.head;
  const textBottom = y + height - 5;
  const cells: TableCellElement[] = [
    {
      head: "Column",
      draw: () => canvas.lines([painter.words("Actor", style)], x, textBottom - style.leading, sizes.label, style),
    },
    ...heads.map((lines, index): TableCellElement => ({
      head: "Column",
      draw: () =>
        canvas.lines(
          lines,
          x + sizes.label + index * sizes.column,
          textBottom - lines.length * style.leading,
          sizes.column,
          style,
        ),
    })),
    {
      head: "Column",
      draw: () =>
        canvas.lines(
          [painter.words("total", style)],
          x + sizes.width - totalWidth,
          textBottom - style.leading,
          totalWidth,
          style,
          "right",
        ),
    },
  ];
  table.row(cells);
  structure.artifact(() => canvas.rule(x, y + height - 0.4, sizes.width, headRule));
}

function paintRow(
  painter: Painter,
  table: TableElement,
  row: Row,
  lines: readonly ActorLine[],
  sizes: Sizes,
  height: number,
  x: number,
  y: number,
): void {
  const { canvas, structure } = painter;
  const textHeight = lines.reduce((sum, item) => sum + item.style.leading, 0);
  const actor: TableCellElement = {
    head: "Row",
    draw: () => {
      let top = y + (height - textHeight) / 2;
      for (const { line, style } of lines) top += canvas.lines([line], x, top, sizes.label, style);
    },
  };
  const cells = row.cells.map((cell, index): TableCellElement => ({
    draw: () => {
      if (cell !== null) paintCell(painter, row, cell, sizes, x + sizes.label + index * sizes.column, y + height / 2);
    },
  }));
  const total: TableCellElement = {
    draw: () => {
      const style = textStyles.cellStrong;
      const line = painter.words(formatCount(row.total), style);
      canvas.lines([line], x + sizes.width - totalWidth, y + (height - style.leading) / 2, totalWidth, style, "right");
    },
  };
  table.row([actor, ...cells, total]);
  structure.artifact(() => canvas.rule(x, y + height - 0.25, sizes.width, rowRule));
}

/** The square's area is the number of requests; its filled part those that succeeded. */
function paintCell(
  painter: Painter,
  row: Row,
  cell: { readonly success: number; readonly other: number },
  sizes: Sizes,
  x: number,
  middle: number,
): void {
  const { canvas } = painter;
  const sum = cell.success + cell.other;
  const side = Math.max(smallestSide, largestSide * Math.sqrt(sum / sizes.most));
  const left = x + (squareRoom - 4 - side) / 2;
  const top = middle - side / 2;
  const filled = sum === 0 ? 0 : (side * cell.success) / sum;
  if (cell.other > 0) {
    canvas.outlineBox(left, top, side, side, { colour: outlineColour(row.actorKind), width: Math.min(0.75, side / 4) });
  }
  if (filled > 0) canvas.fillBox(left, top + side - filled, side, filled, actorColours[row.actorKind]);
  const baselineTop = middle + 2.8 - baselineOf(cellStyle);
  const success = painter.words(shortCount(cell.success), cell.success > 0 ? textStyles.chartValue : cellStyle);
  canvas.lines([success], x + squareRoom, baselineTop, sizes.column, cellStyle);
  if (cell.other === 0) return;
  const other = painter.words(`+ ${shortCount(cell.other)}`, cellStyle);
  canvas.lines([other], x + squareRoom + success.width + 2.5, baselineTop, sizes.column, cellStyle);
}

/** Charts may round from a million on; tables never do. */
function shortCount(value: number): string {
  return value < 1_000_000 ? formatCount(value) : `${(value / 1_000_000).toFixed(1)} M`;
}
