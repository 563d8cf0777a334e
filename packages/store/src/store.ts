import type { EventSource, ObjectStore } from "@kaudit/schema";
import type { CommitCounts } from "./chain/commit.js";
import { readHead, requireCommits } from "./chain/head.js";
import type { Head, PurgeRecord } from "./chain/head.js";
import { readStoreFile } from "./chain/store-file.js";
import type { Keep } from "./chain/store-file.js";
import { StoreError } from "./errors.js";
import { readStore } from "./event-reading.js";
import type { ReadStoreOptions } from "./event-reading.js";
import { holdsOf } from "./holds.js";
import type { Hold } from "./holds.js";
import type { StorePlace } from "./place.js";
import { partitionOfKey } from "./segments/partition.js";

/** What a store holds, for people and programs. */
export interface StoreStatus {
  readonly origin: string;
  readonly created: string;
  readonly keep: Keep;
  readonly redact: boolean;
  readonly commits: number;
  readonly lastCommit: string;
  /** Everything that was ever taken in. */
  readonly totals: CommitCounts;
  readonly objects: number;
  readonly bytes: number;
  /** Events that are there now. */
  readonly events: number;
  /** By name as in keys, with the days that are there. */
  readonly clusters: readonly {
    readonly cluster: string;
    readonly firstDay: string;
    readonly lastDay: string;
    readonly days: number;
    readonly events: number;
    readonly bytes: number;
  }[];
  readonly purges: readonly PurgeRecord[];
  readonly holds: readonly Hold[];
  /** The key of the checkpoint that was named last; null where nothing was signed. */
  readonly checkpoint: string | null;
}

/** Gives a store as an EventSource: each `read` reads what is committed then. */
export function storeSource(objects: ObjectStore, options: ReadStoreOptions = {}): EventSource {
  return {
    read: (_selection, { signal } = {}) => readStore(objects, signal === undefined ? options : { ...options, signal }),
  };
}

/** Throws StoreError `KAUDIT_STORE_MISSING` where there is no store, or nothing in it. */
export async function requireStore({ objects, address }: StorePlace): Promise<Head> {
  const file = await readStoreFile(objects);
  if (file === null)
    throw new StoreError("KAUDIT_STORE_MISSING", `${address}: is no store; kaudit collect makes one`, {
      details: { path: address },
    });
  const head = await readHead(objects);
  requireCommits(head, address);
  return head;
}

/** Tells what a store holds. Throws StoreError `KAUDIT_STORE_MISSING` and what reading throws. */
export async function storeStatus(place: StorePlace): Promise<StoreStatus> {
  const head = await requireStore(place);
  const file = await readStoreFile(place.objects);
  const objects = [...head.objects.values()];
  return {
    origin: file?.origin ?? "",
    created: file?.created ?? "",
    keep: file?.keep ?? "all",
    redact: file?.redact ?? false,
    commits: head.seq,
    lastCommit: head.time,
    totals: head.totals,
    objects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    events: objects.reduce((sum, { events }) => sum + events, 0),
    clusters: clustersOf(head),
    purges: head.purges,
    holds: holdsOf(head),
    checkpoint: head.checkpoint?.key ?? null,
  };
}

function clustersOf(head: Head): StoreStatus["clusters"] {
  const clusters = new Map<string, { days: Set<string>; events: number; bytes: number }>();
  for (const { key, events, bytes } of head.objects.values()) {
    const partition = partitionOfKey(key);
    if (partition === null) continue;
    const known = clusters.get(partition.cluster) ?? { days: new Set(), events: 0, bytes: 0 };
    known.days.add(partition.day);
    known.events += events;
    known.bytes += bytes;
    clusters.set(partition.cluster, known);
  }
  return [...clusters]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([cluster, { days, events, bytes }]) => {
      const dated = [...days].filter((day) => day !== "unknown").toSorted();
      return { cluster, firstDay: dated[0] ?? "", lastDay: dated.at(-1) ?? "", days: days.size, events, bytes };
    });
}
