import { clockTicks } from "../../document/time-ticks.js";
import { monthNames } from "../../document/words/month-names.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shortMonthNames = monthNames.map((name) => name.slice(0, 3));

/** A stretch of the axis, as shares of its width. */
export interface AxisSpan {
  readonly from: number;
  readonly to: number;
}

/** The time axis of a chart: x is the share of the period, 0 to 1. */
export interface TimeAxis {
  /** "October 2026, UTC" */
  readonly label: string;
  /** Hours, days or weeks of the period. */
  readonly cells: readonly AxisSpan[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Saturdays and Sundays; none where the cells are hours or weeks. */
  readonly weekends: readonly AxisSpan[];
  /** Gives the share of the period at a moment, within 0 and 1. */
  at(timestamp: string | number): number;
}

/** Gives the axis of a period: hours for up to three days, days for up to three months, else weeks. */
export function timeAxis(from: string, to: string): TimeAxis {
  const start = Date.parse(from);
  const end = Math.max(Date.parse(to), start + 1);
  const at = (moment: string | number) => {
    const time = typeof moment === "number" ? moment : Date.parse(moment);
    return Math.min(1, Math.max(0, (time - start) / (end - start)));
  };
  const days = (end - start) / dayMs;
  const span = days <= 3 ? hourMs : days <= 92 ? dayMs : 7 * dayMs;
  const edges = edgesOf(start, end, span);
  const cells = edges.slice(1).map((edge, index) => ({ from: at(edges[index] ?? start), to: at(edge) }));
  const weekends =
    span === dayMs
      ? edges
          .slice(0, -1)
          .filter(isWeekend)
          .map((edge) => ({ from: at(edge), to: at(edge + dayMs) }))
      : [];
  return { label: labelOf(start, end), cells, ticks: ticksOf(start, end, span, at), weekends, at };
}

/** Whole hours and days of the clock; weeks are counted from the start. */
function edgesOf(start: number, end: number, span: number): number[] {
  const first = span > dayMs ? start + span : Math.floor(start / span) * span + span;
  const edges = [start];
  for (let edge = first; edge < end; edge += span) edges.push(edge);
  edges.push(end);
  return edges;
}

function isWeekend(time: number): boolean {
  const day = new Date(time).getUTCDay();
  return day === 0 || day === 6;
}

function labelOf(start: number, end: number): string {
  const first = new Date(start);
  const last = new Date(end - 1);
  const month = monthNames[first.getUTCMonth()] ?? "";
  if (first.toISOString().slice(0, 10) === last.toISOString().slice(0, 10)) {
    return `${first.getUTCDate()} ${month} ${first.getUTCFullYear()}, UTC`;
  }
  if (first.toISOString().slice(0, 7) === last.toISOString().slice(0, 7))
    return `${month} ${first.getUTCFullYear()}, UTC`;
  return "UTC";
}

function ticksOf(start: number, end: number, span: number, at: (time: number) => number): TimeAxis["ticks"] {
  if (end - start <= 4 * hourMs) return clockTicks(new Date(start).toISOString(), new Date(end).toISOString());
  if (span === hourMs) return hourTicks(start, end, at);
  const days = (end - start) / dayMs;
  const sameMonth = new Date(start).toISOString().slice(0, 7) === new Date(end - 1).toISOString().slice(0, 7);
  if (sameMonth) return dayTicks(start, end, at);
  return days <= 62 ? dateTicks(start, end, at) : monthTicks(start, end, at);
}

/** Every six hours where there are many, else every hour; at the left edge of the hour. */
function hourTicks(start: number, end: number, at: (time: number) => number): TimeAxis["ticks"] {
  const hours = (end - start) / hourMs;
  const step = (hours > 36 ? 12 : hours > 12 ? 6 : hours > 4 ? 2 : 1) * hourMs;
  const ticks = [];
  for (let time = Math.ceil(start / step) * step; time < end; time += step) {
    ticks.push({ at: at(time), label: new Date(time).toISOString().slice(11, 16) });
  }
  return ticks;
}

/** Days 1, 5, 10 and so on, and the last one; in the middle of the day. */
function dayTicks(start: number, end: number, at: (time: number) => number): TimeAxis["ticks"] {
  const ticks = [];
  const last = Math.floor((end - 1) / dayMs) * dayMs;
  for (let time = Math.floor(start / dayMs) * dayMs; time <= last; time += dayMs) {
    const day = new Date(time).getUTCDate();
    const near = last - time < 3 * dayMs && time !== last;
    if ((day === 1 || day % 5 === 0 || time === last || time < start) && !near) {
      ticks.push({ at: (at(time) + at(Math.min(end, time + dayMs))) / 2, label: String(day) });
    }
  }
  return ticks;
}

/** Every tenth of a month and its first day, with the month's name. */
function dateTicks(start: number, end: number, at: (time: number) => number): TimeAxis["ticks"] {
  const ticks = [];
  for (let time = Math.floor(start / dayMs) * dayMs; time < end; time += dayMs) {
    const date = new Date(time);
    const day = date.getUTCDate();
    if (day === 1 || day === 10 || day === 20)
      ticks.push({ at: at(time), label: `${day} ${shortMonthNames[date.getUTCMonth()] ?? ""}` });
  }
  return ticks;
}

function monthTicks(start: number, end: number, at: (time: number) => number): TimeAxis["ticks"] {
  const ticks = [];
  const first = new Date(start);
  for (let month = first.getUTCMonth(); ; month += 1) {
    const time = Math.max(start, Date.UTC(first.getUTCFullYear(), month, 1));
    if (time >= end) return ticks;
    ticks.push({ at: at(time), label: shortMonthNames[((month % 12) + 12) % 12] ?? "" });
  }
}
