import type { AuditEvent, IdentityBasis } from "@kaudit/schema";
import { Activity } from "./activity.js";
import type { DayBudget } from "./activity.js";
import { ClockOrder } from "./clock-order.js";
import type { ExplainedGap } from "./coverage-options.js";
import { FileExtents } from "./file-extents.js";
import { gapPieces } from "./gap-pieces.js";
import { isStartSign, Starts } from "./start-signs.js";

const dayMs = 86_400_000;
const mostDays = 3660;
/** Time before and after the period that is looked at too, so that a silence over its edge is judged by its whole length. */
const marginMs = dayMs;
/** Signs of a start this long after a silence belong to it: until it is ready, an API server may record nothing. */
const restartMs = 60_000;
/** A request received so long before anything was recorded had a record that is gone. */
const lostRecordMs = 5000;

/** A period in milliseconds. */
export interface PeriodMs {
  readonly from: number;
  readonly to: number;
}

/** Why nothing was recorded, as far as the log shows. */
export type GapCause = "silent" | "restart" | "rotation" | "before-first" | "after-last" | "heartbeats-missing";

/** A time within the period in which an API server recorded nothing. */
export interface CoverageGap {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /**
   * `silent`: inside of one file. `rotation`: between two files, or requests were served whose records are gone: a file
   * is missing. `restart`: the API server started after it. `before-first`, `after-last`: before or after all records.
   * `heartbeats-missing`: other events were recorded, but none of those that the cluster makes all the time.
   */
  readonly cause: GapCause;
  /** The reason and ticket that the configuration gives; null when it gives none. */
  readonly explained: string | null;
}

/** How the silences of a server are judged. */
export interface GapJudgement {
  readonly period: PeriodMs;
  /** Null: adapts to the server's traffic. */
  readonly thresholdSeconds: number | null;
  readonly explanations: readonly ExplainedGap[];
  /** Silences of the cluster's heartbeats while something was recorded, in milliseconds. */
  readonly heartbeatSilences: readonly PeriodMs[];
}

/** What one API server's log covers of the period. */
export interface CoveredTime {
  readonly periodSeconds: number;
  readonly coveredSeconds: number;
  readonly thresholdSeconds: number;
  /** By time. */
  readonly gaps: CoverageGap[];
  /** Seconds covered on each day (UTC) that the period touches. */
  readonly days: [day: string, coveredSeconds: number][];
  readonly restarts: string[];
  readonly lateEvents: number;
  readonly clockRegressions: number;
  /** False when not every event's time could be kept: nothing is known then. */
  readonly complete: boolean;
}

/** Follows when one API server recorded something, in memory that does not grow with the number of events. */
export class ServerCoverage {
  readonly basis: IdentityBasis;
  readonly #period: PeriodMs;
  readonly #activity: Activity;
  readonly #order = new ClockOrder();
  readonly #files = new FileExtents();
  readonly #starts = new Starts();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #earliestReceived = Number.POSITIVE_INFINITY;
  #stageBeforeReceived = 0;

  constructor(period: PeriodMs, basis: IdentityBasis, budget: DayBudget) {
    this.#period = period;
    this.basis = basis;
    this.#activity = new Activity(budget);
  }

