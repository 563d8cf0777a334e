import { generousLimits } from "./containers/decompression-budget.js";
import { StreamError } from "./errors.js";

/** How much of one record is taken. */
export interface ReadingLimits {
  /** Longest record (one event, one item of an EventList) in bytes; a longer one is rejected as `too-long`. Default: 16 MiB. */
  readonly maxRecordBytes?: number;
  /** Deepest nesting of a record; a deeper one is rejected as `too-deep`. Default: 1,000. */
  readonly maxDepth?: number;
}

/** How much may come out of compressed files and archives. */
export interface CompressionLimits {
  /** Most bytes that may come out of one compressed file or archive; the rest is rejected. Default: 256 GiB. */
  readonly maxDecompressedBytes?: number;
  /** Most bytes that may come out of a compressed byte, once 64 MiB have; the rest is rejected. Default: 10,000. */
  readonly maxCompressionRatio?: number;
}

/** Puts the defaults in and throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a limit that is not a whole number in range. */
export function readingLimits({ maxRecordBytes = 1 << 24, maxDepth = 1000 }: ReadingLimits): Required<ReadingLimits> {
  return {
    maxRecordBytes: wholeNumber("maxRecordBytes", maxRecordBytes, 1, 1 << 29),
    maxDepth: wholeNumber("maxDepth", maxDepth, 1, 1 << 20),
  };
}

/** Like {@link readingLimits}, for the limits on decompression. */
export function compressionLimits({
  maxDecompressedBytes = generousLimits.maxDecompressedBytes,
  maxCompressionRatio = generousLimits.maxCompressionRatio,
}: CompressionLimits): Required<CompressionLimits> {
  return {
    maxDecompressedBytes: wholeNumber("maxDecompressedBytes", maxDecompressedBytes, 1, 2 ** 50),
    maxCompressionRatio: wholeNumber("maxCompressionRatio", maxCompressionRatio, 1, 2 ** 50),
  };
}

/** Gives the value back, or throws StreamError `KAUDIT_STREAM_OPTION_INVALID` when it is not a whole number in the range. */
export function wholeNumber(name: string, value: number, smallest: number, largest: number): number {
  if (Number.isInteger(value) && value >= smallest && value <= largest) return value;
  const range = `${smallest} to ${largest}`;
  throw new StreamError("KAUDIT_STREAM_OPTION_INVALID", `${name}: expected a whole number from ${range}.`, {
    details: { option: name },
  });
}
