import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { ObjectStore } from "@kaudit/schema";
import { TreeFrontier } from "../proof/merkle.js";
import { commitKey, damaged, paddedNumber, readCommit, sha256Hex, storeFormat } from "./commit.js";
import type { CommitCounts, NamedObject } from "./commit.js";
import type { Head, LiveObject, PurgeRecord } from "./head.js";

/** How many commits lie between two snapshots. */
export const snapshotEvery = 64;
/** How many snapshots are kept: a reader may still be reading the one before. */
const kept = 2;
const prefix = "snapshots/";

/** A head as it is stored. Derived from the commits: it can be deleted, and verify holds it against them. */
interface Snapshot {
  readonly format: typeof storeFormat;
  readonly seq: number;
  readonly commit: string;
  readonly time: string;
  /** Hashes of the tree's right edge, hex. */
  readonly frontier: readonly string[];
  readonly totals: CommitCounts;
  readonly state: readonly (readonly [string, unknown])[];
  readonly objects: readonly LiveObject[];
  readonly garbage: readonly (readonly [string, string])[];
  readonly purges: readonly PurgeRecord[];
  readonly checkpoint: NamedObject | null;
}

/** The text of a head: equal for equal heads. */
export function snapshotText(head: Head): string {
  const snapshot: Snapshot = {
    format: storeFormat,
    seq: head.seq,
    commit: head.commit ?? "",
    time: head.time,
    frontier: head.frontier.hashes.map((hash) => Buffer.from(hash).toString("hex")),
    totals: head.totals,
    state: byKey(head.state),
    objects: byKey(head.objects).map(([, object]) => object),
    garbage: byKey(head.garbage),
    purges: head.purges,
    checkpoint: head.checkpoint,
  };
  return `${JSON.stringify(snapshot)}\n`;
}

function byKey<Value>(map: ReadonlyMap<string, Value>): (readonly [string, Value])[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Writes the head as a snapshot and removes those that are no longer needed. */
export async function writeSnapshot(objects: ObjectStore, head: Head): Promise<void> {
  const content = await promisify(gzip)(snapshotText(head));
  await objects.putIfAbsent(`${prefix}${paddedNumber(head.seq)}.json.gz`, content);
  const keys = await snapshotKeys(objects);
  for (const key of keys.slice(0, -kept)) await objects.delete(key);
}

/** The keys of all snapshots, the oldest first. */
export async function snapshotKeys(objects: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix)) if (/\/\d{12}\.json\.gz$/.test(key)) keys.push(key);
  return keys;
}

/**
 * The head of the newest snapshot that can be read; null for none. Throws StoreError `KAUDIT_STORE_DAMAGED` when a snapshot
 * knows of a commit that is not there or is another: then commits were cut off or changed.
 */
export async function readNewestSnapshot(objects: ObjectStore): Promise<Head | null> {
  for (const key of (await snapshotKeys(objects)).toReversed()) {
    const head = await readSnapshot(objects, key);
    if (head === null) continue;
    const last = await objects.get(commitKey(head.seq));
    if (last === null) throw damaged(commitKey(head.seq), `is missing, though ${key} was made of it`);
    readCommit(last, head.seq);
    if (sha256Hex(last) !== head.commit) throw damaged(commitKey(head.seq), `is another than ${key} was made of`);
    return head;
  }
  return null;
}

/** Reads one snapshot; null when it is gone or cannot be read. */
export async function readSnapshot(objects: ObjectStore, key: string): Promise<Head | null> {
  const bytes = await objects.get(key);
  if (bytes === null) return null;
  try {
    const snapshot = JSON.parse((await promisify(gunzip)(bytes)).toString("utf8")) as Snapshot;
    if (snapshot.format !== storeFormat) return null;
    return {
      seq: snapshot.seq,
      commit: snapshot.commit,
      time: snapshot.time,
      frontier: TreeFrontier.of(
        snapshot.seq,
        snapshot.frontier.map((hash) => Buffer.from(hash, "hex")),
      ),
      totals: snapshot.totals,
      state: new Map(snapshot.state),
      objects: new Map(snapshot.objects.map((object) => [object.key, object])),
      garbage: new Map(snapshot.garbage),
      purges: [...snapshot.purges],
      checkpoint: snapshot.checkpoint,
    };
  } catch {
    return null;
  }
}
