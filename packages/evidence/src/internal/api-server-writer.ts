import type { LogWriter } from "@kaudit/schema";

/** Where kube-apiserver runs as a static pod: only administrators of the cluster create pods there. */
const namespaces: ReadonlySet<string> = new Set(["kube-system", "openshift-kube-apiserver"]);
const staticPod = /^kube-apiserver(?:-|$)/;

/** OpenShift's other API servers, which are no static pods, in namespaces that only administrators have. */
const openShiftNamespaces: ReadonlySet<string> = new Set(["openshift-apiserver", "openshift-oauth-apiserver"]);
const openShiftPod = /^apiserver-/;

/**
 * Tells whether a log writer can be an API server itself, by all of its names that are known. A pod's name alone proves
 * nothing: in another namespace anybody who may create pods can call one `kube-apiserver-1`.
 */
export function isApiServerWriter({ namespace, pod, container }: LogWriter): boolean {
  if (namespace !== undefined && openShiftNamespaces.has(namespace)) return pod === undefined || openShiftPod.test(pod);
  if (namespace !== undefined && !namespaces.has(namespace)) return false;
  // Containers beside kube-apiserver's in its own pod are as trustworthy as that pod.
  return pod === undefined ? container === "kube-apiserver" : staticPod.test(pod);
}

/** Names a log writer: `shop/web-0/app`, with `?` for what is not known. */
export function writerName({ namespace = "?", pod = "?", container = "?" }: LogWriter): string {
  return `${namespace}/${pod}/${container}`;
}
