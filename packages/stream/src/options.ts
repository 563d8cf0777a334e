import type { Readable } from "node:stream";
import type { RejectedRecord } from "@kaudit/schema";
import { compressionLimits, readingLimits } from "./limits.js";
import type { CompressionLimits, ReadingLimits } from "./limits.js";

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
export interface ReadEventsOptions extends ReadingLimits, CompressionLimits {
  /**
   * Name of the API server that wrote everything that is read. An envelope that names one itself (a pod, a log stream)
   * goes before. Default: the folder of each file.
   */
  readonly instance?: string;
  /** Name of the cluster that everything that is read is of. An envelope that names one itself goes before. Default: none. */
  readonly cluster?: string;
  /** Give each event's JSON beside it, byte for byte as it was read (`raw`). Default: false. */
  readonly raw?: boolean;
  /** Called for every rejected record, in order, also beyond the 1,000 that the account holds. Default: nothing. */
  readonly onRejected?: (record: RejectedRecord) => void;
  /** Called about every 4 MiB of input and at the end of each file. Default: nothing. */
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Ends the reading with StreamError `KAUDIT_STREAM_ABORTED`. Default: none. */
  readonly signal?: AbortSignal;
  /**
   * Whether inputs may be `http://` and `https://` addresses. Whoever lets others choose addresses has to check first
   * where they lead: also into the own network. Default: false.
   */
  readonly allowHttp?: boolean;
  /** What `-` reads. Default: `process.stdin`. */
  readonly stdin?: Readable;
}

/** Options with their defaults. */
export type ResolvedOptions = ReadEventsOptions & Required<ReadingLimits & CompressionLimits>;

/** Puts the defaults in and throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a limit that is not a whole number in range. */
export function resolveOptions(options: ReadEventsOptions): ResolvedOptions {
  return { ...options, ...readingLimits(options), ...compressionLimits(options) };
}
