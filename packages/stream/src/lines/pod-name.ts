import type { LineReader } from "../envelopes/envelope.js";
import { messageStart } from "./message-start.js";

const color = String.raw`(?:\x1b\[[\d;]{0,16}m)?`;
const name = String.raw`[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?`;

const kubectl = new RegExp(String.raw`^\[pod/(${name})/[^\]\s]{1,253}\] `);
/** `pod container`, or `namespace pod container`; in colour when it was written to a terminal. */
const stern = new RegExp(
  String.raw`^(?:${color}${name}${color} )?${color}(${name})${color} ${color}${name}${color} ${messageStart}`,
);

/** A line of `kubectl logs --prefix`: `[pod/<pod>/<container>] <line>`. The pod is the API server's instance. */
export const kubectlLogsLine: LineReader = (head) => {
  const match = kubectl.exec(head);
  return match === null
    ? undefined
    : { envelope: "kubectl-logs", facts: { instance: match[1]! }, start: match[0].length };
};

/** A line of stern: `<pod> <container> <line>`. The pod is the API server's instance. */
export const sternLine: LineReader = (head) => {
  const match = stern.exec(head);
  return match === null ? undefined : { envelope: "stern", facts: { instance: match[1]! }, start: match[0].length };
};
