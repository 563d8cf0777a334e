import { envelopeTime } from "./envelope-time.js";
import type { LoggedBy } from "./envelope.js";
import { envelopeWriter } from "./log-writer.js";

/** Gives when and by which container the content of an envelope was logged, as far as the envelope's own fields tell. */
export function loggedBy(envelope: unknown): LoggedBy {
  const time = envelopeTime(envelope);
  const writer = envelopeWriter(envelope);
  return { ...(time === undefined ? {} : { time }), ...(writer === undefined ? {} : { writer }) };
}
