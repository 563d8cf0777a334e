import { throwIfAborted } from "../abort.js";
import { StreamError } from "../errors.js";
import { byteChunks } from "./byte-chunks.js";
import type { ByteChunks } from "./byte-chunks.js";
import type { ByteStream } from "./event-input.js";
import { unreadable } from "./unreadable.js";
import { whileWanted } from "./while-wanted.js";

/**
 * Gives what a stream gives, as bytes; strings (a stream with an encoding set) as UTF-8. `name` stands for the stream in
 * messages. The signal closes the stream at once, also one that gives nothing.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` when the stream fails or gives anything else, and
 * `KAUDIT_STREAM_ABORTED` when the signal was given. A StreamError of the stream itself is thrown as it is.
 */
export async function* streamBytes(
  open: () => ByteStream,
  name: string,
  signal: AbortSignal | undefined,
  advice?: string,
): AsyncGenerator<Uint8Array> {
  const failed = (cause: unknown): never => {
    throwIfAborted(signal);
    throw cause instanceof StreamError ? cause : unreadable(name, cause, advice);
  };
  let chunks: ByteChunks;
  try {
    chunks = byteChunks(open());
  } catch (cause) {
    return failed(cause);
  }
  const onAbort = (): void => chunks.leave();
  signal?.addEventListener("abort", onAbort, { once: true });
  let ended = false;
  try {
    while (!ended) {
      const next = await whileWanted(chunks.next(), signal).catch((cause: unknown) => {
        ended = signal?.aborted !== true;
        return failed(cause);
      });
      throwIfAborted(signal);
      if (next.done === true) ended = true;
      else yield bytesOf(next.value, name);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    if (!ended) chunks.leave();
  }
}

/** A piece of a stream as bytes. Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` when it is neither bytes nor text. */
export function bytesOf(chunk: unknown, name: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  // Arrays of another realm are no instances of ours.
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", `${name}: gave something else than bytes.`, {
    details: { path: name },
  });
}
