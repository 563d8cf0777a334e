import type { Spool, SpooledRows } from "@kaudit/schema";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha256Bytes } from "./hash.js";

/** What is known of one event for counting. */
export interface CountedEvent {
  /** Text of the event's key without the instance (request and stage). */
  readonly key: string;
  /** `provenance.contentSha256`. */
  readonly contentSha256: string;
  /** Number of the API-server instance. */
  readonly instance: number;
  /** Number of the counter that the event adds to when it is new; see {@link UniqueTotals.byCounter}. */
  readonly counter: number;
}

/** What counting came to; the numbers are exact. */
export interface UniqueTotals {
  readonly unique: number;
  /** Events that are there already, with the same key, content and instance. */
  readonly duplicates: number;
  /** Events whose key another event of the same instance has as well, with other content. */
  readonly conflicts: number;
  /** Events that another instance gave too, with the same key and content: most likely one log that was found in two places. */
  readonly elsewhere: number;
  /** New events by counter. */
  readonly byCounter: readonly number[];
}

/** Tells repeated and contradicting events from new ones, exactly, in bounded memory. */
export interface UniqueEvents {
  add(event: CountedEvent): void | Promise<void>;
  finish(): Promise<UniqueTotals>;
}

/**
 * Bytes that stand for one event: 16 of the key's SHA-256, 16 of the content's, 4 of the instance. Nobody finds a collision in
 * 128 bits.
 */
const bytesPerEvent = 36;

interface SpooledEvent {
  readonly d: string;
  readonly n: number;
}

/**
 * Makes the counter of unique events.
 *
 * Up to `eventsInMemory` events are kept as digests in a hash table (about 50 bytes each); beyond that, the table is
 * emptied into the spool each time it is full, and the counts come from reading the spool in order at the end.
 */
export function createUniqueEvents(spool: Spool, eventsInMemory = 400_000): UniqueEvents {
  const table = createDigestTable(eventsInMemory);
  let rows: SpooledRows<SpooledEvent> | null = null;
  let seen = 0;

  async function flush(): Promise<void> {
    rows ??= spool.open<SpooledEvent>("evidence-events", (row) => row.d);
    for (let at = 0; at < table.size(); at++) {
      const waiting = rows.append({ d: table.hex(at), n: table.counter(at) });
      if (waiting !== undefined) await waiting;
    }
    table.clear();
  }

  return {
    add({ key, contentSha256, instance, counter }) {
      seen++;
      table.insert(sha256Bytes(key), contentBytes(contentSha256), instance, counter);
      if (table.size() === eventsInMemory) return flush();
    },
    async finish() {
      if (rows === null) return tally(table.inOrder(), seen);
      await flush();
      return tally((rows as SpooledRows<SpooledEvent>).sorted(), seen);
    },
  };
}

/** Counts events that come sorted by key, content and instance. */
async function tally(
  events: AsyncIterable<SpooledEvent> | Iterable<SpooledEvent>,
  seen: number,
): Promise<UniqueTotals> {
  const byCounter: number[] = [];
  /** Contents of the present key, by instance. */
  let contents = new Map<string, number>();
  let unique = 0;
  let conflicts = 0;
  let elsewhere = 0;
  let previous = "";
  for await (const event of events) {
    if (event.d === previous) continue;
    if (!sameUpTo(32, event.d, previous)) contents = new Map();
    if (sameUpTo(64, event.d, previous)) elsewhere++;
    const instance = event.d.slice(64);
    const already = contents.get(instance) ?? 0;
    contents.set(instance, already + 1);
    if (already === 1) conflicts += 2;
    else if (already > 1) conflicts++;
    previous = event.d;
    unique++;
    byCounter[event.n] = (byCounter[event.n] ?? 0) + 1;
  }
  return { unique, duplicates: seen - unique, conflicts, elsewhere, byCounter };
}

function sameUpTo(length: number, a: string, b: string): boolean {
  return b !== "" && a.slice(0, length) === b.slice(0, length);
}

function contentBytes(contentSha256: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(contentSha256)) return sha256Bytes(contentSha256);
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) bytes[i] = Number.parseInt(contentSha256.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A set of digests with open addressing; it never holds the same one twice. It grows as it fills, up to its capacity. */
function createDigestTable(capacity: number) {
  let room = Math.min(capacity, 4096);
  let bytes = new Uint8Array(room * bytesPerEvent);
  let counters = new Uint32Array(room);
  let slots = new Int32Array(slotsFor(room));
  const digest = new Uint8Array(bytesPerEvent);
  let size = 0;

  function holds(at: number): boolean {
    for (let i = 0; i < bytesPerEvent; i++) if (bytes[at * bytesPerEvent + i] !== digest[i]) return false;
    return true;
  }

  /** Key and content together choose the slot, so that many contents of one key do not make one long chain. */
  function firstSlot(of: Uint8Array, at: number): number {
    let slot = 0;
    for (let i = 0; i < 4; i++) slot = (slot << 8) | ((of[at + i] ?? 0) ^ (of[at + 16 + i] ?? 0));
    return slot & (slots.length - 1);
  }

  function occupy(at: number): void {
    let slot = firstSlot(bytes, at * bytesPerEvent);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = at + 1;
  }

  function grow(): void {
    room = Math.min(capacity, room * 4);
    const oldBytes = bytes;
    const oldCounters = counters;
    bytes = new Uint8Array(room * bytesPerEvent);
    bytes.set(oldBytes);
    counters = new Uint32Array(room);
    counters.set(oldCounters);
    slots = new Int32Array(slotsFor(room));
    for (let at = 0; at < size; at++) occupy(at);
  }

  function hex(at: number): string {
    return bytesToHex(bytes.subarray(at * bytesPerEvent, (at + 1) * bytesPerEvent));
  }

  return {
    size: () => size,
    counter: (at: number) => counters[at] ?? 0,
    hex,
    clear() {
      size = 0;
      slots.fill(0);
    },
    insert(key: Uint8Array, content: Uint8Array, instance: number, counter: number) {
      digest.set(key.subarray(0, 16), 0);
      digest.set(content.subarray(0, 16), 16);
      digest.set([instance >>> 24, instance >>> 16, instance >>> 8, instance], 32);
      let slot = firstSlot(digest, 0);
      while (slots[slot] !== 0) {
        if (holds((slots[slot] ?? 0) - 1)) return;
        slot = (slot + 1) & (slots.length - 1);
      }
      if (size === room) {
        grow();
        slot = firstSlot(digest, 0);
        while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      }
      bytes.set(digest, size * bytesPerEvent);
      counters[size] = counter;
      size++;
      slots[slot] = size;
    },
    *inOrder(): Generator<SpooledEvent> {
      const order = Uint32Array.from({ length: size }, (_, at) => at);
      order.sort((a, b) => {
        for (let i = 0; i < bytesPerEvent; i++) {
          const difference = (bytes[a * bytesPerEvent + i] ?? 0) - (bytes[b * bytesPerEvent + i] ?? 0);
          if (difference !== 0) return difference;
        }
        return 0;
      });
      for (const at of order) yield { d: hex(at), n: counters[at] ?? 0 };
    },
  };
}

/** A power of two with room to spare: half of the slots stay empty. */
function slotsFor(events: number): number {
  let slots = 16;
  while (slots < events * 2) slots *= 2;
  return slots;
}
