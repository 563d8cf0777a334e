const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  second,
  2 * second,
  5 * second,
  10 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  6 * hour,
  12 * hour,
] as const;

/** The most ticks along a chart that tells times of day. */
const mostTicks = 8;

/** A label along a chart, at a share of its width. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Gives at most eight ticks at whole seconds, minutes or hours of a period of a few days, by the clock in UTC. */
export function clockTicks(from: string, to: string): readonly Tick[] {
  const start = Date.parse(from);
  const length = Math.max(1, Date.parse(to) - start);
  const step = steps.find((one) => length / one <= mostTicks) ?? day;
  const ticks: Tick[] = [];
  for (let time = Math.ceil(start / step) * step; time < start + length; time += step) {
    const clock = new Date(time).toISOString();
    ticks.push({ at: (time - start) / length, label: clock.slice(11, step < minute ? 19 : 16) });
  }
  return ticks;
}

/** Gives the days 1, 5, 10 and so on of a period of days, or the first days of months above 62 days; in the middle of the day. */
export function dayTicks(from: string, to: string): readonly Tick[] {
  const start = Math.floor(Date.parse(from) / day) * day;
  const end = Date.parse(to);
  const days = Math.max(1, Math.ceil((end - start) / day));
  const ticks: Tick[] = [];
  for (let index = 0; index < days; index += 1) {
    const date = new Date(start + index * day);
    const of = date.getUTCDate();
    const at = (index + 0.5) / days;
    if (days > 62) {
      if (of === 1) ticks.push({ at, label: date.toISOString().slice(0, 7) });
    } else if (of === 1 || (of % 5 === 0 && of < 30) || (index === days - 1 && of > 27)) {
      ticks.push({ at, label: String(of) });
    }
  }
  return ticks;
}
