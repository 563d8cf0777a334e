import type { CoverActivity } from "../../document/report-document.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mostColumns = 100;
const largestRadius = 7.5;

/** A grid of dots, in points from its top left corner. */
export interface DotGrid {
  readonly height: number;
  /** A radius of 0 stands for nothing recorded. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly radius: number }[];
  readonly columnLabels: readonly { readonly x: number; readonly text: string }[];
  readonly rowLabels: readonly { readonly y: number; readonly text: string }[];
}

interface Slot {
  readonly column: number;
  readonly row: number;
  readonly events: number;
}

interface Arrangement {
  readonly columns: number;
  readonly rows: number;
  readonly slots: readonly Slot[];
  readonly columnLabels: readonly { readonly column: number; readonly text: string }[];
  readonly rowLabels: readonly { readonly row: number; readonly text: string }[];
}

/**
 * Places a dot for each hour: days across and hours down; hours across and days down for up to a week; for more than a
 * hundred days one dot a day, weeks across. A dot's area is the number of events.
 */
export function dotGrid(activity: CoverActivity, width: number, height: number): DotGrid {
  const arrangement = arrange(activity);
  const pitchX = width / Math.max(arrangement.columns, 12);
  const pitchY = Math.min(height / arrangement.rows, Math.max(pitchX, 11), 22);
  const most = Math.max(1, ...arrangement.slots.map((slot) => slot.events));
  const radius = Math.min(largestRadius, pitchX * 0.42, pitchY * 0.42);
  const x = (column: number) => (column + 0.5) * pitchX;
  const y = (row: number) => (row + 0.5) * pitchY;
  return {
    height: arrangement.rows * pitchY,
    dots: arrangement.slots.map((slot) => ({
      x: x(slot.column),
      y: y(slot.row),
      radius: slot.events === 0 ? 0 : Math.max(1, radius * Math.sqrt(slot.events / most)),
    })),
    columnLabels: arrangement.columnLabels.map((label) => ({ x: x(label.column), text: label.text })),
    rowLabels: arrangement.rowLabels.map((label) => ({ y: y(label.row), text: label.text })),
  };
}

function arrange(activity: CoverActivity): Arrangement {
  const first = Math.floor(Date.parse(activity.from) / dayMs) * dayMs;
  const days = Math.max(1, Math.ceil((Date.parse(activity.to) - first) / dayMs));
  if (days > mostColumns) return byWeek(activity, first, days);
  const hours = hourSlots(activity, first);
  return days <= 7 ? hoursAcross(hours, first, days) : daysAcross(hours, first, days);
}

interface Hour {
  readonly day: number;
  readonly hour: number;
  readonly events: number;
}

function hourSlots(activity: CoverActivity, first: number): readonly Hour[] {
  const events = new Map(activity.hours.map(([hour, count]) => [Math.floor(Date.parse(hour) / hourMs), count]));
  const slots: Hour[] = [];
  const end = Date.parse(activity.to);
  for (let time = Math.floor(Date.parse(activity.from) / hourMs) * hourMs; time < end; time += hourMs) {
    const day = Math.floor((time - first) / dayMs);
    slots.push({ day, hour: new Date(time).getUTCHours(), events: events.get(time / hourMs) ?? 0 });
  }
  return slots;
}

function daysAcross(hours: readonly Hour[], first: number, days: number): Arrangement {
  return {
    columns: days,
    rows: 24,
    slots: hours.map((slot) => ({ column: slot.day, row: slot.hour, events: slot.events })),
    columnLabels: dayLabels(first, days).map((label) => ({ column: label.day, text: label.text })),
    rowLabels: [0, 6, 12, 18].map((hour) => ({ row: hour, text: String(hour).padStart(2, "0") })),
  };
}

function hoursAcross(hours: readonly Hour[], first: number, days: number): Arrangement {
  return {
    columns: 24,
    rows: days,
    slots: hours.map((slot) => ({ column: slot.hour, row: slot.day, events: slot.events })),
    columnLabels: [0, 6, 12, 18, 23].map((hour) => ({ column: hour, text: String(hour).padStart(2, "0") })),
    rowLabels:
      days === 1
        ? []
        : Array.from({ length: days }, (_, day) => ({
            row: day,
            text: String(new Date(first + day * dayMs).getUTCDate()),
          })),
  };
}

/** The first day, each fifth of a month and the last. */
function dayLabels(first: number, days: number): readonly { readonly day: number; readonly text: string }[] {
  const labels = [];
  for (let day = 0; day < days; day += 1) {
    const date = new Date(first + day * dayMs).getUTCDate();
    const near = days - 1 - day < 3 && day !== days - 1;
    const step = days > 40 ? 10 : 5;
    if (day === 0 || day === days - 1 || (date % step === 0 && date < 31 && !near && day > 2))
      labels.push({ day, text: String(date) });
  }
  return labels;
}

/** One dot a day, a row for each day of the week. */
function byWeek(activity: CoverActivity, first: number, days: number): Arrangement {
  const sums = new Map<number, number>();
  for (const [hour, count] of activity.hours) {
    const day = Math.floor((Date.parse(hour) - first) / dayMs);
    sums.set(day, (sums.get(day) ?? 0) + count);
  }
  const offset = (new Date(first).getUTCDay() + 6) % 7;
  const slots = Array.from({ length: days }, (_, day) => ({
    column: Math.floor((day + offset) / 7),
    row: (day + offset) % 7,
    events: sums.get(day) ?? 0,
  }));
  return {
    columns: Math.ceil((days + offset) / 7),
    rows: 7,
    slots,
    columnLabels: [],
    rowLabels: ["Mon", "", "Wed", "", "Fri", "", "Sun"].flatMap((text, row) => (text === "" ? [] : [{ row, text }])),
  };
}
