const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** The common case, decided at once: in these forms every day exists in every month. */
const certain = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Go's zero time, which it writes as null. */
const zero = "0001-01-01T00:00:00.000000Z";

/**
 * Gives an RFC 3339 time as kube-apiserver writes it: UTC, exactly six decimals, cut and not rounded
 * (`2026-10-14T09:00:00.000000Z`). In this form the order of the strings is the order of the times. Gives null for text
 * that is no RFC 3339 time, and for times that UTC puts outside the years 0000 to 9999.
 */
export function toMicroTime(text: string): string | null {
  if (certain.test(text)) return text;
  const parts = rfc3339.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return null;
  const local = new Date(0);
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (local.getUTCMonth() !== Number(month) - 1 || local.getUTCDate() !== Number(day)) return null;

  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1);
  local.setUTCHours(Number(hour), Number(minute) - offset, Number(second));
  if (local.getUTCFullYear() < 0 || local.getUTCFullYear() > 9999) return null;
  return `${local.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** Tells whether an event's timestamp is as kube-apiserver writes it already: null for no time, else UTC with six decimals. */
export function isMicroTime(timestamp: string | null): boolean {
  return timestamp === null || (canonical.test(timestamp) && timestamp !== zero);
}

/** Gives an event's timestamp as kube-apiserver writes it; text that is no time stays as it is. */
export function writtenTimestamp(timestamp: string | null): string | null {
  if (isMicroTime(timestamp)) return timestamp;
  const time = toMicroTime(timestamp!);
  return time === zero ? null : (time ?? timestamp);
}
