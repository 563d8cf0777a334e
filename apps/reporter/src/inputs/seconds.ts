import { usageError } from "../errors.js";

/** Gives an option's seconds, such as 5 or 0.5, in milliseconds. Throws `KAUDIT_CLI_USAGE` for anything else and for more than `most` seconds. */
export function millisecondsOf(option: string, text: string, most: number): number {
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= most) return Math.round(seconds * 1000);
  throw usageError(`${option} ${text}: expected a number of seconds, at most ${most}`);
}
