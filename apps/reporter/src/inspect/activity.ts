import { gapThresholdSeconds, maxCountedSteps, stepSeconds } from "./gap-rule.js";

/** A time in which an API server recorded nothing. */
export interface Gap {
  /** RFC 3339 UTC, to ten seconds: nothing was recorded from here … */
  readonly from: string;
  /** … until just before here. */
  readonly to: string;
  readonly seconds: number;
}

/** The gaps in the log of one API server. */
export interface Gaps {
  /** Silence longer than this is a gap. */
  readonly thresholdSeconds: number;
  readonly count: number;
  /** Of all gaps together. */
  readonly seconds: number;
  /** The longest hundred, by time. */
  readonly longest: readonly Gap[];
  /** False when events of more days than fit in memory were not looked at. */
  readonly complete: boolean;
}

/** How many more days of activity may be held, over all API servers: each takes 1,080 bytes. */
export interface DayBudget {
  days: number;
}

const stepsADay = 86_400 / stepSeconds;
const mostListed = 100;

/**
 * Remembers in which steps of ten seconds an API server recorded something, a bit each, and finds the gaps between them.
 * The order in which events come does not matter: files and shippers do not keep it.
 */
export class Activity {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #budget: DayBudget;
  #complete = true;
  /** The last step as text, `2026-11-22T12:18:2`: most events lie in the step of the one before. */
  #last = "";

  constructor(budget: DayBudget) {
    this.#budget = budget;
  }

  /** Notes an event by the time it was recorded (`stageTimestamp`, RFC 3339 UTC); what is no such time is left alone. */
  add(time: string): void {
    const text = time.slice(0, 18);
    if (text === this.#last) return;
    this.#last = text;
    const step = Math.floor(Date.parse(`${text}0Z`) / 1000 / stepSeconds);
    if (Number.isNaN(step)) return;
    const day = Math.floor(step / stepsADay);
    const page = this.#pages.get(day) ?? this.#addPage(day);
    if (page === undefined) return;
    const at = step - day * stepsADay;
    page[at >> 3] = (page[at >> 3] as number) | (1 << (at & 7));
  }

  gaps(): Gaps {
    const distances = new Uint32Array(maxCountedSteps + 2);
    for (const [step, next] of this.#pairs()) {
      const place = Math.min(next - step, maxCountedSteps + 1);
      distances[place] = (distances[place] ?? 0) + 1;
    }
    const thresholdSeconds = gapThresholdSeconds(distances);
    let count = 0;
    let seconds = 0;
    let longest: Gap[] = [];
    for (const [step, next] of this.#pairs()) {
      const silent = (next - step - 1) * stepSeconds;
      if (silent <= thresholdSeconds) continue;
      count++;
      seconds += silent;
      longest.push({ from: instantOf(step + 1), to: instantOf(next), seconds: silent });
      if (longest.length > 2 * mostListed) longest = longestOf(longest);
    }
    const listed = longestOf(longest).toSorted((a, b) => (a.from < b.from ? -1 : 1));
    return { thresholdSeconds, count, seconds, longest: listed, complete: this.#complete };
  }

  #addPage(day: number): Uint8Array | undefined {
    if (this.#budget.days === 0) {
      this.#complete = false;
      return undefined;
    }
    this.#budget.days--;
    const page = new Uint8Array(stepsADay / 8);
    this.#pages.set(day, page);
    return page;
  }

  /** Each step with activity and the one that follows it. */
  *#pairs(): Generator<readonly [number, number], void> {
    let previous: number | undefined;
    for (const day of [...this.#pages.keys()].toSorted((a, b) => a - b)) {
      const page = this.#pages.get(day) as Uint8Array;
      for (let at = 0; at < stepsADay; at++) {
        const byte = page[at >> 3] as number;
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

function instantOf(step: number): string {
  return `${new Date(step * stepSeconds * 1000).toISOString().slice(0, 19)}Z`;
}

function longestOf(gaps: readonly Gap[]): Gap[] {
  return gaps.toSorted((a, b) => b.seconds - a.seconds).slice(0, mostListed);
}
