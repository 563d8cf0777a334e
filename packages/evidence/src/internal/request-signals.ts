import { accessSignalMeanings, certificateNameSignals } from "../rbac/signals.js";
import type { AccessSignal } from "../rbac/signals.js";
import type { ConfigurationRow, CredentialsRow, SessionsRow } from "../register-row.js";
import { noteBits } from "./event-notes.js";
import type { FoldedRequest } from "./fold.js";
import { commandSignals } from "./command-signals.js";

/** Words for what evidence derives from a request's content; those of changes of access are in `accessSignalMeanings`. */
export const signalMeanings = {
  ...accessSignalMeanings,
  shell: "a session runs a shell",
  "archive-command": "a session runs tar, as kubectl cp does",
  "kubelet-session": "a command, shell or port of a pod reached through nodes/proxy",
  "node-logs": "logs read on a node, through nodes/proxy or nodes/log",
  "pod-logs": "the log of a container read",
  "secret-values-in-log": "the event holds secret values",
  "bodies-cut": "bodies were cut for their size",
  "acts-as-masters": "acts as a member of system:masters",
  "acts-as-system": "acts as a user or group with a name in the reserved prefix system:, service accounts apart",
  "approver-is-requester": "a certificate request approved or signed by whoever asked for it",
  "token-without-end": "a token in a Secret, which does not expire",
  "token-not-accepted": "a token review that did not accept the token",
  "weakens-safeguard": "takes a safeguard away or makes it weaker",
  "safeguard-deleted": "an admission check, network policy or part of auditing deleted",
  "failure-policy-ignore": "an admission check is skipped when it cannot be asked",
  "selector-changed": "which namespaces or objects an admission check looks at",
  "enforce-label-changed": "the Pod Security level that is enforced in a namespace",
  "audit-object": "auditing or log collection",
  "privileged-container": "a workload with a privileged container",
  "strong-capabilities": "a workload with capabilities that lead out of the container",
  "host-path": "a workload with a volume on the node's disk",
  "host-network": "a workload in the node's network",
  "host-pid": "a workload that sees the node's processes",
  "host-ipc": "a workload that shares the node's memory segments",
  "uses-secret": "a workload that is given Secrets",
  "projects-token": "a workload that is given a service-account token for another audience",
} as const;

/** A word for what evidence derives from a request's content. */
export type RequestSignal = keyof typeof signalMeanings;

/** The rows that were made of a request, as far as signals are read from them. */
export interface SignalRows {
  readonly sessions?: SessionsRow;
  readonly credentials?: CredentialsRow;
  readonly configuration?: ConfigurationRow;
}

const auditResources = new Set(["configmaps", "deployments", "daemonsets", "statefulsets", "cronjobs", "podtemplates"]);

/** Gives the words that fit a request, sorted; `access` are those of its change of access, if it is one. */
export function requestSignals(
  request: FoldedRequest,
  rows: SignalRows,
  access: readonly AccessSignal[] = [],
): RequestSignal[] {
  const found = new Set<RequestSignal>(access);
  const { deciding, stages } = request;
  const { target, path } = deciding;
  if (stages.some(({ notes }) => (notes & noteBits.secretValues) !== 0)) found.add("secret-values-in-log");
  if (stages.some(({ notes }) => (notes & noteBits.truncated) !== 0)) found.add("bodies-cut");
  for (const { workloadSignals } of stages)
    for (const signal of workloadSignals) if (Object.hasOwn(signalMeanings, signal)) found.add(signal as RequestSignal);
  if (target.resource === "pods" && target.subresource === "log") found.add("pod-logs");
  if (target.resource === "nodes" && readsNodeLogs(target.subresource, path)) found.add("node-logs");
  if (path === "/logs" || path.startsWith("/logs/")) found.add("node-logs");
  impersonationSignals(request, found);
  if (rows.sessions !== undefined) sessionSignals(rows.sessions, found);
  if (rows.credentials !== undefined) credentialSignals(rows.credentials, found);
  if (rows.configuration !== undefined) configurationSignals(rows.configuration, found);
  return [...found].toSorted();
}

function readsNodeLogs(subresource: string, path: string): boolean {
  return subresource === "log" || (subresource === "proxy" && /\/proxy\/(?:logs|containerLogs)(?:\/|$)/.test(path));
}

function impersonationSignals({ stages }: FoldedRequest, found: Set<RequestSignal>): void {
  for (const { impersonated, impersonatedGroups } of stages) {
    if (impersonatedGroups.includes("system:masters")) found.add("acts-as-masters");
    const groups = impersonatedGroups.filter(
      (group) => group !== "system:authenticated" && !group.startsWith("system:serviceaccounts"),
    );
    const names = impersonated.startsWith("system:serviceaccount:") ? groups : [impersonated, ...groups];
    if (names.some((name) => name.startsWith("system:"))) found.add("acts-as-system");
  }
}

function sessionSignals(row: SessionsRow, found: Set<RequestSignal>): void {
  for (const signal of commandSignals(row.command)) found.add(signal);
  if (row.resource === "nodes" && row.pod !== "") found.add("kubelet-session");
}

function credentialSignals(row: CredentialsRow, found: Set<RequestSignal>): void {
  if (row.kind === "token-secret" && row.action !== "delete") found.add("token-without-end");
  if (row.kind === "token-review" && row.outcome === "success" && row.subject === "") found.add("token-not-accepted");
  if (row.kind !== "certificate-request") return;
  const approves = row.action === "approve" || row.action === "decide" || row.action === "sign";
  if (row.action === "create" || approves)
    for (const signal of certificateNameSignals(row.subject, row.subjectGroups)) found.add(signal);
  if (approves && row.requester !== "" && [row.actor, row.impersonated].includes(row.requester))
    found.add("approver-is-requester");
}

function configurationSignals(row: ConfigurationRow, found: Set<RequestSignal>): void {
  if (row.weakens === "true") found.add("weakens-safeguard");
  if (row.weakens === "true" && (row.change === "delete" || row.change === "deletecollection"))
    found.add("safeguard-deleted");
  if (row.change !== "create" && /failurePolicy (?:from \w+ to|set to|=) Ignore/.test(row.details))
    found.add("failure-policy-ignore");
  if (row.change !== "create" && /(?:namespaceSelector|objectSelector) (?:from|set|added|taken)/.test(row.details))
    found.add("selector-changed");
  if (row.change !== "create" && /pod-security\.kubernetes\.io[/~1]*enforce(?: |$)/.test(row.details))
    found.add("enforce-label-changed");
  if (auditResources.has(row.resource)) found.add("audit-object");
}
