import type { Painter } from "../strip.js";
import { textStyles } from "../text/text-style.js";
import type { TimeAxis } from "./time-axis.js";

/** Draws the labels of a time axis, each centred over its mark but never beyond the axis' ends; labels do not touch. */
export function drawTicks(
  painter: Painter,
  axis: Pick<TimeAxis, "ticks">,
  left: number,
  top: number,
  width: number,
): void {
  const style = textStyles.chart;
  let free = left - 2;
  for (const tick of axis.ticks) {
    const line = painter.words(tick.label, style);
    const middle = left + tick.at * width;
    const x = Math.min(left + width - line.width, Math.max(left, middle - line.width / 2));
    if (x < free) continue;
    painter.canvas.lines([line], x, top, line.width, style);
    free = x + line.width + 4;
  }
}
