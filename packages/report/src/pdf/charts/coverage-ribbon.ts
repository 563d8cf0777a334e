import type { CoverageRibbonBlock } from "../../document/report-document.js";
import { palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import { baselineOf, textStyles, type TextStyle } from "../text/text-style.js";
import { textWidth, wrapText } from "../text/wrap.js";
import { drawTicks } from "./ticks.js";
import { timeAxis, type TimeAxis } from "./time-axis.js";

const hourMs = 3_600_000;
const axisHeight = 14;
const cellGap = 0.7;

interface Sizes {
  readonly row: number;
  readonly gap: number;
  readonly label: number;
  readonly note: number;
}

const wholeSize: Sizes = { row: 20, gap: 5, label: 104, note: 64 };
const compactSize: Sizes = { row: 10, gap: 3.5, label: 84, note: 0 };
const narrowestLabel = 34;

/** Lays out when the log was running: a row for each API server, events an hour as an area on the ground of the period. */
export function coverageRibbonStrip(layout: Layout, block: CoverageRibbonBlock): Strip {
  const compact = block.compact === true;
  const style = compact ? textStyles.chart : textStyles.cell;
  const size = sizesOf(layout, block, compact ? compactSize : wholeSize, style);
  const axis = timeAxis(block.from, block.to);
  const width = layout.width - size.label - size.note;
  const most = Math.max(1, ...block.rows.flatMap((row) => row.hours.map(([, events]) => events)));
  const labels = block.rows.map((row) =>
    wrapText(layout.faces, row.instance, style, size.label - 8, { maxLines: compact ? 1 : 2 }),
  );
  const top = compact ? 0 : axisHeight;
  const height = top + block.rows.length * (size.row + size.gap) - size.gap;
  const paint = (painter: Painter, x: number, y: number) => {
    const { canvas } = painter;
    const left = x + size.label;
    if (!compact) {
      canvas.lines([painter.words(axis.label, textStyles.chart)], x, y, size.label, textStyles.chart);
      drawTicks(painter, axis, left, y, width);
      canvas.lines([painter.words("hours", textStyles.chart)], left + width, y, size.note, textStyles.chart, "right");
    }
    block.rows.forEach((row, index) => {
      const rowTop = y + top + index * (size.row + size.gap);
      const lines = (labels[index] ?? []).slice(0, compact ? 1 : 2);
      const textTop = rowTop + (size.row - lines.length * style.leading) / 2;
      canvas.lines(lines, x, textTop, size.label, style);
      drawRow(painter, axis, row, { left, top: rowTop, width, height: size.row, most });
      if (!compact) {
        const note = painter.words(row.note, textStyles.chartValue);
        const noteTop = rowTop + size.row / 2 + 3 - baselineOf(textStyles.chartValue);
        canvas.lines([note], left + width, noteTop, size.note, textStyles.chartValue, "right");
      }
    });
  };
  return {
    height,
    gap: 6,
    paint: (painter, x, y) => painter.structure.content("Figure", () => paint(painter, x, y), block.description),
  };
}

/** The labels take no more room than they need; in a chart with an axis they leave room for its name. */
function sizesOf(layout: Layout, block: CoverageRibbonBlock, sizes: Sizes, style: TextStyle): Sizes {
  const widest = Math.max(...block.rows.map((row) => textWidth(layout.faces, row.instance, style)));
  const least = block.compact === true ? narrowestLabel : sizes.label;
  return { ...sizes, label: Math.min(sizes.label, Math.max(least, widest + 8)) };
}

interface RowPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly most: number;
}

function drawRow(
  painter: Painter,
  axis: TimeAxis,
  { hours, silences = [] }: CoverageRibbonBlock["rows"][number],
  place: RowPlace,
): void {
  const { canvas } = painter;
  for (const cell of axis.cells) {
    const width = (cell.to - cell.from) * place.width;
    const gap = Math.min(cellGap, width / 3);
    canvas.fillBox(place.left + cell.from * place.width, place.top, width - gap, place.height, palette.tint);
  }
  const bottom = place.top + place.height;
  for (const [hour, events] of hours) {
    const start = Date.parse(hour);
    const from = axis.at(start) * place.width;
    const to = axis.at(start + hourMs) * place.width;
    const height = Math.max(0.8, (events / place.most) * (place.height - 0.5));
    canvas.fillBox(place.left + from, bottom - height, Math.max(0.6, to - from), height, palette.accent);
  }
  for (const [start, end] of silences) {
    const from = axis.at(Date.parse(start)) * place.width;
    const width = Math.max(2, axis.at(Date.parse(end)) * place.width - from);
    canvas.fillBox(place.left + from, place.top, width, place.height, palette.paper);
    canvas.outlineBox(place.left + from, place.top, width, place.height, { width: 1, colour: palette.exceptions });
  }
}
