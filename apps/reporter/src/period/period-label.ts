import type { PeriodBounds } from "./named-period.js";

const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const midnight = "T00:00:00.000000Z";

function dayOf(instant: string): Day {
  return {
    year: Number(instant.slice(0, 4)),
    month: Number(instant.slice(5, 7)),
    day: Number(instant.slice(8, 10)),
  };
}

function previousDay(instant: string): Day {
  return dayOf(new Date(Date.parse(instant) - 1).toISOString());
}

function monthName(month: number): string {
  return monthNames[month - 1] ?? "";
}

function dayLabel(day: Day): string {
  return `${day.day} ${monthName(day.month)} ${day.year}`;
}

/** "12:30", or as much of the time as is not zero: "12:30:05", "12:30:05.25". */
function timeLabel(instant: string): string {
  const fraction = instant.slice(20, 26).replace(/0+$/, "");
  if (fraction !== "") return `${instant.slice(11, 19)}.${fraction}`;
  return instant.slice(17, 19) === "00" ? instant.slice(11, 16) : instant.slice(11, 19);
}

function wholeMonthsLabel(first: Day, last: Day): string {
  if (first.year !== last.year) {
    if (first.month === 1 && last.month === 12) return `${first.year} to ${last.year}`;
    return `${monthName(first.month)} ${first.year} to ${monthName(last.month)} ${last.year}`;
  }
  if (first.month === 1 && last.month === 12) return String(first.year);
  if (first.month === last.month) return `${monthName(first.month)} ${first.year}`;
  return `${monthName(first.month)} to ${monthName(last.month)} ${first.year}`;
}

function wholeDaysLabel(first: Day, last: Day): string {
  if (first.year !== last.year) return `${dayLabel(first)} to ${dayLabel(last)}`;
  if (first.month !== last.month) return `${first.day} ${monthName(first.month)} to ${dayLabel(last)}`;
  return first.day === last.day ? dayLabel(first) : `${first.day} to ${dayLabel(last)}`;
}

/**
 * Names a period for titles: "October 2026", "July to September 2026", "22 November 2026", "1 to 15 October 2026",
 * "22 November 2026, 12:00 to 13:30 UTC".
 *
 * Days are named inclusively: the period up to the first instant of 16 October is "1 to 15 October". Equal bounds give
 * equal labels, however they were asked for.
 */
export function periodLabel({ from, to }: PeriodBounds): string {
  if (!from.endsWith(midnight) || !to.endsWith(midnight)) {
    const [start, end] = [dayLabel(dayOf(from)), dayLabel(dayOf(to))];
    return start === end
      ? `${start}, ${timeLabel(from)} to ${timeLabel(to)} UTC`
      : `${start}, ${timeLabel(from)} to ${end}, ${timeLabel(to)} UTC`;
  }
  const first = dayOf(from);
  const last = previousDay(to);
  return first.day === 1 && dayOf(to).day === 1 ? wholeMonthsLabel(first, last) : wholeDaysLabel(first, last);
}

/** The first `parts` of year, month and day: `2026`, `2026-10`, `2026-10-14`. */
function isoDate({ year, month, day }: Day, parts: number): string {
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")]
    .slice(0, parts)
    .join("-");
}

/** Names a period for folders: `2026-10`, `2026-Q3`, `2026`, `2026-11-22`, `2026-10-01_2026-10-16`. */
export function periodFolder({ from, to }: PeriodBounds): string {
  if (!from.endsWith(midnight) || !to.endsWith(midnight)) {
    return [from, to].map((instant) => instant.replace(/\.0+Z$/, "Z").replaceAll(":", "")).join("_");
  }
  const [first, last, end] = [dayOf(from), previousDay(to), dayOf(to)];
  if (first.day === 1 && end.day === 1 && first.year === last.year) {
    if (first.month === last.month) return isoDate(first, 2);
    if (first.month === 1 && last.month === 12) return isoDate(first, 1);
    if (first.month % 3 === 1 && last.month === first.month + 2) return `${isoDate(first, 1)}-Q${last.month / 3}`;
  }
  if (isoDate(first, 3) === isoDate(last, 3)) return isoDate(first, 3);
  return `${isoDate(first, 3)}_${isoDate(end, 3)}`;
}
