import type { LineReader } from "../envelopes/envelope.js";
import { isoTime } from "./message-start.js";
import { timeOf } from "./time-of.js";

const prefix = new RegExp(String.raw`^(${isoTime})\t[^\t\n{]{1,500}\t(?=\{)`);

/** A line of Fluentd's file output: time, tag, record, with tabs between. */
export const fluentdFileLine: LineReader = (head) => {
  const match = prefix.exec(head);
  return match === null
    ? undefined
    : { envelope: "fluentd-file", facts: {}, start: match[0].length, ...timeOf(match[1]) };
};
