import type { EventClassInBundle } from "./framework-in-bundle.js";

/** What of an API server's coverage tells about its days. */
export interface DayCoverage {
  /** Hours with events: their start, and how many. */
  readonly hours: readonly (readonly [hour: string, events: number])[];
  /** Seconds covered on each day, where gaps were looked for. */
  readonly days?: readonly (readonly [day: string, coveredSeconds: number, ...rest: unknown[]])[];
}

const dayMs = 86_400_000;
/** Gaps are told to the millisecond; a day short by less than this is covered. */
const toleranceSeconds = 1;
/** Days that are named; a period can be as long as anybody types it. */
const mostDays = 400;

/**
 * Counts the days of a period (UTC), and names those that are not covered in full on every API server: by seconds where gaps were
 * looked for, else by whether there was any event at all.
 */
export function coveredDays(
  period: { readonly from: string; readonly to: string },
  servers: readonly DayCoverage[],
): NonNullable<EventClassInBundle["days"]> {
  const from = Date.parse(period.from);
  const to = Date.parse(period.to);
  const first = Math.floor(from / dayMs);
  const end = Math.ceil(to / dayMs);
  const covers = (day: number, { hours, days }: Seen): boolean => {
    const name = dayName(day);
    if (days === null) return hours.has(name);
    const needed = (Math.min((day + 1) * dayMs, to) - Math.max(day * dayMs, from)) / 1000;
    return (days.get(name) ?? 0) >= needed - toleranceSeconds;
  };
  const seen = servers.map(seenBy);
  const known = new Set(seen.flatMap(({ hours, days }) => [...(days === null ? hours : days.keys())]));
  let inFull = 0;
  for (const name of known) {
    const day = Date.parse(`${name}T00:00:00Z`) / dayMs;
    if (day >= first && day < end && seen.every((server) => covers(day, server))) inFull++;
  }
  const notInFull: string[] = [];
  for (let day = first; day < end && notInFull.length < mostDays; day++) {
    if (seen.length === 0 || !seen.every((server) => covers(day, server))) notInFull.push(dayName(day));
  }
  const by = seen.length > 0 && seen.every(({ days }) => days !== null) ? "covered-time" : "events";
  return { by, inPeriod: end - first, inFull, notInFull };
}

interface Seen {
  readonly hours: ReadonlySet<string>;
  readonly days: ReadonlyMap<string, number> | null;
}

function seenBy({ hours, days }: DayCoverage): Seen {
  return {
    hours: new Set(hours.map(([hour]) => hour.slice(0, 10))),
    days: days === undefined ? null : new Map(days.map(([day, seconds]) => [day, seconds])),
  };
}

function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
