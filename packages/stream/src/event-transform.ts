import { Duplex } from "node:stream";
import type { SourceAccount, SourcedEvent } from "@kaudit/schema";
import { throwIfAborted } from "./abort.js";
import type { ReadEventsOptions } from "./options.js";
import { readEvents } from "./read-events.js";

/** Options of `createEventTransform` and `eventTransformStream`: those of reading one stream, and its name. */
export interface EventTransformOptions extends Omit<ReadEventsOptions, "allowHttp" | "stdin"> {
  /** Name of what is written, in provenance and account. Default: `stream`. */
  readonly name?: string;
}

/** A Node stream that takes the bytes of a log and gives a `SourcedEvent` for each event. */
export interface EventTransform extends Duplex {
  /** Settles when the last event was taken; rejects when the stream failed or was destroyed before its end. */
  readonly account: Promise<SourceAccount>;
}

type WriteDone = (error?: Error | null) => void;

/** Hands chunks from one who writes to one who reads, one at a time: the writer waits until the next one is wanted. */
class ChunkHandover {
  #chunk: { readonly bytes: Uint8Array; readonly done: WriteDone } | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  write(bytes: Uint8Array, done: WriteDone): void {
    this.#chunk = { bytes, done };
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunk;
      if (chunk !== undefined) {
        this.#chunk = undefined;
        yield chunk.bytes;
        chunk.done();
      } else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

class EventDuplex extends Duplex {
  readonly account: Promise<SourceAccount>;
  readonly #handover = new ChunkHandover();
  readonly #stop = new AbortController();
  readonly #events: AsyncIterator<SourcedEvent>;
  readonly #stopListening: () => void;
  #fail!: (error: Error) => void;
  #pumping = false;

  constructor({ name = "stream", signal, ...options }: EventTransformOptions) {
    super({ readableObjectMode: true });
    const input = { name, open: () => this.#handover.chunks() };
    const reading = readEvents(input, { ...options, signal: this.#stop.signal });
    this.#events = reading[Symbol.asyncIterator]();
    this.account = new Promise((settle, fail) => {
      reading.account.then(settle, fail);
      this.#fail = fail;
    });
    // Whoever only takes the events gets the error from the stream; it must not also count as unhandled.
    this.account.catch(() => {});
    const onAbort = (): void => {
      try {
        throwIfAborted(signal);
      } catch (error) {
        this.destroy(error as Error);
      }
    };
    this.#stopListening = () => signal?.removeEventListener("abort", onAbort);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: WriteDone): void {
    this.#handover.write(chunk, done);
  }

  override _final(done: WriteDone): void {
    this.#handover.end();
    done();
  }

  override _read(): void {
    if (!this.#pumping) void this.#pump();
  }

  override _destroy(error: Error | null, done: WriteDone): void {
    this.#stopListening();
    // An AbortError is how Node says that a loop over the stream was left.
    if (error !== null && error.name !== "AbortError") this.#fail(error);
    // Of a reading that has ended this is nothing; the account of one that has not rejects.
    void this.#events.return?.();
    this.#stop.abort();
    done(error);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (let wanted = true; wanted && !this.destroyed;) {
        const next = await this.#events.next();
        wanted = this.push(next.done === true ? null : next.value) && next.done !== true;
      }
    } catch (error) {
      this.destroy(error as Error);
    } finally {
      this.#pumping = false;
    }
  }
}

/**
 * Gives a Node stream that turns the bytes of one log into `{ event, provenance }` objects, for `pipe` and `pipeline`.
 * `account` is the control totals of all that was written. Reads as `readEvents` does, with its options; what is
 * compressed is recognised, and a writer waits when nobody takes the events.
 *
 * @throws StreamError `KAUDIT_STREAM_OPTION_INVALID` at once; the stream fails with `KAUDIT_STREAM_ABORTED`. Damaged
 * content is never an error. `account` rejects with the error that ended the stream, or with `KAUDIT_STREAM_UNFINISHED`
 * when it was destroyed without one.
 *
 * @example
 * const events = createEventTransform({ name: "audit.log" });
 * await pipeline(createReadStream("audit.log"), events, async (all) => { for await (const { event } of all) use(event); });
 * const { totals } = await events.account;
 */
export function createEventTransform(options: EventTransformOptions = {}): EventTransform {
  return new EventDuplex(options);
}
