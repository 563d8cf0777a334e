import type { SourcedEvent } from "@kaudit/schema";
import { throwIfAborted } from "../abort.js";
import { wholeNumber } from "../limits.js";
import { EventQueue } from "./event-queue.js";
import type { QueuedEvent } from "./event-queue.js";

/** Options of `mergeByTime`. */
export interface MergeOptions {
  /**
   * How far, in milliseconds, an event's time may lie before a time that its reading gave earlier; the API servers' clocks
   * need not be in it. Default: 5,000.
   */
  readonly skewMilliseconds?: number;
  /** How many events are held at most. At the limit the earliest is given without waiting for others. Default: 50,000. */
  readonly maxHeldEvents?: number;
  /** Ends the merge with StreamError `KAUDIT_STREAM_ABORTED`. Default: none. */
  readonly signal?: AbortSignal;
}

/** An event of a merged sequence. */
export interface MergedEvent extends SourcedEvent {
  /** It came so late that an event of a later time had been given before it. */
  readonly late?: true;
}

/** What was merged so far. */
export interface MergeCounts {
  readonly events: number;
  /** Events that were given after one of a later time. */
  readonly late: number;
  /** Events that were given early because `maxHeldEvents` were held. */
  readonly forced: number;
  /** Events without a time; each stands where the event before it in its reading stands. */
  readonly untimed: number;
  /** The most events that were held at once. */
  readonly peakHeld: number;
}

/** A merged sequence. Can be iterated once. */
export interface MergedReading extends AsyncIterable<MergedEvent> {
  /** The counts so far; complete after the iteration. */
  readonly counts: MergeCounts;
}

/** One of the sequences that are merged. */
class Reading {
  readonly iterator: AsyncIterator<SourcedEvent>;
  /** The latest time it gave. */
  time = "";
  milliseconds = -Infinity;

  constructor(events: AsyncIterable<SourcedEvent>) {
    this.iterator = events[Symbol.asyncIterator]();
  }
}

class Merge implements MergedReading {
  readonly #open: Reading[];
  readonly #queue = new EventQueue();
  readonly #skewMilliseconds: number;
  readonly #maxHeldEvents: number;
  readonly #signal: AbortSignal | undefined;
  readonly #counts = { events: 0, late: 0, forced: 0, untimed: 0, peakHeld: 0 };
  readonly #events: AsyncGenerator<MergedEvent>;
  #lastGiven = "";
  #sequence = 0;

  constructor(readings: readonly AsyncIterable<SourcedEvent>[], options: MergeOptions) {
    const { skewMilliseconds = 5000, maxHeldEvents = 50_000 } = options;
    this.#skewMilliseconds = wholeNumber("skewMilliseconds", skewMilliseconds, 0, Number.MAX_SAFE_INTEGER);
    this.#maxHeldEvents = wholeNumber("maxHeldEvents", maxHeldEvents, 1, Number.MAX_SAFE_INTEGER);
    this.#signal = options.signal;
    this.#open = readings.map((reading) => new Reading(reading));
    this.#events = this.#merge();
  }

  get counts(): MergeCounts {
    return { ...this.#counts };
  }

  [Symbol.asyncIterator](): AsyncIterator<MergedEvent> {
    return this.#events;
  }

  async *#merge(): AsyncGenerator<MergedEvent> {
    try {
      for (;;) {
        const slowest = this.#slowest();
        // Whatever comes from now on is not earlier than this, if no reading is in more disorder than was said.
        const safe = slowest === undefined ? Infinity : slowest.milliseconds - this.#skewMilliseconds;
        for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
          const isForced = next.milliseconds >= safe;
          if (isForced && this.#queue.size < this.#maxHeldEvents) break;
          this.#queue.takeFirst();
          if (isForced) this.#counts.forced++;
          yield this.#given(next);
        }
        if (slowest === undefined) return;
        await this.#readNext(slowest);
      }
    } finally {
      for (const { iterator } of this.#open) await iterator.return?.();
    }
  }

  /** The reading that is furthest back in time: only its next events can come before what is held. */
  #slowest(): Reading | undefined {
    let slowest = this.#open[0];
    for (const reading of this.#open) if (reading.milliseconds < slowest!.milliseconds) slowest = reading;
    return slowest;
  }

  async #readNext(reading: Reading): Promise<void> {
    throwIfAborted(this.#signal);
    const next = await reading.iterator.next().catch((error: unknown) => {
      this.#close(reading);
      throw error;
    });
    if (next.done === true) return this.#close(reading);
    const own = next.value.event.stageTimestamp ?? next.value.event.requestReceivedTimestamp;
    let milliseconds = own === null ? NaN : Date.parse(own);
    let time = own ?? "";
    if (Number.isNaN(milliseconds)) {
      this.#counts.untimed++;
      ({ time, milliseconds } = reading);
    } else if (milliseconds > reading.milliseconds || time > reading.time) {
      reading.milliseconds = Math.max(milliseconds, reading.milliseconds);
      reading.time = time;
    }
    this.#queue.add({ sourced: next.value, time, milliseconds, sequence: this.#sequence++ });
    this.#counts.peakHeld = Math.max(this.#counts.peakHeld, this.#queue.size);
  }

  #close(reading: Reading): void {
    this.#open.splice(this.#open.indexOf(reading), 1);
  }

  #given({ sourced, time }: QueuedEvent): MergedEvent {
    this.#counts.events++;
    if (time >= this.#lastGiven) {
      this.#lastGiven = time;
      return sourced;
    }
    this.#counts.late++;
    return { ...sourced, late: true };
  }
}

/**
 * Makes one sequence of what several API servers logged, in the order of time, and counts what came too late for it.
 *
 * The time is `stageTimestamp`, when the event was written: a log is nearly in its order, while a watch that ran for an
 * hour is logged an hour behind its `requestReceivedTimestamp`. Events of the same time are ordered by API server, audit
 * id, stage, file and place in the file, so that the result does not depend on which reading was faster.
 *
 * Every event is given exactly once, also one that comes too late (`late: true`). The sequence is in order as long as no
 * reading is in more disorder than `skewMilliseconds` and no event was `forced` by `maxHeldEvents`. It waits for the
 * reading that is furthest back in time: for readings that end, not for an API server that is quiet for hours.
 *
 * Throws StreamError `KAUDIT_STREAM_OPTION_INVALID` at once; while iterating what a reading throws, and
 * `KAUDIT_STREAM_ABORTED`. The other readings are then closed.
 *
 * @example
 * const merged = mergeByTime([readEvents("m1/audit.log"), readEvents("m2/audit.log")]);
 * for await (const { event, provenance } of merged) console.log(event.stageTimestamp, provenance.instance);
 * console.log(merged.counts.late);
 */
export function mergeByTime(
  readings: readonly AsyncIterable<SourcedEvent>[],
  options: MergeOptions = {},
): MergedReading {
  return new Merge(readings, options);
}
