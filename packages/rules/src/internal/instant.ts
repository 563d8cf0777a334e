const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * Gives the microseconds since 1970 of an RFC 3339 instant in UTC; NaN when the text is none. Exact: 2^53 microseconds
 * reach to the year 2255.
 */
export function microsecondsOf(instant: string): number {
  if (!utc.test(instant)) return Number.NaN;
  const seconds = Date.parse(`${instant.slice(0, 19)}Z`);
  const fraction = instant.length > 20 ? instant.slice(20, -1).slice(0, 6).padEnd(6, "0") : "0";
  return seconds * 1000 + Number(fraction);
}

/** Tells whether a text is an RFC 3339 instant in UTC. */
export function isInstant(text: string): boolean {
  return !Number.isNaN(microsecondsOf(text));
}
