import { StreamError } from "./errors.js";

/** How much of one record is taken. */
export interface ReadingLimits {
  /** Longest record (one event, one item of an EventList) in bytes; a longer one is rejected as `too-long`. Default: 16 MiB. */
  readonly maxRecordBytes?: number;
  /** Deepest nesting of a record; a deeper one is rejected as `too-deep`. Default: 1,000. */
  readonly maxDepth?: number;
}

/** Puts the defaults in and throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a limit that is not a whole number in range. */
export function readingLimits({ maxRecordBytes = 1 << 24, maxDepth = 1000 }: ReadingLimits): Required<ReadingLimits> {
  return {
    maxRecordBytes: limit("maxRecordBytes", maxRecordBytes, 1 << 29),
    maxDepth: limit("maxDepth", maxDepth, 1 << 20),
  };
}

function limit(name: string, value: number, largest: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new StreamError("KAUDIT_STREAM_OPTION_INVALID", `${name}: expected a whole number from 1 to ${largest}.`, {
    details: { option: name },
  });
}
