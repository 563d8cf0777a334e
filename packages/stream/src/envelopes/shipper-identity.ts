import type { EnvelopeFacts } from "./envelope.js";
import { firstTextAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * Where shippers name the machine they run on. They read kube-apiserver's files on its own node, so its name tells the
 * API servers of a cluster apart.
 */
const machinePaths = [
  ["hostname"],
  ["host"],
  ["host", "name"],
  ["host", "hostname"],
  ["agent", "hostname"],
  ["beat", "hostname"],
  ["_HOSTNAME"],
] as const;

const clusterPaths = [
  ["orchestrator", "cluster", "name"],
  ["openshift", "cluster_id"],
  ["kubernetes", "cluster_name"],
  ["kubernetes", "cluster"],
  ["cluster_name"],
  ["cluster"],
] as const;

/**
 * Gives the API server and the cluster that a shipper's record names.
 *
 * The API server is the pod, where it is one of kube-apiserver's own; else the machine of the shipper. The name of any
 * other pod is not taken: it can be a webhook's, which writes down what many API servers send.
 */
export function shipperIdentity(record: JsonObject): EnvelopeFacts {
  const instance = apiServerPod(record) ?? (isOtherPod(record) ? undefined : firstTextAt(record, machinePaths));
  const cluster = firstTextAt(record, clusterPaths);
  return { ...(instance === undefined ? {} : { instance }), ...(cluster === undefined ? {} : { cluster }) };
}

const podPaths = [
  ["kubernetes", "pod_name"],
  ["kubernetes", "pod", "name"],
] as const;

function apiServerPod(record: JsonObject): string | undefined {
  const pod = firstTextAt(record, podPaths);
  return pod !== undefined && isApiServerName(pod) ? pod : undefined;
}

function isOtherPod(record: JsonObject): boolean {
  return firstTextAt(record, podPaths) !== undefined;
}

/** Labels of a log stream that name a machine, as common collectors set them. */
const machineLabels = ["node_name", "hostname", "host", "nodename", "node", "kubernetes_host"] as const;

/** Gives the API server and the cluster that the labels of a log stream name, by the rule of `shipperIdentity`. */
export function labelIdentity(labels: unknown): EnvelopeFacts {
  const pod = textAt(labels, "pod") ?? textAt(labels, "kubernetes_pod_name");
  const machine = firstTextAt(
    labels,
    machineLabels.map((label) => [label]),
  );
  const instance = pod === undefined ? machine : isApiServerName(pod) ? pod : undefined;
  const cluster = firstTextAt(labels, [["cluster"], ["cluster_name"], ["openshift_cluster_id"]]);
  return { ...(instance === undefined ? {} : { instance }), ...(cluster === undefined ? {} : { cluster }) };
}

/** Tells whether a pod can be kube-apiserver's: a static pod is called `kube-apiserver-` and the name of its node. */
export function isApiServerName(pod: string): boolean {
  return pod === "kube-apiserver" || pod.startsWith("kube-apiserver-");
}
