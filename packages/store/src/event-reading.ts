import type {
  CountedActivity,
  EventReading,
  FileAccount,
  IdentityBasis,
  ObjectStore,
  RejectedRecord,
  RejectionReason,
  SkippedFile,
  SourceAccount,
  SourcedEvent,
} from "@kaudit/schema";
import { compareByCodePoint } from "@kaudit/schema";
import { damaged, sha256Hex } from "./chain/commit.js";
import { readHead } from "./chain/head.js";
import type { Head, LiveObject } from "./chain/head.js";
import { StoreError } from "./errors.js";
import { clusterInKey, partitionOfKey } from "./segments/partition.js";
import { hashInKey, readSegment } from "./segments/read-segment.js";

/** Options of reading a store. */
export interface ReadStoreOptions {
  /** Only of this cluster, by the name under which it was collected. Default: all. */
  readonly cluster?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for every rejected record. Default: nothing. */
  readonly onRejected?: ((record: RejectedRecord) => void) | undefined;
  /** Called when an object was read. Default: nothing. */
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
}

/** How far the reading of a store has come. */
export interface StoreProgress {
  readonly objectsDone: number;
  readonly objects: number;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly events: number;
  readonly rejected: number;
}

const heldRejected = 1000;

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return compareByCodePoint(a, b);
}

/** What one object held. */
class ObjectTally {
  events = 0;
  rejected = 0;
  decompressedBytes = 0;
  first: string | null = null;
  last: string | null = null;
  instance: { readonly name: string; readonly basis: IdentityBasis } | null = null;
  readonly stages = new Map<string, number>();
  readonly reasons = new Map<RejectionReason, number>();

  addEvent({ event, provenance }: SourcedEvent): void {
    this.events++;
    this.stages.set(event.stage, (this.stages.get(event.stage) ?? 0) + 1);
    const time = event.requestReceivedTimestamp ?? null;
    if (time !== null && (this.first === null || time < this.first)) this.first = time;
    if (time !== null && (this.last === null || time > this.last)) this.last = time;
    this.instance ??= { name: provenance.instance, basis: provenance.instanceBasis };
    if (this.instance.name !== provenance.instance) this.instance = { name: "", basis: "envelope" };
  }

  account(object: LiveObject): FileAccount {
    return {
      file: object.key,
      bytes: object.bytes,
      sha256: hashInKey(object.key),
      compression: "gzip",
      decompressedBytes: this.decompressedBytes,
      records: this.events + this.rejected,
      events: this.events,
      rejected: this.rejected,
      foreign: 0,
      eventsByStage: Object.fromEntries([...this.stages].toSorted(byName)),
      rejectedByReason: Object.fromEntries([...this.reasons].toSorted(byName)),
      firstTimestamp: this.first,
      lastTimestamp: this.last,
      instance: this.instance?.name ?? "",
      instanceBasis: this.instance?.basis ?? "envelope",
    };
  }
}

/**
 * Reads the events of a store: an async iterable as `readEvents` of `@kaudit/stream` gives it for files, with the same
 * provenance, and an account in which each object of the store is a file. Writers are not blocked and block nothing: what
 * is read is the store as it was at the beginning.
 */
export function readStore(objects: ObjectStore, options: ReadStoreOptions = {}): EventReading {
  let settle!: (account: SourceAccount) => void;
  let fail!: (error: unknown) => void;
  const account = new Promise<SourceAccount>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  account.catch(() => {});
  const listeners: ((counted: CountedActivity) => void)[] = [];

  async function* read(): AsyncGenerator<SourcedEvent, void> {
    let isWhole = false;
    try {
      settle(yield* readAll(objects, options, (counted) => listeners.forEach((listener) => listener(counted))));
      isWhole = true;
    } catch (error) {
      fail(error);
      throw error;
    } finally {
      if (!isWhole)
        fail(new StoreError("KAUDIT_STORE_CLOSED", "There is no account: the reading was left before its end."));
    }
  }
  const iterator = read();
  return { account, [Symbol.asyncIterator]: () => iterator, onCounted: (listener) => void listeners.push(listener) };
}

