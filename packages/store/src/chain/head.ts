import type { ObjectStore } from "@kaudit/schema";
import { StoreError } from "../errors.js";
import { leafHash, TreeFrontier } from "../proof/merkle.js";
import { addCounts, commitKey, damaged, noCounts, readCommit, sha256Hex } from "./commit.js";
import type { Commit, CommitCounts, NamedObject, SegmentEntry } from "./commit.js";
import { readNewestSnapshot } from "./snapshot.js";

/** An object with rows that is part of the store now. */
export interface LiveObject extends SegmentEntry {
  /** The last commit whose rows are in it. */
  readonly seq: number;
  /** How many segments it was joined from; 1 for a segment as it was written. */
  readonly parts: number;
}

/** A purge, as readers are told of it. */
export interface PurgeRecord {
  readonly seq: number;
  readonly time: string;
  readonly before: string;
  readonly segments: number;
  readonly events: number;
}

/** What all commits come to: everything that a reader or a writer needs to begin. */
export interface Head {
  seq: number;
  /** SHA-256 (hex) of the last commit; null for an empty store. */
  commit: string | null;
  /** When the last commit was written; empty for none. */
  time: string;
  frontier: TreeFrontier;
  totals: CommitCounts;
  /** What writers remember, by key. */
  readonly state: Map<string, unknown>;
  /** By key. */
  readonly objects: Map<string, LiveObject>;
  /** Objects that other ones stand for, or that were purged, and since when: they may still be there. */
  readonly garbage: Map<string, string>;
  readonly purges: PurgeRecord[];
  /** The signed checkpoint that was named last. */
  checkpoint: NamedObject | null;
}

/** The head of a store without a commit. */
export function emptyHead(): Head {
  return {
    seq: 0,
    commit: null,
    time: "",
    frontier: new TreeFrontier(),
    totals: noCounts,
    state: new Map(),
    objects: new Map(),
    garbage: new Map(),
    purges: [],
    checkpoint: null,
  };
}

/** Adds a commit to the head. Throws StoreError `KAUDIT_STORE_DAMAGED` when it does not follow the last one. */
export function applyCommit(head: Head, commit: Commit, bytes: Uint8Array): void {
  if (commit.seq !== head.seq + 1 || commit.previous !== head.commit)
    throw damaged(commitKey(commit.seq), "does not follow the commit before it");
  for (const entry of commit.segments) addObject(head, entry, commit.seq, 1);
  for (const pack of commit.packs) joinObjects(head, pack, commit.time);
  if (commit.purge !== null) removeObjects(head, commit);
  for (const key of commit.removed) head.garbage.delete(key);
  for (const key of commit.state.delete) head.state.delete(key);
  for (const [key, value] of Object.entries(commit.state.put)) head.state.set(key, value);
  head.totals = addCounts(head.totals, commit.counts);
  head.checkpoint = commit.checkpoints.at(-1) ?? head.checkpoint;
  head.seq = commit.seq;
  head.commit = sha256Hex(bytes);
  head.time = commit.time;
  head.frontier.add(leafHash(bytes));
}

function addObject(head: Head, entry: SegmentEntry, seq: number, parts: number): void {
  const { key, bytes, events, rejected, counted } = entry;
  head.objects.set(key, { key, bytes, events, rejected, counted, seq, parts });
}

function joinObjects(head: Head, pack: Commit["packs"][number], time: string): void {
  let seq = 0;
  let parts = 0;
  for (const key of pack.replaces) {
    const replaced = head.objects.get(key);
    if (replaced === undefined) throw damaged(key, "was joined into another object, but is not part of the store");
    seq = Math.max(seq, replaced.seq);
    parts += replaced.parts;
    head.objects.delete(key);
    head.garbage.set(key, time);
  }
  addObject(head, pack, seq, parts);
}

function removeObjects(head: Head, { seq, time, purge }: Commit): void {
  if (purge === null) return;
  let events = 0;
  for (const key of purge.segments) {
    events += head.objects.get(key)?.events ?? 0;
    head.objects.delete(key);
    head.garbage.set(key, time);
  }
  head.purges.push({ seq, time, before: purge.before, segments: purge.segments.length, events });
}

/**
 * Reads the head: the newest snapshot that can be used, and the commits after it. The cost does not grow with the number
 * of commits. Throws StoreError `KAUDIT_STORE_DAMAGED` when commits are missing or do not follow each other.
 */
export async function readHead(objects: ObjectStore): Promise<Head> {
  const head = (await readNewestSnapshot(objects)) ?? emptyHead();
  await catchUp(objects, head);
  return head;
}

/** Adds the commits that were written since. */
async function catchUp(objects: ObjectStore, head: Head): Promise<void> {
  for (;;) {
    const bytes = await objects.get(commitKey(head.seq + 1));
    if (bytes === null) return;
    applyCommit(head, readCommit(bytes, head.seq + 1), bytes);
  }
}

/** Throws StoreError `KAUDIT_STORE_MISSING` for a head without a commit. */
export function requireCommits(head: Head, address: string): void {
  if (head.seq > 0) return;
  throw new StoreError(
    "KAUDIT_STORE_MISSING",
    `${address}: nothing was ever committed to this store; run kaudit collect`,
    {
      details: { path: address },
    },
  );
}
