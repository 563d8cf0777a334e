const months = "January February March April May June July August September October November December".split(" ");

/** Gives a length of time in its two largest units: "6 h 34 min", "3 min 54 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(whole / 3600);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Gives a time from one instant to another in UTC: "14 October, 02:11 to 08:45". */
export function span(from: string, to: string): string {
  const sameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${day(from)}, ${clock(from)} to ${sameDay ? "" : `${day(to)}, `}${clock(to)}`;
}

/** Gives the day of an instant or of a date: "14 October". */
export function day(instant: string): string {
  return `${Number(instant.slice(8, 10))} ${months[Number(instant.slice(5, 7)) - 1] ?? ""}`;
}

function clock(instant: string): string {
  return instant.slice(11, 16);
}
