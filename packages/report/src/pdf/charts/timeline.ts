import type { TimelineBlock, TimelineLane, TimelineMark } from "../../document/report-document.js";
import { actorColours, outlineColour, palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import { baselineOf, textStyles } from "../text/text-style.js";
import { wrapText, type Line } from "../text/wrap.js";
import { drawTicks } from "./ticks.js";

const labelWidth = 104;
/** Hours need less room than names. */
const levelWidth = 22;
const noteWidth = 52;
const axisHeight = 13;
const legendHeight = 15;
const narrowest = 2.6;
/** A bar of a day is no wider than this. */
const widestDay = 5;
const markSize = 5.6;

/** Lays out when sessions were and how long: the legend, the axis, and the lanes below each other. */
export function timelineStrip(layout: Layout, block: TimelineBlock): Strip {
  const named = block.lanes.some(({ label }) => label.length > 0);
  const left = named ? labelWidth : levelWidth;
  const right = named ? noteWidth : 0;
  const width = layout.width - left - right;
  const labels = block.lanes.map(({ label }) =>
    wrapText(layout.faces, label, textStyles.chartLabel, labelWidth - 8).slice(0, 1),
  );
  const lanesTop = (block.legend.length === 0 ? 0 : legendHeight) + axisHeight;
  const height = lanesTop + block.lanes.reduce((sum, lane) => sum + lane.height, 0) + 2;
  const paint = (painter: Painter, x: number, y: number) => {
    drawLegend(painter, block, x, y);
    drawTicks(painter, block, x + left, y + lanesTop - axisHeight, width);
    let top = y + lanesTop;
    block.lanes.forEach((lane, index) => {
      drawLane(painter, lane, { x, left: x + left, top, width, label: labels[index] ?? [] });
      if (right > 0) {
        const note = painter.words(lane.note, textStyles.chart);
        painter.canvas.lines([note], x + left + width, top + lane.height / 2 - 5, right, textStyles.chart, "right");
      }
      top += lane.height;
    });
  };
  return {
    height,
    gap: 5,
    paint: (painter, x, y) => painter.structure.content("Figure", () => paint(painter, x, y), block.description),
  };
}

function drawLegend(painter: Painter, { legend }: TimelineBlock, x: number, y: number): void {
  const { canvas } = painter;
  let at = x;
  for (const { mark, actorKind, words } of legend) {
    const middle = y + 4.5;
    const sample: TimelineMark = { mark, actorKind: actorKind ?? "human", x: 0, width: 0, y: middle - 3.5, height: 7 };
    drawMark(painter, sample, at, mark === "session" ? 4 : 0, 0);
    const line = painter.words(words, textStyles.chart);
    canvas.line(line, at + 9, middle - 5 + baselineOf(textStyles.chart));
    at += 9 + line.width + 14;
  }
}

interface Place {
  readonly x: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly label: readonly Line[];
}

function drawLane(painter: Painter, lane: TimelineLane, { x, left, top, width, label }: Place): void {
  const { canvas } = painter;
  for (const tint of lane.tints)
    canvas.fillBox(left + tint.x * width, top + tint.y, tint.width * width, tint.height, palette.tint);
  for (const level of lane.levels) {
    canvas.rule(left, top + level.y, width, { colour: palette.rule, width: 0.5 });
    canvas.lines(
      [painter.words(level.label, textStyles.chart)],
      x,
      top + level.y - 5,
      levelWidth - 6,
      textStyles.chart,
      "right",
    );
  }
  canvas.lines(label, x, top + lane.height / 2 - 5, labelWidth, textStyles.chartLabel);
  if (lane.levels.length === 0) canvas.rule(left, top + lane.height - 0.5, width, { colour: palette.rule, width: 0.5 });
  const byDay = lane.levels.length > 0;
  for (const mark of lane.marks) {
    const length = byDay ? widestDay : Math.max(narrowest, mark.width * width);
    const start = left + mark.x * width - (byDay ? widestDay / 2 : 0);
    drawMark(painter, mark, Math.min(start, left + width - narrowest), length, top);
  }
}

function drawMark({ canvas }: Painter, mark: TimelineMark, x: number, width: number, top: number): void {
  const y = top + mark.y;
  if (mark.mark === "session") {
    canvas.fillBox(x, y, width, mark.height, actorColours[mark.actorKind]);
    if (actorColours[mark.actorKind] === palette.system)
      canvas.outlineBox(x, y, width, mark.height, { colour: outlineColour(mark.actorKind), width: 0.5 });
    return;
  }
  const size = markSize / 2;
  const [cx, cy] = [x + Math.max(width, markSize) / 2, y + mark.height / 2];
  if (mark.mark === "failed") {
    canvas.fillDisc(cx, cy, size - 0.4, palette.paper);
    canvas.outlineDisc(cx, cy, size - 0.4, { colour: palette.ink2, width: 0.9 });
    return;
  }
  const stroke = { colour: palette.ink, width: 1.1 };
  canvas.segment(cx - size, cy - size, cx + size, cy + size, stroke);
  canvas.segment(cx - size, cy + size, cx + size, cy - size, stroke);
}
