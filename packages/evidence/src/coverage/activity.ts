import { gapThresholdSeconds, maxCountedSteps, stepSeconds } from "./gap-rule.js";

/** A time in which an API server recorded nothing: from its last event before to its first event after. */
export interface Silence {
  /** RFC 3339 UTC, to the millisecond; to ten seconds where exact edges no longer fit in memory. */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

/** The gaps in the log of one API server, over all the time it was read for. */
export interface Gaps {
  /** Silence longer than this is a gap. */
  readonly thresholdSeconds: number;
  readonly count: number;
  /** Of all gaps together. */
  readonly seconds: number;
  /** The longest hundred, by time. */
  readonly longest: readonly Silence[];
  /** False when events of more days than fit in memory were not looked at. */
  readonly complete: boolean;
}

/** How many more days of activity may be held, over all API servers. */
export interface DayBudget {
  /** Each takes 1,080 bytes. */
  days: number;
  /** Of them, days with exact edges: 34,560 bytes more each. */
  exactDays: number;
}

/** A budget for a run: about 9 MB of days, and up to 35 MB of exact edges. */
export function createDayBudget(days = 8192, exactDays = 1000): DayBudget {
  return { days, exactDays };
}

interface Page {
  readonly occupied: Uint8Array;
  /** Milliseconds within a step of its first and last event; null where they were not kept. */
  readonly edges: { readonly first: Uint16Array; readonly last: Uint16Array } | null;
}

const stepsADay = 86_400 / stepSeconds;
const stepMs = stepSeconds * 1000;
const mostListed = 100;

/**
 * Remembers when an API server recorded something: a bit for each step of ten seconds, and when in it the first and the
 * last event came. The order in which events come does not matter: files and shippers do not keep it.
 */
export class Activity {
  readonly #pages = new Map<number, Page>();
  readonly #budget: DayBudget;
  #complete = true;
  /** The last step as text, `2026-11-22T12:18:2`: most events lie in the step of the one before. */
  #last = "";
  #page: Page | undefined;
  #at = 0;

  constructor(budget: DayBudget) {
    this.#budget = budget;
  }

  /** Whether every event was looked at; false when there were more days than the budget allows. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Notes an event by the time it was recorded (`stageTimestamp`, RFC 3339 UTC); what is no such time is left alone. */
  add(time: string): void {
    const text = time.slice(0, 18);
    if (text !== this.#last) this.#turnTo(text);
    const page = this.#page;
    if (page === undefined) return;
    const at = this.#at;
    const byte = page.occupied[at >> 3] as number;
    const bit = 1 << (at & 7);
    if ((byte & bit) === 0) page.occupied[at >> 3] = byte | bit;
    if (page.edges === null) return;
    const ms = millisecondsIn(time);
    const { first, last } = page.edges;
    if ((byte & bit) === 0) first[at] = last[at] = ms;
    else if (ms < (first[at] as number)) first[at] = ms;
    else if (ms > (last[at] as number)) last[at] = ms;
  }

  /** Gives how many seconds lie in steps with an event. */
  occupiedSeconds(): number {
    let steps = 0;
    for (const { occupied } of this.#pages.values()) {
      for (let byte of occupied) for (; byte !== 0; byte &= byte - 1) steps++;
    }
    return steps * stepSeconds;
  }

  /** Gives the seconds of silence that make a gap for this server; see {@link gapThresholdSeconds}. */
  thresholdSeconds(): number {
    const distances = new Uint32Array(maxCountedSteps + 2);
    for (const [step, next] of this.#pairs()) {
      const place = Math.min(next - step, maxCountedSteps + 1);
      distances[place] = (distances[place] ?? 0) + 1;
    }
    return gapThresholdSeconds(distances);
  }

  /** Gives each silence between two events that is longer than so many seconds, by time. */
  *silences(longerThanSeconds: number): Generator<Silence, void> {
    for (const [step, next] of this.#pairs()) {
      if ((next - step) * stepSeconds <= longerThanSeconds) continue;
      const from = this.#lastIn(step);
      const to = this.#firstIn(next);
      const seconds = (to - from) / 1000;
      if (seconds > longerThanSeconds) yield { from: instantOf(from), to: instantOf(to), seconds };
    }
  }

  gaps(): Gaps {
    const thresholdSeconds = this.thresholdSeconds();
    let count = 0;
    let seconds = 0;
    let longest: Silence[] = [];
    for (const silence of this.silences(thresholdSeconds)) {
      count++;
      seconds += silence.seconds;
      longest.push(silence);
      if (longest.length > 2 * mostListed) longest = longestOf(longest, mostListed);
    }
    const listed = longestOf(longest, mostListed).toSorted((a, b) => (a.from < b.from ? -1 : 1));
    return { thresholdSeconds, count, seconds, longest: listed, complete: this.#complete };
  }

  #turnTo(text: string): void {
    this.#last = text;
    this.#page = undefined;
    const step = Math.floor(Date.parse(`${text}0Z`) / stepMs);
    if (Number.isNaN(step)) return;
    const day = Math.floor(step / stepsADay);
    this.#at = step - day * stepsADay;
    this.#page = this.#pages.get(day) ?? this.#addPage(day);
  }

  #addPage(day: number): Page | undefined {
    const budget = this.#budget;
    if (budget.days === 0) {
      this.#complete = false;
      return undefined;
    }
    budget.days--;
    const exact = budget.exactDays > 0;
    if (exact) budget.exactDays--;
    const edges = exact ? { first: new Uint16Array(stepsADay), last: new Uint16Array(stepsADay) } : null;
    const page: Page = { occupied: new Uint8Array(stepsADay / 8), edges };
    this.#pages.set(day, page);
    return page;
  }

  #lastIn(step: number): number {
    const edges = this.#pages.get(Math.floor(step / stepsADay))?.edges ?? null;
    return edges === null ? (step + 1) * stepMs : step * stepMs + (edges.last[place(step)] as number);
  }

  #firstIn(step: number): number {
    const edges = this.#pages.get(Math.floor(step / stepsADay))?.edges ?? null;
    return step * stepMs + (edges === null ? 0 : (edges.first[place(step)] as number));
  }

  /** Each step with activity and the one that follows it. */
  *#pairs(): Generator<readonly [number, number], void> {
    let previous: number | undefined;
    for (const day of [...this.#pages.keys()].toSorted((a, b) => a - b)) {
      const { occupied } = this.#pages.get(day) as Page;
      for (let at = 0; at < stepsADay; at++) {
        const byte = occupied[at >> 3] as number;
        if (byte === 0) at |= 7;
        else if ((byte & (1 << (at & 7))) !== 0) {
          const step = day * stepsADay + at;
          if (previous !== undefined) yield [previous, step];
          previous = step;
        }
      }
    }
  }
}

function place(step: number): number {
  return step - Math.floor(step / stepsADay) * stepsADay;
}

/** The milliseconds of `2026-11-22T12:18:23.631…` within its step of ten seconds. */
function millisecondsIn(time: string): number {
  let ms = digit(time, 18) * 1000;
  if (time.charCodeAt(19) === 46) ms += digit(time, 20) * 100 + digit(time, 21) * 10 + digit(time, 22);
  return ms;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : 0;
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

function longestOf(gaps: readonly Silence[], most: number): Silence[] {
  return gaps.toSorted((a, b) => b.seconds - a.seconds).slice(0, most);
}
