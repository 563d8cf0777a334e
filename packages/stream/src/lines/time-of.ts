import { readTime } from "../envelopes/envelope-time.js";
import type { LoggedBy } from "../envelopes/envelope.js";

/** Gives the time that stands before a record on its line, where it can be read and tells the year and the zone. */
export function timeOf(text: string | undefined): Pick<LoggedBy, "time"> {
  const time = text === undefined ? undefined : readTime(text);
  return time === undefined ? {} : { time };
}
