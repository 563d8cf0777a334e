import type { CoverageRibbonBlock } from "../../document/report-document.js";
import { percentOf } from "../coordinates.js";
import { textView } from "../text-view.js";
import type { RunView } from "../text-view.js";
import { timeAxis } from "../time-axis.js";
import type { AxisTick } from "../time-axis.js";

/** When the log was running: a row per API server, height = events an hour on one scale. */
export interface CoverageRibbonView {
  readonly description: string;
  readonly compact: boolean;
  readonly caption: string;
  readonly ticks: readonly AxisTick[];
  /** Lines between days or hours, so that covered ground reads as cells. */
  readonly gaps: readonly string[];
  /** The coordinates of `area` run from 0 to this. */
  readonly areaWidth: number;
  readonly rows: readonly {
    readonly instance: readonly RunView[];
    readonly note: string;
    /** A step area in a box of `areaWidth` × 24. */
    readonly area: string;
    /** Gaps in the log: where each begins, and how long it is. */
    readonly silences: readonly { readonly x: string; readonly width: string }[];
  }[];
}

const hour = 3_600_000;
const height = 24;
/** More steps than a screen has pixels are of no use; longer periods take the highest hour of several. */
const mostSteps = 1_500;

/** Lays out the ribbon. */
export function coverageRibbonView(block: CoverageRibbonBlock): CoverageRibbonView {
  const axis = timeAxis(block.from, block.to);
  const firstHour = Math.floor(axis.from / hour) * hour;
  const hours = Math.max(1, Math.ceil((axis.to - firstHour) / hour));
  const hoursPerStep = Math.ceil(hours / mostSteps);
  const step = hour * hoursPerStep;
  const areaWidth = 10_000;
  const x = (time: number): number => Math.round(axis.at(time) * areaWidth);
  const rows = block.rows.map((row) => {
    const steps = new Map<number, number>();
    for (const [start, events] of row.hours) {
      const at = firstHour + Math.floor((Date.parse(start) - firstHour) / step) * step;
      steps.set(at, Math.max(steps.get(at) ?? 0, events));
    }
    return { row, steps };
  });
  const most = Math.max(1, ...rows.flatMap(({ steps }) => [...steps.values()]));
  const length = axis.to - axis.from;
  const cell = length <= 3 * 24 * hour ? hour : length <= 92 * 24 * hour ? 24 * hour : 7 * 24 * hour;
  const gaps: string[] = [];
  for (let t = Math.ceil((axis.from + 1) / cell) * cell; t < axis.to; t += cell) gaps.push(percentOf(axis.at(t)));
  return {
    description: block.description,
    compact: block.compact === true,
    caption: axis.caption,
    ticks: axis.ticks,
    gaps,
    areaWidth,
    rows: rows.map(({ row, steps }) => ({
      instance: textView(row.instance),
      note: row.note,
      silences: (row.silences ?? []).map(([start, end]) => {
        const [begins, ends] = [axis.at(Date.parse(start)), axis.at(Date.parse(end))];
        return { x: percentOf(begins), width: percentOf(Math.max(0.002, ends - begins)) };
      }),
      area: [...steps]
        .filter(([, events]) => events > 0)
        .toSorted(([a], [b]) => a - b)
        .map(([at, events]) => {
          const top = height - Math.max(2, Math.round((events / most) * (height - 2)));
          return `M${x(at)} ${height}V${top}H${x(at + step)}V${height}Z`;
        })
        .join(""),
    })),
  };
}
