import type { LineReader } from "../envelopes/envelope.js";
import { hostInstance } from "./host-instance.js";
import { messageStart } from "./message-start.js";

const prefix = new RegExp(String.raw`^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)[ \t]+${messageStart}`);
const address = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Words that other programs put before a message. */
const noHost = /^(?:trace|debug|info|notice|warn|warning|error|err|fatal|stdout|stderr|audit|log|message)$/i;

/** A line of `oc adm node-logs`: `<node> <line>`. The node is the API server's instance. */
export const hostPrefixedLine: LineReader = (head) => {
  const match = prefix.exec(head);
  if (match === null) return undefined;
  const host = match[1]!;
  if (noHost.test(host) || !(/[A-Za-z]/.test(host) || address.test(host))) return undefined;
  return { envelope: "host-prefix", facts: hostInstance(host), start: match[0].length };
};
