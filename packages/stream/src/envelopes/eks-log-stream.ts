import type { EnvelopeContent, EnvelopeFacts } from "./envelope.js";
import { isKlogLine } from "./klog-line.js";
import { canBeAuditEvent, recordText } from "./record-text.js";

const eksGroup = /^(?:\d{1,20}:)?\/aws\/eks\/([^/]{1,255})\/cluster$/;
const auditStream = /^kube-apiserver-audit-/;
/** The other streams of an EKS log group: <https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html>. */
const otherStream =
  /^(kube-apiserver|authenticator|kube-controller-manager|cloud-controller-manager|kube-scheduler)-[0-9a-f]+$/;

/**
 * Gives what the names of a CloudWatch log group and log stream say. EKS names the group after the cluster, and the
 * stream after one API server: `/aws/eks/<cluster>/cluster`, `kube-apiserver-audit-<hex>`. Any CloudWatch group cuts
 * large events, whoever writes to it.
 */
export function logStreamFacts(group: string | undefined, stream: string | undefined): EnvelopeFacts {
  const cluster = group === undefined ? undefined : eksGroup.exec(group)?.[1];
  const instance = stream !== undefined && auditStream.test(stream) ? stream : undefined;
  return {
    ...((cluster !== undefined || instance !== undefined) && { origin: "eks" }),
    ...(cluster !== undefined && { cluster }),
    ...(instance !== undefined && { instance }),
    blindSpots: ["large-events-cut"],
  };
}

/**
 * Gives the content of one message of a log stream. What another component of the control plane wrote is foreign by
 * name (`klog`, `eks-authenticator`, …), unless it can be an audit event all the same. A message that was transformed on
 * its way to an object is a value.
 */
export function logMessageContent(message: unknown, stream: string | undefined): EnvelopeContent {
  if (typeof message !== "string") return { kind: "value", value: message };
  const component = stream === undefined ? undefined : otherStream.exec(stream)?.[1];
  if (component === undefined || canBeAuditEvent(message)) return recordText(message);
  return { kind: "foreign", name: isKlogLine(message) ? "klog" : `eks-${component}` };
}
