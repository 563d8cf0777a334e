/** `audit_logs/kube-apiserver/master-0-audit-2026-11-22T12-18-26.954.log.gz`, and `master-0-audit.log` (openshift/oc, node-logs). */
const auditLog =
  /(?:^|\/)audit_logs\/(kube-apiserver|openshift-apiserver|oauth-apiserver|oauth-server)\/([A-Za-z0-9][A-Za-z0-9.-]{0,252}?)-audit(?:-\d{4}-[^/]*)?\.log(?:\.gz)?$/;

/**
 * The API server that a file of an OpenShift must-gather comes from, which lays the logs of all nodes into one folder:
 * `<node>` for kube-apiserver, `<node>/openshift-apiserver` and so on for the others, whose events have the same audit IDs
 * as kube-apiserver's. Undefined for any other path.
 */
export function mustGatherInstance(path: string): string | undefined {
  const [, server, node] = auditLog.exec(path) ?? [];
  if (server === undefined || node === undefined) return undefined;
  return server === "kube-apiserver" ? node : `${node}/${server}`;
}

/** As folders and files are called that people save `oc adm node-logs --path=openshift-apiserver/audit.log` to. */
const otherServer = /(?:^|[/_.-])(openshift-apiserver|oauth-apiserver|oauth-server)(?=[/_.-]|$)/;

/**
 * The API server, beside kube-apiserver, whose log a path says it is. A node of OpenShift runs several, and their lines
 * name the node only. Undefined for any other path.
 */
export function openShiftServer(path: string): string | undefined {
  return otherServer.exec(path)?.[1];
}
