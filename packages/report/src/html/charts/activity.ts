import type { CoverActivity } from "../../document/report-document.js";

/** The period as a picture: a dot an hour. */
export interface ActivityView {
  readonly viewBox: string;
  readonly caption: string;
  /** What lies across and what down. */
  readonly directions: string;
  readonly description: string;
  readonly dots: readonly Dot[];
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly empty: boolean;
}

const hour = 3_600_000;
const day = 24 * hour;
const cell = { width: 12, height: 8 } as const;
/** The largest dot still leaves air between the rows. */
const largest = 3.4;
/** An hour without events is a point. */
const emptyRadius = 0.5;
/** A picture of more days has dots too small to see. */
const mostDays = 92;
/** From as many days as a day has hours on, days lie across; the picture is then always wider than high. */
const daysAcrossFrom = 24;

/** Lays out the picture; null when the period has more days than it can show. */
export function activityView(activity: CoverActivity): ActivityView | null {
  const from = Math.floor(Date.parse(activity.from) / day) * day;
  const days = Math.ceil((Date.parse(activity.to) - from) / day);
  if (days > mostDays) return null;
  const daysAcross = days >= daysAcrossFrom;
  const events = new Map(activity.hours.map(([start, count]) => [Date.parse(start), count]));
  const most = Math.max(1, ...events.values());
  const dots: Dot[] = [];
  const first = Math.floor(Date.parse(activity.from) / hour) * hour;
  for (let time = first; time < Date.parse(activity.to); time += hour) {
    const count = events.get(time) ?? 0;
    const date = Math.floor((time - from) / day);
    const hourOfDay = ((time - from) % day) / hour;
    const radius = count === 0 ? emptyRadius : Math.max(0.6, Math.sqrt(count / most) * largest);
    dots.push({
      x: ((daysAcross ? date : hourOfDay) + 0.5) * cell.width,
      y: ((daysAcross ? hourOfDay : date) + 0.5) * cell.height,
      radius: Math.round(radius * 100) / 100,
      empty: count === 0,
    });
  }
  const [columns, rows] = daysAcross ? [days, 24] : [24, days];
  return {
    viewBox: `0 0 ${columns * cell.width} ${rows * cell.height}`,
    caption: activity.caption,
    directions: daysAcross ? "Days across, hours (UTC) down." : "Hours (UTC) across, days down.",
    description: activity.description,
    dots,
  };
}
