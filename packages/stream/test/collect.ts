import type { RejectedRecord, SourceAccount, SourcedEvent } from "@kaudit/schema";
import { readEvents } from "../src/index.js";
import type { EventInputs, ReadEventsOptions } from "../src/index.js";

/** Everything a reading gave. */
export interface Collected {
  readonly events: readonly SourcedEvent[];
  readonly ids: readonly string[];
  readonly rejected: readonly RejectedRecord[];
  readonly account: SourceAccount;
}

/** Reads to the end and keeps everything. */
export async function collect(inputs: EventInputs, options: ReadEventsOptions = {}): Promise<Collected> {
  const rejected: RejectedRecord[] = [];
  const events: SourcedEvent[] = [];
  const reading = readEvents(inputs, { ...options, onRejected: (record) => rejected.push(record) });
  for await (const event of reading) events.push(event);
  return { events, ids: events.map(({ event }) => event.auditID), rejected, account: await reading.account };
}

/** Gives bytes in chunks of the given sizes, in turn. */
export async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    // A chunk is only valid until the next one is asked for: a copy that is wiped afterwards proves that nobody keeps it.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    yield chunk;
    chunk.fill(0x58);
    at += size;
  }
}

/** Reads bytes as one stream, whole or in chunks. */
export function collectBytes(
  bytes: string | Uint8Array,
  options: ReadEventsOptions = {},
  sizes: readonly number[] = [],
): Promise<Collected> {
  return collect(inChunks(Buffer.from(bytes as Uint8Array), sizes), options);
}
