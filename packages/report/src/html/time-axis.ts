import { clockTicks } from "../document/time-ticks.js";
import { monthNames } from "../document/words/month-names.js";
import { percentOf } from "./coordinates.js";

const hour = 3_600_000;
const day = 24 * hour;

/** A label under or over a chart, at a place along the axis. */
export interface AxisTick {
  readonly x: string;
  readonly label: string;
  readonly anchor: "start" | "middle" | "end";
}

/** A stretch of the axis. */
export interface AxisSpan {
  readonly x: string;
  readonly width: string;
}

/** A period drawn from left to right, in shares of the width: charts are drawn anew by the browser at every width. */
export interface TimeAxis {
  readonly from: number;
  readonly to: number;
  /** Where an instant lies: 0 at the left, 1 at the right. */
  at(time: number): number;
  readonly ticks: readonly AxisTick[];
  /** Saturdays and Sundays (UTC). None for periods over 92 days or under two. */
  readonly weekends: readonly AxisSpan[];
  /** The caption of the ticks: "October 2026, UTC". */
  readonly caption: string;
}

/** Lays out a half-open period `[from, to)`, both RFC 3339. */
export function timeAxis(fromText: string, toText: string): TimeAxis {
  const from = Date.parse(fromText);
  const to = Math.max(Date.parse(toText), from + 1);
  const at = (time: number): number => Math.min(1, Math.max(0, (time - from) / (to - from)));
  return {
    from,
    to,
    at,
    ticks: ticksOf(from, to, at),
    weekends: weekendsOf(from, to, at),
    caption: captionOf(from, to),
  };
}

function ticksOf(from: number, to: number, at: (time: number) => number): readonly AxisTick[] {
  const length = to - from;
  const ticks: AxisTick[] = [];
  const add = (time: number, label: string, middleOf: number): void => {
    const share = at(time + middleOf / 2);
    ticks.push({ x: percentOf(share), label, anchor: share < 0.02 ? "start" : share > 0.98 ? "end" : "middle" });
  };
  if (length <= 3 * hour) {
    for (const tick of clockTicks(new Date(from).toISOString(), new Date(to).toISOString()))
      add(from + tick.at * length, tick.label, 0);
  } else if (length <= 3 * day) {
    const step = length <= day ? 4 * hour : 12 * hour;
    for (let t = ceilTo(from, step); t < to; t += step) add(t, clock(t), 0);
  } else if (length <= 62 * day) {
    for (let t = ceilTo(from, day); t < to; t += day) {
      const date = new Date(t).getUTCDate();
      const lastOfMonth = new Date(t + day).getUTCDate() === 1;
      if (date === 1 || (date % 5 === 0 && date < 30) || lastOfMonth) add(t, String(date), day);
    }
  } else {
    const first = new Date(from);
    for (let month = first.getUTCMonth(); ; month++) {
      const t = Date.UTC(first.getUTCFullYear(), month, 1);
      if (t >= to) break;
      if (t >= from) add(t, (monthNames[((month % 12) + 12) % 12] ?? "").slice(0, 3), 0);
    }
  }
  return ticks;
}

function weekendsOf(from: number, to: number, at: (time: number) => number): readonly AxisSpan[] {
  if (to - from > 92 * day || to - from < 2 * day) return [];
  const spans: AxisSpan[] = [];
  for (let t = Math.floor(from / day) * day; t < to; t += day) {
    if (new Date(t).getUTCDay() !== 6 && !(new Date(t).getUTCDay() === 0 && t < from + day)) continue;
    const end = new Date(t).getUTCDay() === 6 ? t + 2 * day : t + day;
    spans.push({ x: percentOf(at(t)), width: percentOf(at(end) - at(t)) });
  }
  return spans.filter((span) => span.width !== "0%");
}

function captionOf(from: number, to: number): string {
  const first = new Date(from);
  const last = new Date(to - 1);
  const sameDay = first.toISOString().slice(0, 10) === last.toISOString().slice(0, 10);
  if (sameDay) return `${first.getUTCDate()} ${monthOf(first)}, UTC`;
  return monthOf(first) === monthOf(last) ? `${monthOf(first)}, UTC` : `${monthOf(first)} to ${monthOf(last)}, UTC`;
}

function monthOf(date: Date): string {
  return `${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function ceilTo(time: number, step: number): number {
  return Math.ceil(time / step) * step;
}

function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 16);
}
