import { createHash } from "node:crypto";
import { StoreError } from "../errors.js";

/** The format of a store that this version writes. It reads this one only. */
export const storeFormat = "kaudit.store/1";

/** What is known of an object that holds rows. */
export interface SegmentEntry {
  /** `segments/cluster=<name>/day=<YYYY-MM-DD>/<sha256>.jsonl.gz`; the hash is that of the object's bytes. */
  readonly key: string;
  readonly bytes: number;
  readonly events: number;
  readonly rejected: number;
  /** Rows that count what was not kept. */
  readonly counted: number;
}

/** Several segments joined into one object: their bytes one after the other, which gzip allows. */
export interface PackEntry extends SegmentEntry {
  /** The segments in it, by the hash of their bytes and their length, in their order. */
  readonly parts: readonly { readonly sha256: string; readonly bytes: number }[];
  /** The keys that it stands for. */
  readonly replaces: readonly string[];
}

/** How many of what a run or a commit took in. */
export interface CommitCounts {
  /** Events stored. */
  readonly events: number;
  /** Events that the store had already: same key, same content. */
  readonly duplicates: number;
  /** Of `events`: those whose key another event has with other content. Both are kept. */
  readonly conflicts: number;
  /** Events that belong to no evidence class and were only counted. */
  readonly counted: number;
  /** Events of days that were purged before: they are not taken in again. */
  readonly expired: number;
  /** Events of which secret values were taken out. */
  readonly redacted: number;
  readonly rejected: number;
  readonly foreign: number;
}

/** Changes of what the store remembers for its writers: where they are in their sources. */
export interface StateChange {
  readonly put: Readonly<Record<string, unknown>>;
  readonly delete: readonly string[];
}

/** An object outside of the segments that a commit vouches for: an entry of the ledger. */
export interface NamedObject {
  readonly key: string;
  readonly sha256: string;
}

/** What was removed for its age. */
export interface Purge {
  /** First day that was kept, as `2026-01-31`. */
  readonly before: string;
  readonly segments: readonly string[];
}

/** One link of the chain. */
export interface Commit {
  readonly format: typeof storeFormat;
  readonly seq: number;
  /** SHA-256 (hex) of the previous commit's bytes; null for the first. */
  readonly previous: string | null;
  /**
   * `events`: rows were added. `compaction`: segments were joined. `purge`: segments were removed. `recovery`: the writer
   * before did not end in good order. `note`: none of these.
   */
  readonly kind: "events" | "compaction" | "purge" | "recovery" | "note";
  /** When it was written, RFC 3339 UTC, by the writer's clock. */
  readonly time: string;
  readonly writer: { readonly tool: string; readonly run: string };
  readonly counts: CommitCounts;
  readonly segments: readonly SegmentEntry[];
  readonly packs: readonly PackEntry[];
  readonly purge: Purge | null;
  /** Objects that earlier commits replaced or purged, and that have been deleted since. */
  readonly removed: readonly string[];
  readonly state: StateChange;
  /** What whoever relies on completeness has to know: losses, copies; plain data of the reader. */
  readonly notices: readonly unknown[];
  readonly ledger: readonly NamedObject[];
  /** Signed checkpoints that were written since the commit before. */
  readonly checkpoints: readonly NamedObject[];
}

export const noCounts: CommitCounts = {
  events: 0,
  duplicates: 0,
  conflicts: 0,
  counted: 0,
  expired: 0,
  redacted: 0,
  rejected: 0,
  foreign: 0,
};

/** Adds two counts up. */
export function addCounts(a: CommitCounts, b: CommitCounts): CommitCounts {
  return Object.fromEntries(
    (Object.keys(noCounts) as (keyof CommitCounts)[]).map((name) => [name, a[name] + b[name]]),
  ) as unknown as CommitCounts;
}

/** The key of a commit. */
export function commitKey(seq: number): string {
  return `commits/${paddedNumber(seq)}.json`;
}

/** A number that sorts as text. */
export function paddedNumber(number: number): string {
  return String(number).padStart(12, "0");
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The bytes of a commit: one line of JSON. */
export function writeCommit(commit: Commit): Uint8Array {
  return Buffer.from(`${JSON.stringify(commit)}\n`);
}

/**
 * Reads a commit's bytes. Throws StoreError `KAUDIT_STORE_DAMAGED` for what is none, and `KAUDIT_STORE_FORMAT` for one of
 * another format.
 */
export function readCommit(bytes: Uint8Array, seq: number): Commit {
  const key = commitKey(seq);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw damaged(key, "is no JSON", cause);
  }
  if (typeof value !== "object" || value === null) throw damaged(key, "is no commit");
  const commit = value as Commit;
  if (commit.format !== storeFormat)
    throw new StoreError(
      "KAUDIT_STORE_FORMAT",
      `${key}: is not of the format ${storeFormat}; a newer kaudit wrote it`,
      {
        details: { key },
      },
    );
  const hasLists = [
    commit.segments,
    commit.packs,
    commit.notices,
    commit.ledger,
    commit.checkpoints,
    commit.removed,
  ].every(Array.isArray);
  const isWhole = commit.seq === seq && hasLists && isObject(commit.state?.put) && isObject(commit.counts);
  if (!isWhole || !Array.isArray(commit.state.delete)) throw damaged(key, `is not commit ${seq}`);
  return commit;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for an object that is not what it should be. */
export function damaged(key: string, what: string, cause?: unknown): StoreError {
  return new StoreError("KAUDIT_STORE_DAMAGED", `${key}: ${what}; kaudit store verify tells more`, {
    details: { key },
    cause,
  });
}
