import type { Spool, SpooledRows } from "@kaudit/schema";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha256Bytes } from "./hash.js";

/** What is known of one event for counting. */
export interface CountedEvent {
  /** Text of the key of the event's request, without the instance. */
  readonly key: string;
  /** Stage and `stageTimestamp`: with the request's key they are the event's. Default: empty. */
  readonly stage?: string;
  /** `provenance.contentSha256`. */
  readonly contentSha256: string;
  /** Number of the API-server instance. */
  readonly instance: number;
  /** Number of the counter that the event adds to when it is new; see {@link UniqueTotals.byCounter}. */
  readonly counter: number;
  /** For the joining of stages: a bit for the stage, the number of the request's kind, and when it was received (ms). */
  readonly stageBit?: number;
  readonly kind?: number;
  readonly received?: number;
}

/** A request with the stages that one instance recorded of it. */
export interface JoinedRequest {
  readonly instance: number;
  readonly stages: number;
  readonly kind: number;
  readonly received: number;
}

/** What counting came to; the numbers are exact. */
export interface UniqueTotals {
  readonly unique: number;
  /** Events that are there already, with the same key, content and instance. */
  readonly duplicates: number;
  /** Events whose key another event of the same instance has as well, with other content. */
  readonly conflicts: number;
  /** Events that another instance of the cluster gave too, with the same key and content: most likely one log that was found in two places. */
  readonly elsewhere: number;
  /** Events that an instance of another cluster gave too. */
  readonly acrossClusters: number;
  /** Of `unique` and `conflicts`, those of each instance. */
  readonly byInstance: readonly { readonly unique: number; readonly conflicts: number }[];
  /**
   * Contents of an event that some of the instances that gave it did not give: copies of one log that do not agree, such as
   * what a webhook received and what a file has now.
   */
  readonly contradicted: number;
  /** New events by counter. */
  readonly byCounter: readonly number[];
}

/** Tells repeated and contradicting events from new ones, exactly, in bounded memory. */
export interface UniqueEvents {
  add(event: CountedEvent): void | Promise<void>;
  /** `onRequest` is called for each request of each instance that has a kind. */
  finish(onRequest?: (request: JoinedRequest) => void, clusterOf?: (instance: number) => string): Promise<UniqueTotals>;
}

/**
 * Bytes that stand for one event: 16 of the SHA-256 of its request's key, 8 of its stage, 16 of the content's SHA-256, 4 of
 * the instance. Nobody finds a collision in 128 bits; the stage is the API server's own text, told apart by 64.
 */
const bytesPerEvent = 44;
const stageAt = 16;
const contentAt = 24;
const instanceAt = 40;

interface SpooledEvent {
  readonly d: string;
  readonly n: number;
  /** Bit of the stage, kind of the request, when it was received. */
  readonly s: number;
  readonly k: number;
  readonly r: number;
}

/**
 * Makes the counter of unique events.
 *
 * Up to `eventsInMemory` events are kept as digests in a hash table (about 70 bytes each); beyond that, the table is
 * emptied into the spool each time it is full, and the counts come from reading the spool in order at the end.
 */
export function createUniqueEvents(spool: Spool, eventsInMemory = 400_000): UniqueEvents {
  const table = createDigestTable(eventsInMemory);
  let rows: SpooledRows<SpooledEvent> | null = null;
  let seen = 0;

  async function flush(): Promise<void> {
    rows ??= spool.open<SpooledEvent>("evidence-events", (row) => row.d);
    for (let at = 0; at < table.size(); at++) {
      const waiting = rows.append(table.row(at));
      if (waiting !== undefined) await waiting;
    }
    table.clear();
  }

  return {
    add(event) {
      seen++;
      table.insert(event);
      if (table.size() === eventsInMemory) return flush();
    },
    async finish(onRequest, clusterOf) {
      if (rows === null) return tally(table.inOrder(), seen, onRequest, clusterOf);
      await flush();
      return tally((rows as SpooledRows<SpooledEvent>).sorted(), seen, onRequest, clusterOf);
    },
  };
}

/** Counts events that come sorted by request, stage, content and instance. */
async function tally(
  events: AsyncIterable<SpooledEvent> | Iterable<SpooledEvent>,
  seen: number,
  onRequest: (request: JoinedRequest) => void = () => {},
  clusterOf: (instance: number) => string = () => "",
): Promise<UniqueTotals> {
  const byCounter: number[] = [];
  const byInstance: { unique: number; conflicts: number }[] = [];
  /** Clusters that gave the present event. */
  let clusters = new Set<string>();
  /** Contents of the present key, by instance. */
  let contents = new Map<string, number>();
  const joined = createJoin(onRequest);
  let unique = 0;
  /** Different contents of the present key. */
  let distinct = 0;
  let contradicted = 0;
  let elsewhere = 0;
  let acrossClusters = 0;
  let previous = "";
  for await (const event of events) {
    if (event.d === previous) continue;
    if (!sameUpTo(2 * stageAt, event.d, previous)) joined.end();
    if (!sameUpTo(2 * contentAt, event.d, previous)) {
      contradicted += contradictions(contents, distinct);
      contents = new Map();
      distinct = 0;
    }
    if (!sameUpTo(2 * instanceAt, event.d, previous)) distinct++;
    const instance = event.d.slice(2 * instanceAt);
    const number = Number.parseInt(instance, 16);
    const cluster = clusterOf(number);
    if (!sameUpTo(2 * instanceAt, event.d, previous)) clusters = new Set();
    else if (clusters.has(cluster)) elsewhere++;
    else acrossClusters++;
    clusters.add(cluster);
    const own = (byInstance[number] ??= { unique: 0, conflicts: 0 });
    own.unique++;
    const already = contents.get(instance) ?? 0;
    contents.set(instance, already + 1);
    own.conflicts += already === 1 ? 2 : already > 1 ? 1 : 0;
    previous = event.d;
    unique++;
    byCounter[event.n] = (byCounter[event.n] ?? 0) + 1;
    joined.add(number, event);
  }
  joined.end();
  contradicted += contradictions(contents, distinct);
  const conflicts = byInstance.reduce((sum, one) => sum + one.conflicts, 0);
  return {
    unique,
    duplicates: seen - unique,
    conflicts,
    elsewhere,
    acrossClusters,
    contradicted,
    byCounter,
    byInstance,
  };
}

