import type { Readable } from "node:stream";
import type { RejectedRecord } from "@kaudit/schema";
import { StreamError } from "./errors.js";

/** How far a reading has come. */
export interface ReadProgress {
  readonly filesDone: number;
  readonly files: number;
  /** Raw bytes read so far. */
  readonly bytes: number;
  /** Raw bytes of all files; streams, whose length nobody knows, are not in it. */
  readonly totalBytes: number;
  readonly events: number;
  readonly rejected: number;
  /** The file being read, as in provenance. */
  readonly file: string;
}

/** Options of `readEvents` and `eventSource`. */
export interface ReadEventsOptions {
  /** Longest record (one event, one item of an EventList) in bytes; a longer one is rejected as `too-long`. Default: 16 MiB. */
  readonly maxRecordBytes?: number;
  /** Deepest nesting of a record; a deeper one is rejected as `too-deep`. Default: 1,000. */
  readonly maxDepth?: number;
  /**
   * Name of the API server that wrote everything that is read. An envelope that names one itself (a pod, a log stream)
   * goes before. Default: the folder of each file.
   */
  readonly instance?: string;
  /** Name of the cluster that everything that is read is of. An envelope that names one itself goes before. Default: none. */
  readonly cluster?: string;
  /** Called for every rejected record, in order, also beyond the 1,000 that the account holds. Default: nothing. */
  readonly onRejected?: (record: RejectedRecord) => void;
  /** Called about every 4 MiB of input and at the end of each file. Default: nothing. */
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Ends the reading with StreamError `KAUDIT_STREAM_ABORTED`. Default: none. */
  readonly signal?: AbortSignal;
  /** What `-` reads. Default: `process.stdin`. */
  readonly stdin?: Readable;
}

/** Options with their defaults. */
export interface ResolvedOptions extends ReadEventsOptions {
  readonly maxRecordBytes: number;
  readonly maxDepth: number;
}

/** Puts the defaults in and throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a limit that is not a whole number in range. */
export function resolveOptions(options: ReadEventsOptions): ResolvedOptions {
  return {
    ...options,
    maxRecordBytes: limit("maxRecordBytes", options.maxRecordBytes ?? 1 << 24, 1 << 29),
    maxDepth: limit("maxDepth", options.maxDepth ?? 1000, 1 << 20),
  };
}

function limit(name: string, value: number, largest: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new StreamError("KAUDIT_STREAM_OPTION_INVALID", `${name}: expected a whole number from 1 to ${largest}.`, {
    details: { option: name },
  });
}
