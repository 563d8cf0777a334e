import type { ActorBarsBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { actorColours, outlineColour, palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import { baselineOf, textStyles } from "../text/text-style.js";
import { wrapText } from "../text/wrap.js";
import { drawTicks } from "./ticks.js";
import { timeAxis, type TimeAxis } from "./time-axis.js";

const labelWidth = 104;
const totalWidth = 44;
const axisHeight = 14;
const barsHeight = 20;
/** Room above the bars for the figure of the largest. */
const valueRoom = 8;
const rowGap = 3;
const widestBar = 12;
const bucketMs = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

type Row = ActorBarsBlock["rows"][number];

/** Lays out rows over time by kind of actor: bars on one scale, filled for success, outlined for the rest. */
export function actorBarsStrip(layout: Layout, block: ActorBarsBlock): Strip {
  const axis = timeAxis(block.from, block.to);
  const width = layout.width - labelWidth - totalWidth;
  const most = Math.max(1, ...block.rows.flatMap((row) => row.buckets.map(([, success, other]) => success + other)));
  const labels = block.rows.map((row) => ({
    label: wrapText(layout.faces, [{ kind: "plain", text: row.label }], textStyles.chartLabel, labelWidth - 6),
    note: wrapText(layout.faces, [{ kind: "plain", text: row.note }], textStyles.chart, labelWidth - 6),
  }));
  const rowHeight = barsHeight + valueRoom;
  const height = axisHeight + block.rows.length * (rowHeight + rowGap);
  const paint = (painter: Painter, x: number, y: number) => {
    const { canvas } = painter;
    const left = x + labelWidth;
    canvas.lines([painter.words(axis.label, textStyles.chart)], x, y, labelWidth, textStyles.chart);
    drawTicks(painter, axis, left, y, width);
    canvas.lines([painter.words("total", textStyles.chart)], left + width, y, totalWidth, textStyles.chart, "right");
    block.rows.forEach((row, index) => {
      const top = y + axisHeight + index * (rowHeight + rowGap);
      const label = labels[index];
      if (label !== undefined) {
        const used = canvas.lines(label.label, x, top + rowHeight - 23, labelWidth, textStyles.chartLabel);
        canvas.lines(label.note, x, top + rowHeight - 23 + used, labelWidth, textStyles.chart);
      }
      drawBars(painter, axis, block, row, { left, top, width, height: rowHeight, most });
      const total = painter.words(formatCount(row.total), textStyles.cellStrong);
      const totalTop = top + rowHeight - 1 - baselineOf(textStyles.cellStrong);
      canvas.lines([total], left + width, totalTop, totalWidth, textStyles.cellStrong, "right");
    });
  };
  return {
    height,
    gap: 5,
    paint: (painter, x, y) => painter.structure.content("Figure", () => paint(painter, x, y), block.description),
  };
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly most: number;
}

function drawBars(painter: Painter, axis: TimeAxis, block: ActorBarsBlock, row: Row, place: Place): void {
  const { canvas } = painter;
  const kind = row.actorKinds[0] ?? "system";
  const bottom = place.top + place.height - 0.5;
  for (const weekend of axis.weekends) {
    const width = (weekend.to - weekend.from) * place.width;
    canvas.fillBox(place.left + weekend.from * place.width, place.top, width, place.height, palette.tint);
  }
  canvas.rule(place.left, bottom, place.width, { colour: palette.ruleStrong, width: 0.5 });
  const largest = Math.max(0, ...row.buckets.map(([, success, other]) => success + other));
  let labelled = false;
  for (const [start, success, other] of row.buckets) {
    const time = Date.parse(start);
    const from = axis.at(time) * place.width;
    const to = axis.at(time + (block.bucketMs ?? bucketMs[block.bucket])) * place.width;
    const width = Math.max(1, Math.min(widestBar, (to - from) * 0.76));
    const x = place.left + (from + to) / 2 - width / 2;
    const unit = barsHeight / place.most;
    const filled = success * unit;
    const whole = Math.max(0.8, (success + other) * unit);
    const colours = { fill: actorColours[kind], outline: outlineColour(kind) };
    if (other > 0) {
      const outline = { colour: colours.outline, width: 0.75 };
      canvas.fillBox(x, bottom - whole, width, whole - filled, palette.paper);
      canvas.outlineBox(x, bottom - whole, width, Math.max(1, whole), outline);
    }
    if (success > 0) canvas.fillBox(x, bottom - Math.max(0.8, filled), width, Math.max(0.8, filled), colours.fill);
    if (!labelled && success + other === largest) {
      labelled = true;
      const value = painter.words(formatCount(largest), textStyles.chartValue);
      const middle = x + width / 2;
      const at = Math.min(place.left + place.width - value.width, Math.max(place.left, middle - value.width / 2));
      canvas.lines([value], at, bottom - whole - 9.5, value.width, textStyles.chartValue);
    }
  }
}
