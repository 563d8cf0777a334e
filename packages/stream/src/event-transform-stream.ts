import type { SourceAccount, SourcedEvent } from "@kaudit/schema";
import type { EventTransformOptions } from "./event-transform.js";
import { readEvents } from "./read-events.js";

/** A pair of web streams, for `pipeThrough`: bytes of a log go in, its events come out. */
export interface EventTransformStream {
  readonly writable: WritableStream<Uint8Array>;
  readonly readable: ReadableStream<SourcedEvent>;
  /** Settles when the last event was taken; rejects when the stream failed or was cancelled before its end. */
  readonly account: Promise<SourceAccount>;
}

/**
 * Gives a pair of web streams that turns the bytes of one log into `{ event, provenance }` objects, for `pipeThrough`.
 * `account` is the control totals of all that was written. Reads as `readEvents` does, with its options; a writer waits
 * when nobody takes the events. Runs on Node, not in browsers.
 *
 * @throws StreamError `KAUDIT_STREAM_OPTION_INVALID` at once; the readable side fails with `KAUDIT_STREAM_ABORTED`, and
 * with `KAUDIT_STREAM_INPUT_UNREADABLE` when the writable side is aborted. `account` rejects with
 * `KAUDIT_STREAM_UNFINISHED` when the readable side is cancelled.
 *
 * @example
 * const events = eventTransformStream({ name: "audit.log" });
 * for await (const { event } of response.body.pipeThrough(events)) use(event);
 * const { totals } = await events.account;
 */
export function eventTransformStream(options: EventTransformOptions = {}): EventTransformStream {
  const { name = "stream", signal, ...others } = options;
  const stop = new AbortController();
  const signals = AbortSignal.any(signal === undefined ? [stop.signal] : [signal, stop.signal]);
  const bytes = new TransformStream<Uint8Array, Uint8Array>();
  const reading = readEvents({ name, open: () => bytes.readable }, { ...others, signal: signals });
  const events = reading[Symbol.asyncIterator]();
  const readable = new ReadableStream<SourcedEvent>({
    async pull(controller) {
      const next = await events.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      const left = events.return?.();
      // A read that waits for the next bytes would hold it up.
      stop.abort();
      await left;
    },
  });
  return { writable: bytes.writable, readable, account: reading.account };
}
