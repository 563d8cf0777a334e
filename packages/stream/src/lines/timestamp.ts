import type { LineReader } from "../envelopes/envelope.js";
import { isoTime, messageStart } from "./message-start.js";
import { timeOf } from "./time-of.js";

const prefix = new RegExp(String.raw`^(${isoTime})[ \t]${messageStart}`);
const milliseconds = /\.\d{3}Z$/;

/**
 * A time and then the message: a CloudWatch export task's file (always milliseconds, UTC), `kubectl logs --timestamps`
 * and `docker logs --timestamps` (nanoseconds). CloudWatch cuts long messages.
 */
export const timestampedLine: LineReader = (head) => {
  const match = prefix.exec(head);
  if (match === null) return undefined;
  const start = match[0].length;
  const time = timeOf(match[1]);
  return milliseconds.test(match[1]!)
    ? { envelope: "cloudwatch-export", facts: { blindSpots: ["large-events-cut"] }, start, ...time }
    : { envelope: "timestamp", facts: {}, start, ...time };
};