async function* readAll(
  objects: ObjectStore,
  { cluster, signal, onRejected, onProgress }: ReadStoreOptions,
  onCounted: (counted: CountedActivity) => void,
): AsyncGenerator<SourcedEvent, SourceAccount> {
  const head = await readHead(objects);
  const wanted = objectsToRead(head, cluster);
  const totalBytes = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const files: FileAccount[] = [];
  const rejected: RejectedRecord[] = [];
  const progress = { objectsDone: 0, objects: wanted.length, bytes: 0, totalBytes, events: 0, rejected: 0 };
  for (const object of wanted) {
    if (signal?.aborted === true) throw new StoreError("KAUDIT_STORE_CLOSED", "The reading was ended by a signal.");
    const tally = new ObjectTally();
    const content = await contentOf(objects, object);
    const count = (bytes: number): number => (tally.decompressedBytes += bytes);
    for await (const row of readSegment(object.key, content, count)) {
      if (row.kind === "event") {
        tally.addEvent(row.sourced);
        yield row.sourced;
      } else if (row.kind === "rejected") {
        tally.rejected++;
        tally.reasons.set(row.rejected.reason, (tally.reasons.get(row.rejected.reason) ?? 0) + 1);
        if (rejected.length < heldRejected) rejected.push(row.rejected);
        onRejected?.(row.rejected);
      } else if (row.kind === "counted") onCounted(row.counted);
    }
    files.push(tally.account(object));
    progress.objectsDone++;
    progress.bytes += object.bytes;
    progress.events += tally.events;
    progress.rejected += tally.rejected;
    onProgress?.(progress);
  }
  return { files, skipped: [...purged(head), ...notKept(head)], totals: totalsOf(files), rejected };
}

/** The objects of one cluster or all, by cluster, day and time of writing. */
function objectsToRead(head: Head, cluster: string | undefined): LiveObject[] {
  const name = cluster === undefined ? undefined : clusterInKey(cluster);
  return [...head.objects.values()]
    .filter(({ key }) => name === undefined || partitionOfKey(key)?.cluster === name)
    .toSorted(
      (a, b) =>
        compareByCodePoint(folderOf(a.key), folderOf(b.key)) || a.seq - b.seq || compareByCodePoint(a.key, b.key),
    );
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/"));
}

/** An object's bytes, also when a writer has just joined it to others. */
async function contentOf(objects: ObjectStore, { key, bytes }: LiveObject): Promise<Uint8Array> {
  const content = await objects.get(key);
  if (content !== null) return content;
  const now = await readHead(objects);
  const pack = await packWith(objects, now, key, bytes);
  if (pack !== null) return pack;
  throw damaged(key, now.garbage.has(key) ? "was purged while it was read" : "is missing");
}

/** A part of a joined object, by its hash. */
async function packWith(objects: ObjectStore, head: Head, key: string, bytes: number): Promise<Uint8Array | null> {
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  for (const object of head.objects.values()) {
    if (object.parts < 2 || !object.key.startsWith(folder)) continue;
    const whole = await objects.get(object.key);
    if (whole === null) continue;
    for (let at = 0; at + bytes <= whole.length; at++) {
      if (whole[at] !== 0x1f || whole[at + 1] !== 0x8b) continue;
      const part = whole.subarray(at, at + bytes);
      if (sha256Hex(part) === hashInKey(key)) return part;
    }
  }
  return null;
}

/** What was removed for its age, as a report lists files that it did not read. */
function purged({ purges }: Head): SkippedFile[] {
  return purges.map(({ time, before, segments, events }) => ({
    file: `segments/…/day<${before}`,
    bytes: 0,
    reason: `purged on ${time.slice(0, 10)}: ${events} events of days before ${before}, in ${segments} ${segments === 1 ? "object" : "objects"}`,
  }));
}

/** What was only counted, as a report lists files that it did not read. */
function notKept({ totals: { counted } }: Head): SkippedFile[] {
  if (counted === 0) return [];
  const reason = `${counted} events of no evidence class were counted by hour and not kept`;
  return [{ file: "segments/…", bytes: 0, reason }];
}

function totalsOf(files: readonly FileAccount[]): SourceAccount["totals"] {
  const totals = { files: 0, bytes: 0, decompressedBytes: 0, records: 0, events: 0, rejected: 0, foreign: 0 };
  for (const file of files) {
    totals.files++;
    totals.bytes += file.bytes;
    totals.decompressedBytes += file.decompressedBytes;
    totals.records += file.records;
    totals.events += file.events;
    totals.rejected += file.rejected;
  }
  return totals;
}