/** How many contents a key has where several instances gave it and not each gave all; else 0. */
function contradictions(byInstance: ReadonlyMap<string, number>, distinct: number): number {
  if (byInstance.size < 2 || distinct < 2) return 0;
  let given = 0;
  for (const contents of byInstance.values()) given += contents;
  return given === distinct * byInstance.size ? 0 : distinct;
}

/** Puts the stages of one request after the other together, by instance. */
function createJoin(onRequest: (request: JoinedRequest) => void) {
  /** Most requests are of one instance only. */
  let requests: { instance: number; stages: number; kind: number; received: number }[] = [];
  return {
    add(instance: number, { s, k, r }: SpooledEvent) {
      if (k === 0) return;
      const known = requests.find((request) => request.instance === instance);
      if (known === undefined) requests.push({ instance, stages: s, kind: k, received: r });
      else known.stages |= s;
    },
    end() {
      if (requests.length === 0) return;
      for (const request of requests) onRequest(request);
      requests = [];
    },
  };
}

function sameUpTo(length: number, a: string, b: string): boolean {
  return b !== "" && a.slice(0, length) === b.slice(0, length);
}

function contentBytes(contentSha256: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(contentSha256)) return sha256Bytes(contentSha256).subarray(0, 16);
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) bytes[i] = Number.parseInt(contentSha256.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A set of digests with open addressing; it never holds the same one twice. It grows as it fills, up to its capacity. */
function createDigestTable(capacity: number) {
  let room = Math.min(capacity, 4096);
  let bytes = new Uint8Array(room * bytesPerEvent);
  let counters = new Uint32Array(room);
  let joins = { stages: new Uint8Array(room), kinds: new Uint16Array(room), received: new Float64Array(room) };
  let slots = new Int32Array(slotsFor(room));
  const digest = new Uint8Array(bytesPerEvent);
  let size = 0;

  function holds(at: number): boolean {
    for (let i = 0; i < bytesPerEvent; i++) if (bytes[at * bytesPerEvent + i] !== digest[i]) return false;
    return true;
  }

  /** Request, stage and content together choose the slot, so that many contents of one key do not make one long chain. */
  function firstSlot(of: Uint8Array, at: number): number {
    let slot = 0;
    for (let i = 0; i < 4; i++) {
      slot = (slot << 8) | ((of[at + i] ?? 0) ^ (of[at + stageAt + 4 + i] ?? 0) ^ (of[at + contentAt + i] ?? 0));
    }
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
    const oldJoins = joins;
    joins = { stages: new Uint8Array(room), kinds: new Uint16Array(room), received: new Float64Array(room) };
    joins.stages.set(oldJoins.stages);
    joins.kinds.set(oldJoins.kinds);
    joins.received.set(oldJoins.received);
    slots = new Int32Array(slotsFor(room));
    for (let at = 0; at < size; at++) occupy(at);
  }

  function hex(at: number): string {
    return bytesToHex(bytes.subarray(at * bytesPerEvent, (at + 1) * bytesPerEvent));
  }

  function row(at: number): SpooledEvent {
    return {
      d: hex(at),
      n: counters[at] ?? 0,
      s: joins.stages[at] ?? 0,
      k: joins.kinds[at] ?? 0,
      r: joins.received[at] ?? 0,
    };
  }

  return {
    size: () => size,
    row,
    clear() {
      size = 0;
      slots.fill(0);
    },
    insert({ key, stage = "", contentSha256, instance, counter, stageBit = 0, kind = 0, received = 0 }: CountedEvent) {
      digest.set(sha256Bytes(key).subarray(0, 16), 0);
      setStage(digest, stage);
      digest.set(contentBytes(contentSha256), contentAt);
      setNumber(digest, instanceAt, instance);
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
      joins.stages[size] = stageBit;
      joins.kinds[size] = kind;
      joins.received[size] = received;
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
      for (const at of order) yield row(at);
    },
  };
}

/** Two FNV-1a hashes of different beginnings. */
function setStage(digest: Uint8Array, stage: string): void {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < stage.length; i++) {
    const code = stage.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x01000193);
  }
  setNumber(digest, stageAt, a);
  setNumber(digest, stageAt + 4, b);
}

function setNumber(digest: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) digest[at + i] = value >>> (24 - 8 * i);
}

/** A power of two with room to spare: half of the slots stay empty. */
function slotsFor(events: number): number {
  let slots = 16;
  while (slots < events * 2) slots *= 2;
  return slots;
}
