import type { ControlStatus } from "@kaudit/evidence";
import type { Canvas } from "./canvas.js";
import { statusColours } from "./palette.js";

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
