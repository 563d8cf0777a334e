import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong before or while audit logs are read. A damaged record is never an error: it is a rejected record.
 *
 * - `KAUDIT_STREAM_INPUT_MISSING`: a path that was named does not exist.
 * - `KAUDIT_STREAM_INPUT_UNREADABLE`: a file or folder exists but cannot be read (rights, I/O error, not a file).
 * - `KAUDIT_STREAM_INPUT_EMPTY`: a folder without a file, a glob without a match, or no input at all.
 * - `KAUDIT_STREAM_INPUT_CHANGED`: a file became shorter while it was read, or an object is another than was listed.
 * - `KAUDIT_STREAM_PACKAGE_MISSING`: reading from S3 needs a package that is not installed.
 * - `KAUDIT_STREAM_OPTION_INVALID`: an option has a value that cannot be used.
 * - `KAUDIT_STREAM_CHECKPOINT_INVALID`: what was given as a checkpoint is none, or is one of a newer version.
 * - `KAUDIT_STREAM_ABORTED`: the caller's signal ended the reading.
 * - `KAUDIT_STREAM_UNFINISHED`: the account was asked for, but the caller left the iteration before its end.
 */
export type StreamErrorCode =
  | "KAUDIT_STREAM_INPUT_MISSING"
  | "KAUDIT_STREAM_INPUT_UNREADABLE"
  | "KAUDIT_STREAM_INPUT_EMPTY"
  | "KAUDIT_STREAM_INPUT_CHANGED"
  | "KAUDIT_STREAM_PACKAGE_MISSING"
  | "KAUDIT_STREAM_OPTION_INVALID"
  | "KAUDIT_STREAM_CHECKPOINT_INVALID"
  | "KAUDIT_STREAM_ABORTED"
  | "KAUDIT_STREAM_UNFINISHED";

/** An error of `@kaudit/stream`. Its `details` hold `path` where a path is to blame. It never holds log content. */
export class StreamError extends KauditError<StreamErrorCode> {}
