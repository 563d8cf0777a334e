import { addedSubjects } from "./added-subjects.js";
import type { AccessContent, PolicyRule, RoleReference } from "./content.js";
import type { AccessChange } from "./grants.js";
import { newRights, sensitiveRights } from "./rights.js";
import type { SensitiveKind, SensitiveRight } from "./rights.js";

/** Words for what a change of access does, in one vocabulary with the exception rules. */
export const accessSignalMeanings = {
  "binds-cluster-admin": "binds somebody to the ClusterRole cluster-admin",
  "binds-admin": "binds somebody to the ClusterRole admin",
  "binds-edit": "binds somebody to the ClusterRole edit",
  "grants-everything": "gives every verb on every resource",
  "wildcard-verbs": "a new rule has the verb *",
  "wildcard-resources": "a new rule has the resource *",
  "wildcard-groups": "a new rule has the API group *",
  "wildcard-urls": "a new rule has the non-resource URL *",
  "grants-secrets-read": "gives reading Secrets",
  "grants-secrets-write": "gives changing Secrets",
  "grants-exec": "gives sessions in pods",
  "grants-node-proxy": "gives nodes/proxy, which reaches the kubelet",
  "grants-token-minting": "gives minting service-account tokens",
  "grants-csr-approval": "gives approving or signing certificate requests",
  "grants-impersonate": "gives acting as others",
  "grants-escalate": "gives the verb escalate on roles",
  "grants-bind": "gives the verb bind on roles",
  "grants-rbac-write": "gives changing roles or bindings",
  "grants-admission-write": "gives changing admission webhooks or policies",
  "subject-is-everyone": "binds a group or user that stands for everybody or for nobody in particular",
  "subject-is-system": "binds a user or group with a name in the reserved prefix system:, service accounts apart",
  "subject-is-masters": "binds or maps to system:masters",
  "self-grant": "gives something to whoever made it",
  "aggregates-others": "a ClusterRole that collects the rules of others",
  "aggregates-to-admin": "a ClusterRole whose rules are added to admin",
  "aggregates-to-edit": "a ClusterRole whose rules are added to edit",
  "aggregates-to-view": "a ClusterRole whose rules are added to view",
  "csr-for-system-masters": "a certificate in the group system:masters",
  "csr-for-system-name": "a certificate for a user or group with a name in the reserved prefix system:, nodes apart",
  "content-not-recorded": "what it changed cannot be known: recorded without content",
} as const;

/** A word for what a change of access does. */
export type AccessSignal = keyof typeof accessSignalMeanings;

const everybody = new Set([
  "system:authenticated",
  "system:unauthenticated",
  "system:anonymous",
  "system:serviceaccounts",
]);

const signalOfRight: Readonly<Partial<Record<SensitiveKind, AccessSignal>>> = {
  everything: "grants-everything",
  exec: "grants-exec",
  "node-proxy": "grants-node-proxy",
  tokens: "grants-token-minting",
  certificates: "grants-csr-approval",
  impersonate: "grants-impersonate",
  escalate: "grants-escalate",
  bind: "grants-bind",
  rbac: "grants-rbac-write",
  admission: "grants-admission-write",
};

const reads = ["get", "list", "watch"];

/**
 * Gives the words that fit a change of access, sorted: what it would give, also where it was refused. A change whose content was
 * not recorded gives `content-not-recorded` and nothing else; a deletion, none. `isSelfGrant` says whether it gives something
 * to whoever made it.
 */
export function accessSignals(change: AccessChange, isSelfGrant: boolean): AccessSignal[] {
  const { after, before, resource } = change;
  if (after === null) return [];
  if (after === undefined) return ["content-not-recorded"];
  const found = new Set<AccessSignal>(isSelfGrant ? ["self-grant"] : []);
  if (resource === "roles" || resource === "clusterroles") roleSignals(before, after, found);
  else if (resource === "rolebindings" || resource === "clusterrolebindings") bindingSignals(change, after, found);
  else if (after.certificate !== undefined) certificateSignals(after.certificate, found);
  else if (mastersIn(after) > mastersIn(before)) found.add("subject-is-masters");
  return [...found].toSorted();
}

