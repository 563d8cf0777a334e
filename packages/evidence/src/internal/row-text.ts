import { maskSelfEvident } from "./credential-text.js";
import { sha256Hex } from "./hash.js";

/** Lists in rows (groups, arguments) are cut beyond this many entries. */
const longestList = 256;
/** Entries of lists are cut beyond this many UTF-16 units. */
const longestEntry = 1024;
const lookAhead = 2048;

/**
 * Gives a text of the log as a row holds it: credentials that show what they are masked, and cut at `limit` UTF-16 units. A cut
 * text says how much is missing, with the hash of the whole, so that different texts stay different.
 */
export function rowText(text: string, limit = longestEntry): string {
  // A credential that the cut would go through is still seen whole.
  const safe = maskSelfEvident(text.length > limit + lookAhead ? text.slice(0, limit + lookAhead) : text);
  if (text.length <= limit + lookAhead && safe.length <= limit) return safe;
  const kept = safe.slice(0, Math.max(limit - 64, 16));
  return `${kept}… [${text.length} characters in all, sha256 ${sha256Hex(text).slice(0, 16)}]`;
}

/** Gives a list of texts as a row holds it; where it was cut, the last entry says how many more there were. */
export function rowList(list: readonly string[]): string[] {
  const kept = list.slice(0, longestList).map((entry) => rowText(entry));
  if (list.length > longestList) kept.push(`… [${list.length - longestList} more entries]`);
  return kept;
}
