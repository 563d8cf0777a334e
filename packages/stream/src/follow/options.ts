import type { FramingLimits } from "../frame-sink.js";
import { wholeNumber } from "../limits.js";
import { resolveOptions } from "../options.js";
import { parseCheckpoint } from "./checkpoint.js";
import type { FollowCheckpoint } from "./checkpoint.js";

/** Options of `follow`. */
export interface FollowOptions {
  /** Where to go on: the checkpoint that was stored with the last batch. Default: from the beginning of every file. */
  readonly checkpoint?: FollowCheckpoint;
  /** Ends the iteration after the batch that is being given, without an error. Default: none. */
  readonly signal?: AbortSignal;
  /** Give everything that is new since the checkpoint, then end: for a job that runs from time to time. Default: false. */
  readonly once?: boolean;
  /** Without a checkpoint, leave out what is there already. Default: false. */
  readonly fromEnd?: boolean;
  /** How often files are looked at, in milliseconds; a change that the system reports is looked at sooner. Default: 1,000. */
  readonly pollMilliseconds?: number;
  /**
   * How long, in milliseconds, a rotated file must have been left alone until its last line is read even without a line
   * end, and until damaged compressed data is told. Default: 60,000.
   */
  readonly settleMilliseconds?: number;
  /** How long, in milliseconds, a file that vanished is remembered, in case it comes back under another name. Default: 7 days. */
  readonly forgetMilliseconds?: number;
  /** Whether a file is followed, by its name as in provenance: archives, say, have to be read whole. Default: every file is. */
  readonly takes?: (file: string) => boolean;
  /** As for `readEvents`. Default: 16 MiB. */
  readonly maxRecordBytes?: number;
  /** As for `readEvents`. Default: 1,000. */
  readonly maxDepth?: number;
  /** As for `readEvents`. Default: the folder of each file. */
  readonly instance?: string;
  /** As for `readEvents`. Default: false. */
  readonly raw?: boolean;
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** Options with their defaults. */
export interface ResolvedFollowOptions extends FramingLimits {
  readonly checkpoint: FollowCheckpoint | undefined;
  readonly signal: AbortSignal | undefined;
  readonly once: boolean;
  readonly fromEnd: boolean;
  readonly pollMilliseconds: number;
  readonly settleMilliseconds: number;
  readonly forgetMilliseconds: number;
  readonly takes: (file: string) => boolean;
  readonly instance: string | undefined;
  readonly raw: boolean;
  readonly now: () => number;
}

/** The longest time a Node.js timer can wait. */
const longestTimer = 2 ** 31 - 1;

/**
 * Puts the defaults in. Throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a number out of range and
 * `KAUDIT_STREAM_CHECKPOINT_INVALID` for a checkpoint that is none.
 */
export function resolveFollowOptions(options: FollowOptions): ResolvedFollowOptions {
  const { maxRecordBytes, maxDepth } = resolveOptions({
    ...(options.maxRecordBytes !== undefined && { maxRecordBytes: options.maxRecordBytes }),
    ...(options.maxDepth !== undefined && { maxDepth: options.maxDepth }),
  });
  const { pollMilliseconds = 1000, settleMilliseconds = 60_000, forgetMilliseconds = 7 * 86_400_000 } = options;
  return {
    maxRecordBytes,
    maxDepth,
    checkpoint: options.checkpoint === undefined ? undefined : parseCheckpoint(options.checkpoint),
    signal: options.signal,
    once: options.once ?? false,
    fromEnd: options.fromEnd ?? false,
    pollMilliseconds: wholeNumber("pollMilliseconds", pollMilliseconds, 1, longestTimer),
    settleMilliseconds: wholeNumber("settleMilliseconds", settleMilliseconds, 0, Number.MAX_SAFE_INTEGER),
    forgetMilliseconds: wholeNumber("forgetMilliseconds", forgetMilliseconds, 0, Number.MAX_SAFE_INTEGER),
    takes: options.takes ?? (() => true),
    instance: options.instance,
    raw: options.raw ?? false,
    now: options.now ?? Date.now,
  };
}
