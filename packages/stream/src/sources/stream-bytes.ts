import { throwIfAborted } from "../abort.js";
import { StreamError } from "../errors.js";
import { unreadable } from "./unreadable.js";

/**
 * Gives what a stream gives, as bytes; strings (a stream with an encoding set) as UTF-8. `name` stands for the stream in
 * messages. The signal destroys a Readable, so that nobody waits for one that gives nothing.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` when the stream fails or gives anything else, and
 * `KAUDIT_STREAM_ABORTED` when the signal was given.
 */
export async function* streamBytes(
  stream: AsyncIterable<unknown>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  const onAbort = (): void => leave(stream, chunks);
  signal?.addEventListener("abort", onAbort, { once: true });
  let ended = false;
  try {
    while (!ended) {
      const next = await chunks.next().catch((cause: unknown) => {
        throwIfAborted(signal);
        ended = true;
        throw unreadable(name, cause);
      });
      throwIfAborted(signal);
      if (next.done === true) ended = true;
      else yield bytesOf(next.value, name);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    if (!ended) leave(stream, chunks);
  }
}

function bytesOf(chunk: unknown, name: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  throw new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", `${name}: gave something else than bytes.`, {
    details: { path: name },
  });
}

/** Closes a stream that was not read to its end, without waiting: it may never answer. */
function leave(stream: AsyncIterable<unknown>, chunks: AsyncIterator<unknown>): void {
  if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
  else chunks.return?.().catch(() => {});
}
