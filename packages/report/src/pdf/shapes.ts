import type { ControlStatus } from "@kaudit/evidence";
import type { Canvas } from "./canvas.js";
import type { Severity } from "../document/exceptions.js";
import { palette, statusColours } from "./palette.js";

/** The shapes are designed in a box of this size and scaled. */
const designSize = 12;

/**
 * Draws the shape of a status in a square of `size` with its top left corner at `x`, `y`: a disc, a triangle, a square half
 * filled, or a dashed ring. The word is always printed beside it.
 */
export function drawStatusShape(canvas: Canvas, status: ControlStatus, x: number, y: number, size: number): void {
  const unit = size / designSize;
  const middle = designSize / 2;
  const colour = statusColours[status];
  switch (status) {
    case "evidence-present":
      canvas.fillDisc(x + middle * unit, y + middle * unit, 5.2 * unit, colour);
      return;
    case "exceptions":
      canvas.fillArea(
        [
          [x + middle * unit, y + 0.6 * unit],
          [x + designSize * unit, y + 11.4 * unit],
          [x, y + 11.4 * unit],
        ],
        colour,
      );
      return;
    case "insufficient-evidence": {
      const inset = 0.8 * unit;
      const side = size - 2 * inset;
      canvas.outlineBox(x + inset, y + inset, side, side, { colour, width: 1.4 * unit });
      canvas.fillBox(x + inset, y + inset, side / 2, side, colour);
      return;
    }
    case "outside-source":
      canvas.outlineDisc(x + middle * unit, y + middle * unit, 4.9 * unit, {
        colour,
        width: 1.3 * unit,
        dash: [2.1 * unit, 1.75 * unit],
      });
  }
}

const filledBars: Readonly<Record<Severity, number>> = { critical: 4, high: 3, medium: 2, low: 1 };

/** Draws a severity as four upright bars, as many of them filled as it is severe. Ink, not colour; the word stands beside it. */
export function drawSeverityBars(canvas: Canvas, severity: Severity, x: number, y: number, height: number): void {
  const width = 2.1;
  for (let bar = 0; bar < 4; bar++) {
    const left = x + bar * 3;
    if (bar < filledBars[severity]) canvas.fillBox(left, y, width, height, palette.ink);
    else canvas.outlineBox(left, y, width, height, { colour: palette.ink, width: 0.5 });
  }
}
