import { StreamError } from "../errors.js";

/** How many records of each kind. */
export interface RecordCounts {
  readonly events: number;
  readonly rejected: number;
  readonly foreign: number;
}

/** Some bytes that were read, as a fingerprint: a file that holds others at this place is not the one that was read. */
export interface ReadWindow {
  /** How many bytes right before the offset; at most 4,096. */
  readonly bytes: number;
  readonly sha256: string;
}

/** How far one file's content was read. All offsets count decompressed bytes. */
export interface FollowedSource {
  /** SHA-256 (hex) of the first line that is not blank, without its line end: the content's identity, whatever its name. */
  readonly firstLineSha256: string;
  /** The name under which it was last seen, as in provenance. */
  readonly file: string;
  /** False for a file of a folder in which no audit record was found so far: nothing of it was given. */
  readonly isAuditLog: boolean;
  /** Where reading goes on: the beginning of a line, or the end of a rotated file. */
  readonly offset: number;
  /** Records that begin at `offset` or behind it and were given already: the next reader leaves out as many. */
  readonly taken: RecordCounts;
  /** What was read right before `offset`. */
  readonly window: ReadWindow;
  /** How long the content was seen to be, whether it was read or not. */
  readonly knownBytes: number;
  /** It was rotated away and read to its end: nothing is lost when it vanishes. */
  readonly isComplete: boolean;
  /** Its compressed data is damaged or breaks off, and this was told. */
  readonly damageTold: boolean;
  /** Size on disk and time of change (milliseconds since 1970) when it was last read, to know it again without decompressing it. */
  readonly disk: { readonly bytes: number; readonly modified: number };
  /** Since when it is nowhere to be found (RFC 3339); null while it is there. */
  readonly missingSince: string | null;
  /** It vanished before its end was read, and this was told. */
  readonly lossTold: boolean;
}

/** Everything since the first checkpoint. */
export interface FollowTotals extends RecordCounts {
  readonly losses: number;
  /** Bytes that were seen to be there and could never be read; what nobody saw is not in it. */
  readonly lostBytes: number;
}

/**
 * How far `follow` has read. Plain JSON data: store it together with the events of its batch, and give it back as it is.
 * It holds hashes and file names, nothing of the log's content.
 */
export interface FollowCheckpoint {
  readonly version: 1;
  readonly sources: readonly FollowedSource[];
  readonly totals: FollowTotals;
}

const hash = /^[0-9a-f]{64}$/;

/**
 * Checks that a value (from JSON.parse, say) is a checkpoint, and gives a copy of it without unknown fields.
 *
 * Throws StreamError `KAUDIT_STREAM_CHECKPOINT_INVALID`, with the path of the first field that is wrong.
 */
export function parseCheckpoint(value: unknown): FollowCheckpoint {
  const checkpoint = object(value, "checkpoint");
  if (checkpoint["version"] !== 1)
    throw invalid("checkpoint.version", "expected 1; a newer kaudit may have written it");
  const { sources } = checkpoint;
  if (!Array.isArray(sources)) throw invalid("checkpoint.sources", "expected an array");
  const totals = object(checkpoint["totals"], "checkpoint.totals");
  return {
    version: 1,
    sources: sources.map((source, index) => parseSource(source, `checkpoint.sources[${index}]`)),
    totals: {
      ...parseCounts(totals, "checkpoint.totals"),
      losses: count(totals, "losses", "checkpoint.totals"),
      lostBytes: count(totals, "lostBytes", "checkpoint.totals"),
    },
  };
}

function parseSource(value: unknown, path: string): FollowedSource {
  const source = object(value, path);
  const window = object(source["window"], `${path}.window`);
  const disk = object(source["disk"], `${path}.disk`);
  const { file, missingSince } = source;
  if (typeof file !== "string") throw invalid(`${path}.file`, "expected a string");
  if (missingSince !== null && (typeof missingSince !== "string" || Number.isNaN(Date.parse(missingSince)))) {
    throw invalid(`${path}.missingSince`, "expected a time or null");
  }
  return {
    firstLineSha256: sha256(source, "firstLineSha256", path),
    file,
    isAuditLog: boolean(source, "isAuditLog", path),
    offset: count(source, "offset", path),
    taken: parseCounts(object(source["taken"], `${path}.taken`), `${path}.taken`),
    window: { bytes: count(window, "bytes", `${path}.window`), sha256: sha256(window, "sha256", `${path}.window`) },
    knownBytes: count(source, "knownBytes", path),
    isComplete: boolean(source, "isComplete", path),
    damageTold: boolean(source, "damageTold", path),
    disk: { bytes: count(disk, "bytes", `${path}.disk`), modified: number(disk, "modified", `${path}.disk`) },
    missingSince,
    lossTold: boolean(source, "lossTold", path),
  };
}

function parseCounts(counts: Record<string, unknown>, path: string): RecordCounts {
  return {
    events: count(counts, "events", path),
    rejected: count(counts, "rejected", path),
    foreign: count(counts, "foreign", path),
  };
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "expected an object");
  return value as Record<string, unknown>;
}

function count(from: Record<string, unknown>, name: string, path: string): number {
  const value = from[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`${path}.${name}`, "expected a whole number that is not negative");
}

function number(from: Record<string, unknown>, name: string, path: string): number {
  const value = from[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalid(`${path}.${name}`, "expected a number");
}

function boolean(from: Record<string, unknown>, name: string, path: string): boolean {
  const value = from[name];
  if (typeof value === "boolean") return value;
  throw invalid(`${path}.${name}`, "expected true or false");
}

function sha256(from: Record<string, unknown>, name: string, path: string): string {
  const value = from[name];
  if (typeof value === "string" && hash.test(value)) return value;
  throw invalid(`${path}.${name}`, "expected a SHA-256 in hexadecimal");
}

function invalid(path: string, what: string): StreamError {
  return new StreamError("KAUDIT_STREAM_CHECKPOINT_INVALID", `${path}: ${what}.`, { details: { path } });
}
