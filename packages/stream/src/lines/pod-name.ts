import type { EnvelopeFacts, LineReader } from "../envelopes/envelope.js";
import { writer } from "../envelopes/log-writer.js";
import { messageStart } from "./message-start.js";

const color = String.raw`(?:\x1b\[[\d;]{0,16}m)?`;
const name = String.raw`[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?`;

const kubectl = new RegExp(String.raw`^\[pod/(${name})/([^\]\s]{1,253})\] `);
/** `pod container`, or `namespace pod container`; in colour when it was written to a terminal. */
const stern = new RegExp(
  String.raw`^(?:${color}(${name})${color} )?${color}(${name})${color} ${color}(${name})${color} ${messageStart}`,
);

/** Any other pod can be a webhook, which writes down what many API servers send. */
function podInstance(pod: string): EnvelopeFacts {
  return /^kube-apiserver(?:-|$)/.test(pod) ? { instance: pod } : {};
}

/** A line of `kubectl logs --prefix`: `[pod/<pod>/<container>] <line>`. */
export const kubectlLogsLine: LineReader = (head) => {
  const match = kubectl.exec(head);
  if (match === null) return undefined;
  const [prefix, pod, container] = match;
  return {
    envelope: "kubectl-logs",
    facts: podInstance(pod!),
    writer: writer(undefined, pod, container),
    start: prefix.length,
  };
};

/** A line of stern: `<pod> <container> <line>`. */
export const sternLine: LineReader = (head) => {
  const match = stern.exec(head);
  if (match === null) return undefined;
  const [prefix, namespace, pod, container] = match;
  return {
    envelope: "stern",
    facts: podInstance(pod!),
    writer: writer(namespace, pod, container),
    start: prefix.length,
  };
};
