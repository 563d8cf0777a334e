import { toMicroTime } from "@kaudit/schema";
import type { JsonObject } from "./json-fields.js";
import { isJsonObject } from "./json-fields.js";

/**
 * Where programs that carry log lines put the time of the line, the one closest to its writing first: the time at which
 * the line was written or read before the time at which a service took it in.
 */
const timeFields = [
  "_SOURCE_REALTIME_TIMESTAMP",
  "__REALTIME_TIMESTAMP",
  "timeUnixNano",
  "timestamp",
  "@timestamp",
  "time",
  "date",
  "_time",
  "__time__",
  "TimeGenerated",
  "TimeGenerated [UTC]",
  "observedTimeUnixNano",
  "ingestionTime",
  "@ingestionTime",
  "publishTime",
] as const;

/** Seconds, milli-, micro- or nanoseconds since 1970: which, its size shows for the years 2001 to 2286. */
const epoch = /^(\d{10,19})(?:\.(\d{1,9}))?$/;
/** Logs Insights writes UTC with a space and without a zone. */
const spaced = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: ?(?:Z|UTC))?$/;
const offsetWithoutColon = /([+-]\d\d)(\d\d)$/;

/**
 * Gives the time that an envelope's own fields tell of the line inside it, in UTC with six decimals as kube-apiserver
 * writes it; undefined where they tell none. It is when the line was logged, not when the request came in.
 */
export function envelopeTime(envelope: unknown): string | undefined {
  if (!isJsonObject(envelope)) return undefined;
  for (const field of timeFields) {
    const time = timeIn(envelope, field);
    if (time !== undefined) return time;
  }
  return undefined;
}

function timeIn(envelope: JsonObject, field: string): string | undefined {
  const value = Object.hasOwn(envelope, field) ? envelope[field] : undefined;
  if (typeof value === "number") return epochTime(String(value));
  return typeof value === "string" ? readTime(value) : undefined;
}

/** Reads a time as log formats write it: RFC 3339, the same with a space, or a number since 1970. */
export function readTime(text: string): string | undefined {
  if (/^\d{10}/.test(text)) return epochTime(text);
  const iso = text.replace(spaced, "$1T$2Z").replace(offsetWithoutColon, "$1:$2");
  return toMicroTime(iso) ?? undefined;
}

function epochTime(text: string): string | undefined {
  const [, whole, fraction = ""] = epoch.exec(text) ?? [];
  // 10 digits are seconds; 13, 16 and 19 are thousandths of each other. Other lengths are no time of this century.
  if (whole === undefined || (whole.length - 10) % 3 !== 0) return undefined;
  const micro = (whole + fraction).slice(0, 16).padEnd(16, "0");
  const seconds = new Date(Number(micro.slice(0, 10)) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${micro.slice(10)}Z`;
}
