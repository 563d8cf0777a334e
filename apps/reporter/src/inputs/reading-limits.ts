import type { Command } from "commander";
import { usageError } from "../errors.js";
import { parseSize } from "./size.js";

/** Limits of reading as they come from the command line and the environment. */
export interface LimitOptions {
  readonly maxRecordBytes?: string | undefined;
  readonly maxDecompressedBytes?: string | undefined;
  readonly maxCompressionRatio?: string | undefined;
}

/** Limits of reading as `@kaudit/stream` takes them; what is missing has its default there. */
export interface ReadingLimits {
  readonly maxRecordBytes?: number;
  readonly maxDecompressedBytes?: number;
  readonly maxCompressionRatio?: number;
}

/** Adds the options for the limits that rejected records name, in a command that reads logs. */
export function addLimitOptions(command: Command): Command {
  return command
    .option("--max-record-bytes <size>", "longest event that is read, to 512Mi (default: 16Mi)")
    .option("--max-decompressed-bytes <size>", "most that one compressed file may become (default: 256Gi)")
    .option("--max-compression-ratio <n>", "most times its size, beyond 64Mi (default: 10000)");
}

/** The largest record is what Node.js can hold as text; the others end where any number of bytes would be exact. */
const largest = { maxRecordBytes: 2 ** 29, maxDecompressedBytes: 2 ** 50, maxCompressionRatio: 2 ** 50 } as const;

/**
 * Gives the limits as numbers: 67108864, or 64Mi as Kubernetes writes sizes.
 *
 * Throws `KAUDIT_CLI_USAGE` for anything else and for what is too large.
 */
export function chooseLimits(options: LimitOptions): ReadingLimits {
  return {
    ...size("maxRecordBytes", options.maxRecordBytes),
    ...size("maxDecompressedBytes", options.maxDecompressedBytes),
    ...ratio(options.maxCompressionRatio),
  };
}

function size(name: "maxRecordBytes" | "maxDecompressedBytes", text: string | undefined): ReadingLimits {
  if (text === undefined) return {};
  const bytes = parseSize(text);
  if (bytes <= largest[name]) return { [name]: bytes };
  const flag = name === "maxRecordBytes" ? "--max-record-bytes" : "--max-decompressed-bytes";
  const most = name === "maxRecordBytes" ? "512Mi" : "1024Ti";
  throw usageError(`${flag} ${text}: expected a size from 1 to ${most}, as 64Mi or 67108864`);
}

function ratio(text: string | undefined): ReadingLimits {
  if (text === undefined) return {};
  const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= largest.maxCompressionRatio) return { maxCompressionRatio: value };
  throw usageError(`--max-compression-ratio ${text}: expected a whole number from 1 to ${largest.maxCompressionRatio}`);
}
