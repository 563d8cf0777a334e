import { palette } from "../palette.js";
import type { Face } from "./faces.js";

/** How a piece of text is set. */
export interface TextStyle {
  readonly face: Face;
  /** Size and leading in points. */
  readonly size: number;
  readonly leading: number;
  readonly colour: string;
  /** Tracking in em. */
  readonly tracking?: number;
}

/** The roles of text in a report. */
export const textStyles = {
  coverTitle: { face: "light", size: 36, leading: 41, colour: palette.ink, tracking: -0.015 },
  coverPeriod: { face: "regular", size: 16, leading: 22, colour: palette.ink2 },
  coverName: { face: "semibold", size: 11, leading: 14, colour: palette.ink },
  title: { face: "medium", size: 20, leading: 25, colour: palette.ink, tracking: -0.012 },
  continuedTitle: { face: "medium", size: 12, leading: 16, colour: palette.ink, tracking: -0.006 },
  kicker: { face: "semibold", size: 8, leading: 12, colour: palette.accent },
  standfirst: { face: "regular", size: 10, leading: 15, colour: palette.ink2 },
  heading: { face: "semibold", size: 10.5, leading: 14, colour: palette.ink },
  keyFigure: { face: "light", size: 25, leading: 28, colour: palette.ink, tracking: -0.02 },
  keyLabel: { face: "regular", size: 7.75, leading: 10.5, colour: palette.ink2 },
  statusFigure: { face: "light", size: 34, leading: 36, colour: palette.ink, tracking: -0.02 },
  statusWord: { face: "semibold", size: 9, leading: 12, colour: palette.ink },
  body: { face: "regular", size: 9, leading: 13, colour: palette.ink },
  note: { face: "regular", size: 8, leading: 11.5, colour: palette.ink2 },
  cell: { face: "regular", size: 8, leading: 11, colour: palette.ink },
  cellStrong: { face: "medium", size: 8, leading: 11, colour: palette.ink },
  cellDetail: { face: "regular", size: 7.25, leading: 10.5, colour: palette.ink2 },
  denseCell: { face: "regular", size: 7.5, leading: 10, colour: palette.ink },
  head: { face: "medium", size: 7.25, leading: 10, colour: palette.ink2 },
  page: { face: "medium", size: 8, leading: 11, colour: palette.accent },
  chart: { face: "regular", size: 7.5, leading: 10, colour: palette.ink2 },
  chartLabel: { face: "semibold", size: 8, leading: 11, colour: palette.ink },
  chartValue: { face: "medium", size: 7.5, leading: 10, colour: palette.ink },
  caption: { face: "regular", size: 7, leading: 10, colour: palette.ink3 },
  furniture: { face: "regular", size: 7, leading: 10, colour: palette.ink3 },
  furnitureStrong: { face: "semibold", size: 7, leading: 10, colour: palette.ink },
  code: { face: "mono", size: 7.75, leading: 12, colour: palette.ink },
} as const satisfies Readonly<Record<string, TextStyle>>;

/** Gives how far below the top of its line box the baseline of a style stands. */
export function baselineOf(style: Pick<TextStyle, "size" | "leading">): number {
  return style.leading / 2 + style.size * 0.375;
}
