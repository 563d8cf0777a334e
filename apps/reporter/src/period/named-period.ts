import { ReporterError } from "../errors.js";
import { formatInstant } from "./instant.js";

/** The bounds of a period, half-open: UTC instants with six fraction digits. */
export interface PeriodBounds {
  readonly from: string;
  readonly to: string;
}

const knownForms =
  "last-month, last-quarter, last-week, last-year, yesterday, a year (2026), a quarter (2026-Q3), a month (2026-10), a week (2026-W41) or a day (2026-10-14)";

/** The first instant of a month; months outside 0 to 11 move the year. */
function monthStart(year: number, month: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date;
}

function dayStart(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

function addDays(date: Date, days: number): Date {
  return dayStart(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days);
}

/** The Monday on or before a day (ISO 8601: weeks begin on Monday). */
function mondayOf(date: Date): Date {
  return addDays(date, -((date.getUTCDay() + 6) % 7));
}

function bounds(from: Date, to: Date): PeriodBounds {
  return { from: formatInstant(from), to: formatInstant(to) };
}

function relativePeriod(name: string, now: Date): PeriodBounds | null {
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  const today = dayStart(year, month, now.getUTCDate());
  switch (name) {
    case "yesterday":
      return bounds(addDays(today, -1), today);
    case "last-week":
      return bounds(addDays(mondayOf(today), -7), mondayOf(today));
    case "last-month":
      return bounds(monthStart(year, month - 1), monthStart(year, month));
    case "last-quarter": {
      const first = month - (month % 3);
      return bounds(monthStart(year, first - 3), monthStart(year, first));
    }
    case "last-year":
      return bounds(monthStart(year - 1, 0), monthStart(year, 0));
    default:
      return null;
  }
}

function calendarPeriod(name: string): PeriodBounds | null {
  const match = /^(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})(?:-(\d{2}))?))?$/i.exec(name);
  if (match === null) return null;
  const year = Number(match[1]);
  if (year === 0 || year === 9999) return null;
  const [quarter, week, month, day] = match.slice(2).map((part) => (part === undefined ? null : Number(part)));
  if (quarter != null) return bounds(monthStart(year, quarter * 3 - 3), monthStart(year, quarter * 3));
  if (week != null) {
    // ISO 8601: week 1 is the week of 4 January.
    const monday = addDays(mondayOf(dayStart(year, 0, 4)), (week - 1) * 7);
    const nextYear = mondayOf(dayStart(year + 1, 0, 4));
    return week >= 1 && monday < nextYear ? bounds(monday, addDays(monday, 7)) : null;
  }
  if (month == null) return bounds(monthStart(year, 0), monthStart(year + 1, 0));
  if (month < 1 || month > 12) return null;
  if (day == null) return bounds(monthStart(year, month - 1), monthStart(year, month));
  const date = dayStart(year, month - 1, day);
  return day >= 1 && date.getUTCMonth() === month - 1 ? bounds(date, addDays(date, 1)) : null;
}

/**
 * Reads `--period`: a span before `now` (last-month, last-quarter, last-week, last-year, yesterday) or a calendar span
 * (2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-14), in UTC. Weeks are those of ISO 8601.
 *
 * Throws `KAUDIT_CLI_PERIOD_INVALID` for any other form.
 */
export function parseNamedPeriod(name: string, now: Date): PeriodBounds {
  const found = relativePeriod(name, now) ?? calendarPeriod(name);
  if (found !== null) return found;
  throw new ReporterError("KAUDIT_CLI_PERIOD_INVALID", `--period ${name}: not known; use ${knownForms}`, {
    details: { option: "--period" },
  });
}
