import type { CellPicture } from "../../document/report-document.js";
import { percentOf } from "../coordinates.js";

/** Marks in a cell as boxes of a picture that the browser does not stretch. */
export interface MarksView {
  readonly width: number;
  readonly boxes: readonly { readonly x: number; readonly mark: string }[];
}

const step = 7;

/** Lays out a mark a day. */
export function marksView(marks: Extract<CellPicture, { kind: "marks" }>["marks"]): MarksView {
  return { width: marks.length * step, boxes: marks.map((mark, index) => ({ x: index * step, mark })) };
}

/** Lays out a bar: its length, and whether it is less than all. */
export function barView(share: number): { readonly width: string; readonly tone: string } {
  return { width: percentOf(share), tone: share < 1 ? "less" : "all" };
}