function roleSignals(before: AccessChange["before"], after: AccessContent, found: Set<AccessSignal>): void {
  const old = new Set((before?.rules ?? []).map((rule) => JSON.stringify(rule)));
  const added = (after.rules ?? []).filter((rule) => !old.has(JSON.stringify(rule)));
  wildcardSignals(before?.rules ?? [], added, found);
  const rights = newRights((before?.rules ?? []).flatMap(sensitiveRights), added.flatMap(sensitiveRights));
  rightSignals(rights, found);
  if (after.aggregationRule !== undefined && before?.aggregationRule === undefined) found.add("aggregates-others");
  for (const to of after.aggregatesTo ?? []) {
    if (before?.aggregatesTo?.includes(to) === true && added.length === 0) continue;
    if (to === "admin" || to === "edit" || to === "view") found.add(`aggregates-to-${to}`);
  }
}

function wildcardSignals(before: readonly PolicyRule[], added: readonly PolicyRule[], found: Set<AccessSignal>): void {
  const fields = [
    ["verbs", "wildcard-verbs"],
    ["resources", "wildcard-resources"],
    ["apiGroups", "wildcard-groups"],
    ["nonResourceURLs", "wildcard-urls"],
  ] as const;
  for (const [field, signal] of fields) {
    const has = (rule: PolicyRule): boolean => (rule[field] ?? []).includes("*");
    if (added.some((rule) => has(rule) && !before.some((old) => has(old) && covers(old, rule)))) found.add(signal);
  }
}

/** Whether an older rule said at least as much, so that rewriting it gives nothing new. */
function covers(old: PolicyRule, rule: PolicyRule): boolean {
  return (["verbs", "resources", "apiGroups", "nonResourceURLs"] as const).every((field) => {
    const had = old[field] ?? [];
    return had.includes("*") || (rule[field] ?? []).every((value) => had.includes(value));
  });
}

function rightSignals(rights: readonly SensitiveRight[], found: Set<AccessSignal>): void {
  for (const { kind, verb } of rights) {
    const signal = signalOfRight[kind];
    if (signal !== undefined) found.add(signal);
    if (kind === "everything") {
      found.add("grants-secrets-read");
      found.add("grants-secrets-write");
    }
    if (kind !== "secrets") continue;
    if (verb === "*" || reads.includes(verb)) found.add("grants-secrets-read");
    if (verb === "*" || !reads.includes(verb)) found.add("grants-secrets-write");
  }
}

function bindingSignals(change: AccessChange, after: AccessContent, found: Set<AccessSignal>): void {
  const added = addedSubjects(change.before, after, change.namespace);
  if (added.length === 0) return;
  const role = after.roleRef ?? change.before?.roleRef ?? null;
  if (role !== null) boundRoleSignals(role, change, found);
  for (const subject of added) {
    const name = subject.name ?? "";
    if (name === "system:masters") found.add("subject-is-masters");
    if (everybody.has(name) || (subject.kind === "Group" && name.startsWith("system:serviceaccounts:")))
      found.add("subject-is-everyone");
    else if (
      subject.kind !== "ServiceAccount" &&
      name.startsWith("system:") &&
      !name.startsWith("system:serviceaccount:")
    )
      found.add("subject-is-system");
  }
}

function boundRoleSignals(role: RoleReference, change: AccessChange, found: Set<AccessSignal>): void {
  const { name, kind } = role;
  if (kind === "ClusterRole" && (name === "cluster-admin" || name === "admin" || name === "edit"))
    found.add(`binds-${name}`);
  const rules = change.rulesOf(role, change.namespace);
  if (rules === undefined) return;
  rightSignals(rules.flatMap(sensitiveRights), found);
  wildcardSignals([], rules, found);
}

function certificateSignals(
  { commonName, organizations, conditions }: NonNullable<AccessContent["certificate"]>,
  found: Set<AccessSignal>,
): void {
  if (conditions.includes("Denied") && !conditions.includes("Approved")) return;
  for (const signal of certificateNameSignals(commonName, organizations)) found.add(signal);
}

/** Gives the words for whose certificate is asked for. */
export function certificateNameSignals(commonName: string, organizations: readonly string[]): AccessSignal[] {
  const found: AccessSignal[] = [];
  if (organizations.includes("system:masters")) found.push("csr-for-system-masters");
  const names = [commonName, ...organizations];
  const isNode = commonName.startsWith("system:node:") && organizations.every((group) => group === "system:nodes");
  if (!isNode && names.some((name) => name.startsWith("system:"))) found.push("csr-for-system-name");
  return found;
}

function mastersIn(content: AccessContent | null | undefined): number {
  const texts = [content?.mapRoles, content?.mapUsers, ...(content?.identity?.groups ?? [])];
  return texts.join("\n").split("system:masters").length - 1;
}
