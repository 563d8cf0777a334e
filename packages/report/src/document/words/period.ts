import { monthNames } from "./month-names.js";

const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** A half-open period; both ends RFC 3339 in UTC. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Gives a moment or day as "22 November 2026"; what is none is "not known". */
export function formatDay(timestamp: string): string {
  return Number.isNaN(Date.parse(timestamp)) ? "not known" : formatDate(timestamp);
}

function formatDate(timestamp: string): string {
  const date = new Date(timestamp);
  return `${dayAndMonth(date)} ${date.getUTCFullYear()}`;
}

/** Gives a moment as "2026-11-22 12:18:25", in UTC and without the fraction; what is no moment is "not known". */
export function formatMoment(timestamp: string): string {
  if (Number.isNaN(Date.parse(timestamp))) return "not known";
  return new Date(timestamp).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * Gives a period in words, the excluded end turned into the last day where it is a midnight: "1 to 31 October 2026",
 * "22 November 2026", "1 October to 30 November 2026"; a period that does not begin and end at midnight names the times.
 */
export function formatPeriod(period: Period): string {
  const from = new Date(period.from);
  const to = new Date(period.to);
  if (from.getTime() % dayMs !== 0 || to.getTime() % dayMs !== 0) return periodWithTimes(from, to);
  const last = new Date(to.getTime() - dayMs);
  const end = `${dayAndMonth(last)} ${last.getUTCFullYear()}`;
  if (sameDay(from, last)) return end;
  if (from.getUTCFullYear() !== last.getUTCFullYear()) return `${formatDate(period.from)} to ${end}`;
  if (from.getUTCMonth() !== last.getUTCMonth()) return `${dayAndMonth(from)} to ${end}`;
  return `${from.getUTCDate()} to ${end}`;
}

function periodWithTimes(from: Date, to: Date): string {
  const start = `${dayAndMonth(from)} ${from.getUTCFullYear()}, ${clock(from, to)}`;
  return sameDay(from, to)
    ? `${start} to ${clock(to, from)}`
    : `${start} to ${dayAndMonth(to)} ${to.getUTCFullYear()}, ${clock(to, from)}`;
}

/** Hours and minutes; seconds where either end of the period has them. */
function clock(date: Date, other: Date): string {
  const withSeconds = date.getUTCSeconds() !== 0 || other.getUTCSeconds() !== 0;
  return date.toISOString().slice(11, withSeconds ? 19 : 16);
}

/** How many days of the calendar (UTC) the period touches. */
export function daysOf(period: Period): number {
  return Math.ceil(Date.parse(period.to) / dayMs) - Math.floor(Date.parse(period.from) / dayMs);
}

/** How many hours of the clock (UTC) the period touches. */
export function hoursOf(period: Period): number {
  return Math.ceil(Date.parse(period.to) / hourMs) - Math.floor(Date.parse(period.from) / hourMs);
}

/** How the times of a table are written, so that a column repeats no part that all its rows share. */
export interface TimeColumn {
  /** "October, UTC" over days and times, "22 November, UTC" over times, else "Time, UTC". */
  readonly head: string;
  /** Gives a cell; a moment outside the period is written in full. */
  format(timestamp: string): string;
}

/** Gives the head of a column of times within the period, and how its cells are written. */
export function timeColumn(period: Period): TimeColumn {
  const first = new Date(period.from);
  const last = new Date(Date.parse(period.to) - 1);
  const outside = (timestamp: string) => {
    const time = Date.parse(timestamp);
    return !(time >= first.getTime() && time <= last.getTime());
  };
  const within = (head: string, start: number): TimeColumn => ({
    head,
    format: (timestamp) => (outside(timestamp) ? formatMoment(timestamp) : formatMoment(timestamp).slice(start)),
  });
  if (sameDay(first, last)) return within(`${dayAndMonth(first)}, UTC`, 11);
  const sameMonth = first.toISOString().slice(0, 7) === last.toISOString().slice(0, 7);
  if (sameMonth) return within(`${monthName(first)}, UTC`, 8);
  return { head: "Time, UTC", format: formatMoment };
}

function dayAndMonth(date: Date): string {
  return `${date.getUTCDate()} ${monthName(date)}`;
}

function monthName(date: Date): string {
  return monthNames[date.getUTCMonth()] ?? "";
}

function sameDay(one: Date, other: Date): boolean {
  return one.toISOString().slice(0, 10) === other.toISOString().slice(0, 10);
}