  /**
   * Notes an event: `recorded` is its `stageTimestamp` and `received` its `requestReceivedTimestamp`, both comparable or
   * empty.
   */
  add(event: AuditEvent, file: string, received: string, recorded: string): void {
    const text = recorded === "" ? received : recorded;
    if (text === "") return;
    const time = Date.parse(`${text.slice(0, 23)}Z`);
    this.#order.add(file, time);
    const { from, to } = this.#period;
    if (time < from - marginMs || time >= to + marginMs) return;
    if (recorded !== "" && received !== "" && recorded < received) this.#stageBeforeReceived++;
    this.#activity.add(text);
    this.#files.add(file, time);
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
    if (received !== "") {
      const since = Date.parse(`${received.slice(0, 23)}Z`);
      if (since < this.#earliestReceived) this.#earliestReceived = since;
    }
    if (isStartSign(event)) this.#starts.add(time);
  }

  /** Notes that events were recorded from `first` to `last` (milliseconds, within ten seconds) of which nothing else is known. */
  addCounted(file: string, first: number, last: number): void {
    const { from, to } = this.#period;
    if (first < from - marginMs || last >= to + marginMs) return;
    for (const time of [first, last]) {
      this.#activity.add(new Date(time).toISOString());
      this.#files.add(file, time);
    }
    if (first < this.#first) this.#first = first;
    if (last > this.#last) this.#last = last;
  }

  /** The last time at which something was recorded, in milliseconds; -Infinity for never. */
  get last(): number {
    return this.#last;
  }

  /** When the server started, in milliseconds, by time. */
  startTimes(): number[] {
    return this.#starts.times();
  }

  /** Gives what the log covers; call it when all events were given. */
  finish(judgement: GapJudgement): CoveredTime {
    const { period, explanations } = judgement;
    const thresholdSeconds = judgement.thresholdSeconds ?? this.#activity.thresholdSeconds();
    const gaps: CoverageGap[] = [];
    for (const silence of this.#silences(thresholdSeconds, judgement)) {
      for (const piece of gapPieces(silence.from, silence.to, explanations, thresholdSeconds * 1000)) {
        const seconds = (piece.to - piece.from) / 1000;
        const { explained } = piece;
        gaps.push({
          from: new Date(piece.from).toISOString(),
          to: new Date(piece.to).toISOString(),
          seconds,
          cause: silence.cause,
          explained: explained === null ? null : `${explained.reason} (${explained.ticket})`,
        });
      }
    }
    const { lateEvents, setBacks } = this.#order.finish();
    const lost = gaps.reduce((sum, { seconds }) => sum + seconds, 0);
    const periodSeconds = (period.to - period.from) / 1000;
    return {
      periodSeconds,
      coveredSeconds: rounded(periodSeconds - lost),
      thresholdSeconds,
      gaps,
      days: coveredDays(period, gaps),
      restarts: this.#restarts(),
      lateEvents,
      clockRegressions: setBacks + this.#stageBeforeReceived,
      complete: this.#activity.complete,
    };
  }

  /** The silences of the period that are gaps, by time. */
  #silences(thresholdSeconds: number, { period, heartbeatSilences }: GapJudgement): Silent[] {
    const { from, to } = period;
    const found: Silent[] = [];
    const note = (start: number, end: number, cause: GapCause): void => {
      const clipped = { from: Math.max(start, from), to: Math.min(end, to), cause };
      if (clipped.from < clipped.to) found.push(clipped);
    };
    if (this.#last === Number.NEGATIVE_INFINITY) return [{ from, to, cause: "before-first" }];
    // Requests that were received before anything was recorded had records that are gone, however short the time.
    const served = this.#earliestReceived < this.#first - lostRecordMs && this.#earliestReceived >= from;
    if (served || this.#first - from > thresholdSeconds * 1000)
      note(from, this.#first, served ? "rotation" : "before-first");
    for (const silence of this.#activity.silences(thresholdSeconds)) {
      const [start, end] = [Date.parse(silence.from), Date.parse(silence.to)];
      note(start, end, this.#causeOf(start, end));
    }
    if (to - this.#last > thresholdSeconds * 1000) note(this.#last, to, "after-last");
    const silent = [...found];
    for (const heartbeat of heartbeatSilences) {
      if (!silent.some((other) => other.from < heartbeat.to && other.to > heartbeat.from))
        note(heartbeat.from, heartbeat.to, "heartbeats-missing");
    }
    return found.toSorted((a, b) => a.from - b.from);
  }

  #causeOf(from: number, to: number): GapCause {
    if (this.#starts.times().some((start) => start >= to - 1000 && start <= to + restartMs)) return "restart";
    return this.#files.spans(from, to) ? "silent" : "rotation";
  }

  /** Starts within the period after something had been recorded. */
  #restarts(): string[] {
    const { from, to } = this.#period;
    return this.#starts
      .times()
      .filter((start) => start >= from && start < to && this.#first < start - 1000)
      .slice(0, 100)
      .map((start) => new Date(start).toISOString());
  }
}

interface Silent {
  readonly from: number;
  readonly to: number;
  readonly cause: GapCause;
}

/** Seconds covered on each day that the period touches; nothing for a period of more than ten years. */
export function coveredDays(
  { from, to }: PeriodMs,
  gaps: readonly CoverageGap[],
): [day: string, coveredSeconds: number][] {
  const days: [string, number][] = [];
  if (to - from > mostDays * dayMs) return days;
  for (let day = Math.floor(from / dayMs) * dayMs; day < to; day += dayMs) {
    const start = Math.max(day, from);
    const end = Math.min(day + dayMs, to);
    let covered = end - start;
    for (const gap of gaps) covered -= overlap(start, end, Date.parse(gap.from), Date.parse(gap.to));
    days.push([new Date(day).toISOString().slice(0, 10), rounded(covered / 1000)]);
  }
  return days;
}

function overlap(start: number, end: number, from: number, to: number): number {
  return Math.max(0, Math.min(end, to) - Math.max(start, from));
}

/** To the millisecond, without the noise of sums. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
