import type { CellPicture } from "../../document/report-document.js";
import type { Canvas } from "../canvas.js";
import { palette } from "../palette.js";
import type { TextStyle } from "../text/text-style.js";

const markHeight = 7;
const markGap = 0.7;
/** A mark is never wider than this, so that few days do not look like a bar. */
const widestMark = 8;
const barHeight = 5.5;
const longestBar = 28;
const outline = { colour: palette.ruleStrong, width: 0.5 } as const;

/** Gives the height of what stands above a cell's text. */
export function roomAbove(picture: CellPicture): number {
  return picture.kind === "marks" ? markHeight + 3 : 0;
}

/** Gives the width that a picture needs beside or above its text. */
export function pictureWidth(picture: CellPicture): number {
  return picture.kind === "marks" ? Math.min(160, picture.marks.length * 5) : longestBar + 4;
}

/** The number beside a bar is strong where it is less than all. */
export function barTextStyle(share: number, base: TextStyle): TextStyle {
  return share < 1 ? { ...base, face: "semibold" } : { ...base, colour: palette.ink2 };
}

/** Draws a cell's picture at the cell's top left corner; the words that say the same are drawn by the cell. */
export function drawCellPicture(canvas: Canvas, picture: CellPicture, x: number, y: number, width: number): void {
  if (picture.kind === "bar") {
    const top = y + 2.6;
    canvas.fillBox(x, top, longestBar, barHeight, palette.tint);
    const length = longestBar * picture.share;
    if (length > 0) canvas.fillBox(x, top, length, barHeight, picture.share < 1 ? palette.accent : palette.system);
    return;
  }
  const step = Math.min(widestMark, width / Math.max(1, picture.marks.length));
  const gap = Math.min(markGap, step / 4);
  picture.marks.forEach((mark, index) => {
    const left = x + index * step;
    const side = step - gap;
    if (mark === "full") canvas.fillBox(left, y + 1, side, markHeight, palette.serviceaccount);
    else if (mark === "short")
      canvas.outlineBox(left + 0.5, y + 1.5, Math.max(0.5, side - 1), markHeight - 1, {
        colour: palette.exceptions,
        width: 1,
      });
    else canvas.outlineBox(left + 0.25, y + 1.25, Math.max(0.5, side - 0.5), markHeight - 0.5, outline);
  });
}
