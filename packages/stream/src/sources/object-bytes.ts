import { setTimeout as wait } from "node:timers/promises";
import { throwIfAborted } from "../abort.js";
import { StreamError } from "../errors.js";
import { byteChunks } from "./byte-chunks.js";
import type { ByteChunks } from "./byte-chunks.js";
import type { ListedObject, ObjectReader } from "./object-reader.js";
import { bytesOf } from "./stream-bytes.js";
import { unreadable } from "./unreadable.js";
import { WaitedTooLong, whileWanted } from "./while-wanted.js";

/** How long a reader bears with a store that fails. */
export interface Patience {
  /** After how many failures in a row, without a byte in between, it gives up. */
  readonly failures: number;
  /** Wait after the first failure; doubled with each further one. */
  readonly firstWaitMs: number;
  /** After how long without a byte a connection counts as failed. */
  readonly silenceMs: number;
}

const usualPatience: Patience = { failures: 5, firstWaitMs: 200, silenceMs: 60_000 };

/** An answer that ended before the object did. */
class EndedEarly extends Error {}

/**
 * Gives the bytes of an object. A connection that breaks, or gives nothing for a minute, is opened anew where it broke;
 * after five failures in a row the reading ends.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_CHANGED` when it is no longer the object that was listed,
 * `KAUDIT_STREAM_INPUT_MISSING` when it is gone, `KAUDIT_STREAM_INPUT_UNREADABLE`, and `KAUDIT_STREAM_ABORTED`.
 */
export async function* objectBytes(
  store: ObjectReader,
  object: ListedObject,
  signal: AbortSignal | undefined,
  patience: Patience = usualPatience,
): AsyncGenerator<Uint8Array> {
  const address = `${store.address}/${object.key}`;
  let given = 0;
  let failures = 0;
  while (given < object.bytes) {
    throwIfAborted(signal);
    const before = given;
    const answer = openedAt(store, object, given, signal, patience.silenceMs);
    try {
      for (;;) {
        const next = await nextPiece(answer);
        if ("failure" in next) {
          failures = given > before ? 1 : failures + 1;
          if (next.failure instanceof StreamError || failures >= patience.failures || given >= object.bytes)
            throw endOfPatience(next.failure, address, object, given);
          break;
        }
        if (next.done) return;
        given += next.bytes.length;
        if (given > object.bytes) throw changed(address, object, given);
        yield next.bytes;
      }
    } finally {
      await answer.return(undefined);
    }
    await wait(patience.firstWaitMs * 2 ** (failures - 1), undefined, { ...(signal && { signal }) }).catch(() => {});
  }
}

type Piece =
  | { readonly failure: unknown }
  | { readonly done: true }
  | { readonly done: false; readonly bytes: Uint8Array };

/** The next piece, or why there is none; so that what the consumer of the pieces throws is not taken for a failure. */
async function nextPiece(answer: AsyncGenerator<Uint8Array>): Promise<Piece> {
  try {
    const next = await answer.next();
    return next.done === true ? { done: true } : { done: false, bytes: next.value };
  } catch (failure) {
    return { failure };
  }
}

/** What one answer of the store gives. Throws whatever goes wrong, also an answer that ends before the object does. */
async function* openedAt(
  store: ObjectReader,
  object: ListedObject,
  start: number,
  signal: AbortSignal | undefined,
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  // Ends the call also when nobody wants its answer any more: the caller's signal alone would leave it open.
  const call = new AbortController();
  let chunks: ByteChunks | undefined;
  let at = start;
  let ended = false;
  try {
    chunks = byteChunks(await whileWanted(store.open(object, start, { signal: call.signal }), signal, silenceMs));
    while (!ended) {
      const next = await whileWanted(chunks.next(), signal, silenceMs);
      if (next.done === true) ended = true;
      else {
        const bytes = bytesOf(next.value, `${store.address}/${object.key}`);
        at += bytes.length;
        yield bytes;
      }
    }
  } finally {
    if (!ended) {
      chunks?.leave();
      call.abort();
    }
  }
  if (at < object.bytes) throw new EndedEarly();
}

function endOfPatience(failure: unknown, address: string, object: ListedObject, given: number): StreamError {
  if (failure instanceof StreamError) return failure;
  if (failure instanceof EndedEarly) return changed(address, object, given);
  if (failure instanceof WaitedTooLong) {
    const message = `${address}: the store stopped sending after ${given} of ${object.bytes} bytes. Run again later.`;
    return new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", message, { details: { path: address }, cause: failure });
  }
  return unreadable(address, failure, "Check the network and the store, then run again.");
}

function changed(address: string, { bytes }: ListedObject, given: number): StreamError {
  return new StreamError(
    "KAUDIT_STREAM_INPUT_CHANGED",
    `${address}: is no longer the object that was listed (${bytes} bytes then, ${given} read). Run again.`,
    { details: { path: address, bytesAtOpen: bytes, bytesRead: given } },
  );
}
