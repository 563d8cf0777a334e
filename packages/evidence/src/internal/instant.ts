const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Gives an RFC 3339 instant in UTC with nine fraction digits, so that instants compare as strings; null when the text is
 * none. Writers other than kube-apiserver give 0 to 9 digits, or an offset. Digits beyond the ninth are cut.
 */
export function comparableInstant(text: string | null | undefined): string | null {
  if (typeof text !== "string" || text.length > 64) return null;
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match as unknown as string[];
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const nanos = fraction.slice(0, 9).padEnd(9, "0");
  if (zone === "Z" || zone === "z") return `${year}-${month}-${day}T${hour}:${minute}:${second}.${nanos}Z`;
  return shifted(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`, zone ?? "+00:00", nanos);
}

/**
 * Gives the instant of an event as {@link comparableInstant} does, null for a year in which no audit event can have been
 * written: before Kubernetes (2015), as Go's zero time `0001-01-01T00:00:00Z` for no time, or 9999.
 */
export function eventInstant(text: string | null | undefined): string | null {
  const instant = comparableInstant(text);
  return instant === null || instant < "2015" || instant >= "9999" ? null : instant;
}

function shifted(local: string, zone: string, nanos: string): string | null {
  const milliseconds = Date.parse(local);
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  const utc = milliseconds - (zone.startsWith("-") ? -minutes : minutes) * 60_000;
  if (!Number.isFinite(utc)) return null;
  const iso = new Date(utc).toISOString();
  return iso.length === 24 ? `${iso.slice(0, 19)}.${nanos}Z` : null;
}

/** Gives a comparable instant as registers print it: UTC with six fraction digits, cut, not rounded. */
export function printedInstant(comparable: string): string {
  return `${comparable.slice(0, 26)}Z`;
}

/** Gives the start of a comparable instant's hour. */
export function hourOf(comparable: string): string {
  return `${comparable.slice(0, 13)}:00:00Z`;
}

/** Gives the start of a comparable instant's day. */
export function dayOf(comparable: string): string {
  return `${comparable.slice(0, 10)}T00:00:00Z`;
}

/** Gives the seconds from one comparable instant to another, exact to the microsecond. */
export function secondsBetween(start: string, end: string): number {
  const whole = (Date.parse(`${end.slice(0, 19)}Z`) - Date.parse(`${start.slice(0, 19)}Z`)) / 1000;
  const micros = Number(end.slice(20, 26)) - Number(start.slice(20, 26));
  return Math.round(whole * 1e6 + micros) / 1e6;
}
