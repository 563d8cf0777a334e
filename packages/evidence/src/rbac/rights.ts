import type { PolicyRule } from "./content.js";

/**
 * One right that raises privilege, as an atom that can be compared: which kind, which verb, which named object.
 * `*` stands for all.
 */
export interface SensitiveRight {
  readonly kind: SensitiveKind;
  readonly verb: string;
  readonly name: string;
}

/** Kinds of rights that raise privilege, and what they let somebody do. */
export const sensitiveKinds = {
  everything: "do everything with every resource",
  "all-verbs": "do anything with some resources (verb *)",
  "all-resources": "reach every kind of resource (resource * or group *)",
  "all-paths": "reach every non-resource path",
  secrets: "read or change Secrets",
  exec: "open sessions in pods (exec, attach, debug containers)",
  "node-proxy": "reach the kubelet through nodes/proxy",
  tokens: "mint tokens of service accounts",
  certificates: "approve or sign certificate requests",
  impersonate: "act as other users",
  escalate: "give roles rights it does not hold (escalate)",
  bind: "bind roles it does not hold (bind)",
  rbac: "change roles and bindings",
  admission: "change admission webhooks and policies",
} as const;
export type SensitiveKind = keyof typeof sensitiveKinds;

interface Watched {
  readonly kind: SensitiveKind;
  readonly group: string;
  readonly resources: readonly string[];
  /** Null: any verb. */
  readonly verbs: readonly string[] | null;
}

const writes = ["create", "update", "patch", "delete", "deletecollection"];
const rbacResources = ["roles", "clusterroles", "rolebindings", "clusterrolebindings"];

/**
 * The rights that raise privilege, after "Role Based Access Control Good Practices: privilege escalation risks" of the
 * Kubernetes documentation. The right to create workloads, also named there, is left out: every team that deploys has it.
 */
const watched: readonly Watched[] = [
  { kind: "secrets", group: "", resources: ["secrets"], verbs: ["get", "list", "watch", ...writes] },
  { kind: "exec", group: "", resources: ["pods/exec", "pods/attach"], verbs: ["create", "get"] },
  { kind: "exec", group: "", resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"] },
  { kind: "node-proxy", group: "", resources: ["nodes/proxy"], verbs: null },
  { kind: "tokens", group: "", resources: ["serviceaccounts/token"], verbs: ["create"] },
  {
    kind: "certificates",
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval", "certificatesigningrequests/status"],
    verbs: ["update", "patch"],
  },
  { kind: "certificates", group: "certificates.k8s.io", resources: ["signers"], verbs: ["approve", "sign"] },
  { kind: "escalate", group: "rbac.authorization.k8s.io", resources: rbacResources, verbs: ["escalate"] },
  { kind: "bind", group: "rbac.authorization.k8s.io", resources: rbacResources, verbs: ["bind"] },
  { kind: "rbac", group: "rbac.authorization.k8s.io", resources: rbacResources, verbs: ["create", "update", "patch"] },
  {
    kind: "admission",
    group: "admissionregistration.k8s.io",
    resources: [
      "mutatingwebhookconfigurations",
      "validatingwebhookconfigurations",
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
    ],
    verbs: writes,
  },
];

/** Gives the rights in a rule that raise privilege; empty when there are none. */
export function sensitiveRights(rule: PolicyRule): SensitiveRight[] {
  const verbs = rule.verbs ?? [];
  const groups = rule.apiGroups ?? [];
  const resources = rule.resources ?? [];
  const names = rule.resourceNames === undefined || rule.resourceNames.length === 0 ? ["*"] : rule.resourceNames;
  const rights: SensitiveRight[] = [];
  const add = (kind: SensitiveKind, verb: string): void => {
    for (const name of names) rights.push({ kind, verb, name });
  };
  if ((rule.nonResourceURLs ?? []).includes("*"))
    for (const verb of verbs) rights.push({ kind: "all-paths", verb, name: "*" });
  const anyGroup = groups.includes("*");
  const anyResource = resources.includes("*");
  if (anyGroup && anyResource && verbs.includes("*")) {
    add("everything", "*");
    return rights;
  }
  if (groups.length > 0 && resources.length > 0) {
    if (verbs.includes("*")) add("all-verbs", "*");
    if (anyResource || anyGroup) for (const verb of verbs) add("all-resources", verb);
  }
  for (const watch of watched) {
    if (!anyGroup && !groups.includes(watch.group)) continue;
    if (!watch.resources.some((resource) => coversResource(resources, resource))) continue;
    if (verbs.includes("*")) add(watch.kind, "*");
    else for (const verb of verbs) if (watch.verbs === null || watch.verbs.includes(verb)) add(watch.kind, verb);
  }
  // Impersonation is asked for on users, groups, serviceaccounts, uids and extras; constrained verbs have a prefix.
  for (const verb of verbs) if (verb === "impersonate" || verb.startsWith("impersonate")) add("impersonate", verb);
  return rights;
}

/** RBAC's own rule: a resource pattern is exact, `*`, or `*` and a subresource. */
function coversResource(patterns: readonly string[], resource: string): boolean {
  if (patterns.includes("*") || patterns.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash !== -1 && patterns.includes(`*${resource.slice(slash)}`);
}

/** Gives those of `after`'s rights that `before` did not have. */
export function newRights(before: readonly SensitiveRight[], after: readonly SensitiveRight[]): SensitiveRight[] {
  const had = new Set(before.map(({ kind, verb, name }) => JSON.stringify([kind, verb, name])));
  if (had.has(JSON.stringify(["everything", "*", "*"]))) return [];
  return after.filter(({ kind, verb, name }) =>
    [
      [kind, verb, name],
      [kind, "*", name],
      [kind, verb, "*"],
      [kind, "*", "*"],
    ].every((form) => !had.has(JSON.stringify(form))),
  );
}
