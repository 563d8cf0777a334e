import type { ByteStream, WebByteStream } from "./event-input.js";

/** The pieces of a stream of any kind, and how to be rid of it without waiting: it may never answer. */
export interface ByteChunks {
  next(): Promise<IteratorResult<unknown, unknown>>;
  leave(): void;
}

/** Tells whether something is a web stream. */
export function isWebByteStream(value: object): value is WebByteStream {
  return "getReader" in value && typeof value.getReader === "function";
}

/** Opens a stream of any kind. Throws what the stream throws, for one when somebody else reads it. */
export function byteChunks(stream: ByteStream): ByteChunks {
  if (isWebByteStream(stream)) {
    // Its own iterator, where it has one, waits for a pending read before it lets go.
    const reader = stream.getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<unknown, unknown>>,
      leave: () => void reader.cancel().catch(() => {}),
    };
  }
  const chunks: AsyncIterator<unknown, unknown> = stream[Symbol.asyncIterator]();
  return {
    next: () => chunks.next(),
    leave() {
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
      else chunks.return?.().catch(() => {});
    },
  };
}
