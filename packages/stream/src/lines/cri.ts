import type { LineReader } from "../envelopes/envelope.js";
import { isoTime } from "./message-start.js";
import { timeOf } from "./time-of.js";

/** The tags are separated by colons; the first one says whether the line is part of a longer one. */
const prefix = new RegExp(String.raw`^(${isoTime}) (stdout|stderr) ([PF])(?::\S{0,200})?(?: |$)`);

/**
 * A line of a container's log as containerd and CRI-O write it: `<time> stdout F <line>`. The runtime cuts lines, at
 * 16 KiB as a rule: every piece but the last is tagged `P`.
 */
export const criLine: LineReader = (head) => {
  const match = prefix.exec(head);
  if (match === null) return undefined;
  return {
    envelope: "cri",
    facts: {},
    start: match[0].length,
    piece: { stream: match[2]!, isLast: match[3] === "F" },
    ...timeOf(match[1]),
  };
};
