import type { RequestFacts } from "@kaudit/rules";

/** Facts of requests that a rule is about, and of requests that look alike and are not; `lists` are given beside the defaults. */
export interface RuleCases {
  readonly lists?: Readonly<Record<string, unknown[]>>;
  readonly approvals?: boolean;
  /** Each of these alone (each list of them together) makes the rule speak, with this severity. */
  readonly positive: readonly (readonly [
    severity: string,
    facts: Partial<RequestFacts> | readonly Partial<RequestFacts>[],
  ])[];
  readonly negative: readonly (Partial<RequestFacts> | readonly Partial<RequestFacts>[])[];
}

const alice = {
  actor: "alice",
  actorKind: "human",
  groups: ["developers"],
  sourceIP: "203.0.113.9",
  outcome: "success",
  code: 200,
  dryRun: "false",
  scopeDeclared: true,
  approvalsGiven: false,
} satisfies Partial<RequestFacts>;
const robot = {
  ...alice,
  actor: "system:serviceaccount:team-a:robot",
  actorKind: "serviceaccount",
  groups: [],
} satisfies Partial<RequestFacts>;
const controller = {
  ...robot,
  actor: "system:serviceaccount:kube-system:deployment-controller",
} satisfies Partial<RequestFacts>;
const apiServer = {
  ...alice,
  actor: "system:apiserver",
  actorKind: "system",
  groups: ["system:masters"],
} satisfies Partial<RequestFacts>;
const kubelet = {
  ...alice,
  actor: "system:node:node-1",
  actorKind: "node",
  groups: ["system:nodes"],
} satisfies Partial<RequestFacts>;
const production = { scopes: ["production"] } satisfies Partial<RequestFacts>;

const read = {
  ...alice,
  register: ["secrets"],
  classes: ["secrets"],
  verb: "get",
  resource: "secrets",
  namespace: "pay",
  name: "db",
  access: "read",
  bulk: false,
  clusterWide: false,
} satisfies Partial<RequestFacts>;
const list = { ...read, verb: "list", name: undefined, access: "list", bulk: true } satisfies Partial<RequestFacts>;
const binding = {
  ...alice,
  register: ["rbac"],
  classes: ["rbac"],
  verb: "create",
  apiGroup: "rbac.authorization.k8s.io",
  resource: "clusterrolebindings",
  name: "b",
  change: "create",
  raisesPrivilege: "true",
} satisfies Partial<RequestFacts>;
const admin = {
  ...binding,
  role: "cluster-admin",
  subjects: ["User bob"],
  signals: ["adds-subjects"],
} satisfies Partial<RequestFacts>;
const role = { ...binding, resource: "clusterroles" } satisfies Partial<RequestFacts>;
const exec = {
  ...alice,
  register: ["sessions"],
  classes: ["sessions"],
  verb: "get",
  resource: "pods",
  subresource: "exec",
  namespace: "pay",
  name: "web",
  pod: "web",
  kind: "exec",
  established: true,
  tty: false,
  open: false,
  durationSeconds: 5,
  command: "ls",
} satisfies Partial<RequestFacts>;
const forward = { ...exec, subresource: "portforward", kind: "portforward" } satisfies Partial<RequestFacts>;
const nodeProxy = {
  ...exec,
  resource: "nodes",
  subresource: "proxy",
  namespace: undefined,
  name: "node-1",
  kind: "proxy",
  pod: undefined,
  path: "/api/v1/nodes/node-1/proxy/run/pay/web/app",
} satisfies Partial<RequestFacts>;
const token = {
  ...alice,
  register: ["credentials"],
  classes: ["credentials"],
  verb: "create",
  resource: "serviceaccounts",
  subresource: "token",
  namespace: "pay",
  name: "app",
  kind: "token-request",
  action: "issue",
  expirationSeconds: 3600,
  audiences: ["https://kubernetes.default.svc"],
} satisfies Partial<RequestFacts>;
const approve = {
  ...alice,
  register: ["rbac", "credentials"],
  classes: ["rbac", "credentials"],
  verb: "update",
  apiGroup: "certificates.k8s.io",
  resource: "certificatesigningrequests",
  subresource: "approval",
  name: "csr-1",
  action: "approve",
  requester: "bob",
} satisfies Partial<RequestFacts>;
const configuration = {
  ...alice,
  register: ["configuration"],
  classes: ["configuration"],
  verb: "delete",
  apiGroup: "admissionregistration.k8s.io",
  resource: "validatingwebhookconfigurations",
  name: "guard",
  change: "delete",
  weakens: "true",
} satisfies Partial<RequestFacts>;
const removal = {
  ...alice,
  register: ["deletions"],
  classes: ["deletions"],
  verb: "delete",
  resource: "namespaces",
  namespace: "pay",
  name: "pay",
  dryRun: "unknown",
} satisfies Partial<RequestFacts>;
const workload = {
  ...alice,
  classes: ["workloads"],
  verb: "patch",
  apiGroup: "apps",
  resource: "deployments",
  namespace: "pay",
  name: "web",
} satisfies Partial<RequestFacts>;
const refused = {
  ...alice,
  register: ["authorization"],
  classes: ["authorization"],
  verb: "get",
  resource: "secrets",
  outcome: "denied",
  code: 403,
  deniedBy: "rbac",
} satisfies Partial<RequestFacts>;
const unknownLogin = {
  ...refused,
  register: ["authentication"],
  actor: undefined,
  actorKind: "unauthenticated",
  code: 401,
  deniedBy: undefined,
} satisfies Partial<RequestFacts>;
const anonymous = {
  ...alice,
  actor: "system:anonymous",
  actorKind: "anonymous",
  classes: ["privileged"],
  verb: "list",
  path: "/api/v1/pods",
  resource: "pods",
} satisfies Partial<RequestFacts>;
const review = {
  ...alice,
  classes: ["reviews"],
  verb: "create",
  apiGroup: "authorization.k8s.io",
  resource: "selfsubjectaccessreviews",
  code: 201,
} satisfies Partial<RequestFacts>;
const many = (count: number, facts: Partial<RequestFacts>): readonly Partial<RequestFacts>[] =>
  Array.from({ length: count }, () => facts);
const found = (finding: string, other: Partial<RequestFacts> = {}): Partial<RequestFacts> => ({
  finding,
  about: "x",
  detail: "y",
  occurrences: 3,
  ...other,
});
const leavers = { leavers: [{ name: "alice", from: "2026-11-22T12:00:00Z" }] };

/** The cases of every rule, by its id. */
export const ruleCases: Readonly<Record<string, RuleCases>> = {
  "KX-001": {
    positive: [
      ["high", { ...read, ...production }],
      ["medium", { ...read, scopeDeclared: false }],
    ],
    negative: [
      read,
      { ...read, ...production, outcome: "denied" },
      { ...read, ...production, ...robot },
      { ...list, ...production },
    ],
  },
  "KX-002": {
    lists: { expectedSecretReaders: [{ actor: "system:serviceaccount:*:cert-manager" }] },
    positive: [
      ["high", list],
      ["critical", { ...list, namespace: undefined, clusterWide: true }],
      ["high", { ...list, ...robot }],
      ["critical", { ...list, ...production }],
    ],
    negative: [
      read,
      { ...list, ...controller },
      { ...list, ...kubelet },
      { ...list, ...apiServer },
      { ...list, ...robot, actor: "system:serviceaccount:x:cert-manager" },
      { ...list, outcome: "denied" },
      { ...list, bulk: false, name: "db" },
    ],
  },
  "KX-003": {
    lists: {
      expectedSecretReaders: [{ actor: "system:serviceaccount:team-a:robot", namespace: "team-a", name: "db*" }],
    },
    positive: [
      ["medium", { ...read, ...robot }],
      ["medium", { ...read, ...robot, namespace: "team-a", name: "root" }],
    ],
    negative: [{ ...read, ...robot, namespace: "team-a" }, read, { ...read, ...controller }],
  },
  "KX-004": {
    positive: [
      ["high", { ...read, ...production, access: "delete", dryRun: "unknown" }],
      ["medium", { ...read, access: "patch", scopeDeclared: false }],
    ],
    negative: [
      { ...read, ...production },
      { ...read, ...production, access: "create" },
      { ...read, ...production, access: "patch", dryRun: "true" },
      { ...read, ...production, access: "patch", ...robot },
    ],
  },
  "KX-005": {
    positive: [
      ["critical", admin],
      ["medium", { ...binding, signals: ["content-not-recorded"] }],
    ],
    negative: [
      { ...admin, role: "view" },
      { ...admin, signals: [] },
      { ...admin, ...apiServer },
      { ...admin, dryRun: "true" },
      { ...admin, outcome: "denied" },
      { ...binding, change: "delete", verb: "delete", signals: ["content-not-recorded"] },
    ],
  },
  "KX-006": {
    positive: [
      ["high", { ...role, signals: ["wildcard-verbs"] }],
      ["high", { ...role, resource: "roles", namespace: "pay", signals: ["wildcard-urls"] }],
    ],
    negative: [
      role,
      { ...role, ...apiServer, signals: ["wildcard-verbs"] },
      { ...role, outcome: "failed", signals: ["wildcard-verbs"] },
    ],
  },
  "KX-007": {
    positive: [
      ["high", { ...role, signals: ["grants-escalate"] }],
      ["high", { ...role, signals: ["grants-secrets-read"] }],
      ["medium", { ...role, signals: ["content-not-recorded"] }],
      [
        "medium",
        { ...role, outcome: "denied", code: 403, deniedBy: "escalation", register: ["authorization", "rbac"] },
      ],
    ],
    negative: [
      role,
      { ...role, signals: ["wildcard-verbs"] },
      { ...role, outcome: "denied", deniedBy: "rbac", signals: ["grants-bind"] },
      { ...role, ...controller, signals: ["grants-bind"] },
    ],
  },
  "KX-008": {
    positive: [
      ["critical", { ...binding, signals: ["subject-is-everyone"] }],
      ["critical", { ...binding, signals: ["adds-subjects"], subjects: ["ServiceAccount pay/default"] }],
    ],
    negative: [
      { ...binding, signals: ["adds-subjects"], subjects: ["ServiceAccount pay/default-backend"] },
      { ...binding, ...apiServer, signals: ["subject-is-everyone"] },
    ],
  },
  "KX-009": {
    lists: { approvedRbacActors: ["ci-*"] },
    positive: [
      ["high", binding],
      ["critical", { ...binding, ...production, namespace: "pay" }],
      ["high", { ...binding, ...production }],
    ],
    negative: [{ ...binding, actor: "ci-prod" }, { ...binding, ...apiServer }, { ...binding, outcome: "denied" }, read],
  },
  "KX-010": {
    lists: { changeWindows: [{ from: "08:00", to: "10:00" }] },
    positive: [["medium", binding]],
    negative: [{ ...binding, time: "2026-11-22T09:00:00Z" }, { ...binding, ...controller }, read],
  },
  "KX-011": {
    positive: [
      ["high", { ...admin, selfGrant: "true" }],
      ["high", { ...admin, signals: ["self-grant"] }],
    ],
    negative: [
      { ...admin, selfGrant: "false" },
      { ...admin, selfGrant: "unknown" },
      { ...admin, ...apiServer, selfGrant: "true" },
    ],
  },
  "KX-012": {
    lists: { dataStores: ["*-db"] },
    positive: [
      ["high", { ...exec, ...production }],
      ["medium", { ...exec, scopeDeclared: false }],
      ["critical", { ...exec, namespace: "kube-system" }],
      ["critical", { ...exec, pod: "pay-db", scopes: ["cde"] }],
    ],
    negative: [
      exec,
      { ...exec, ...production, established: false },
      { ...exec, ...production, ...robot },
      { ...forward, ...production },
    ],
  },
  "KX-013": {
    positive: [
      ["high", { ...exec, tty: true }],
      ["high", { ...exec, signals: ["shell"] }],
      ["critical", { ...exec, ...production, signals: ["shell"] }],
      ["high", { ...exec, ...robot, tty: true }],
    ],
    negative: [exec, { ...exec, tty: true, established: false }, { ...forward, tty: true }],
  },
  "KX-014": {
    positive: [
      ["high", { ...exec, signals: ["archive-command"] }],
      ["high", { ...forward, pod: "postgres-0", name: "postgres-0" }],
      [
        "high",
        { ...forward, resource: "services", subresource: "proxy", kind: "proxy", pod: undefined, name: "orders-mysql" },
      ],
    ],
    negative: [
      exec,
      forward,
      { ...forward, pod: "postgres-0", established: false },
      { ...exec, ...controller, signals: ["archive-command"] },
    ],
  },
  "KX-015": {
    positive: [
      ["high", nodeProxy],
      ["high", { ...nodeProxy, ...robot }],
    ],
    negative: [
      { ...nodeProxy, path: "/api/v1/nodes/node-1/proxy/metrics/cadvisor" },
      { ...nodeProxy, outcome: "denied" },
      { ...nodeProxy, ...apiServer },
      exec,
    ],
  },
  "KX-016": {
    positive: [
      ["medium", { ...exec, kind: "ephemeralcontainer", verb: "patch" }],
      ["high", { ...exec, kind: "ephemeralcontainer", scopes: ["ephi"] }],
    ],
    negative: [
      exec,
      { ...exec, kind: "ephemeralcontainer", outcome: "denied" },
      { ...exec, kind: "ephemeralcontainer", ...robot },
    ],
  },
  "KX-017": {
    positive: [
      ["medium", { ...exec, durationSeconds: 3601 }],
      ["medium", { ...forward, open: true, durationSeconds: undefined }],
    ],
    negative: [
      { ...exec, durationSeconds: 3600 },
      { ...exec, open: true, established: false },
      { ...exec, kind: "ephemeralcontainer", open: true },
    ],
  },
  "KX-018": {
    lists: { breakGlass: ["emergency-*"] },
    positive: [
      ["high", { ...read, groups: ["system:masters"] }],
      ["high", { ...read, actor: "emergency-1" }],
      ["high", { ...read, impersonated: "x", impersonatedGroups: ["system:masters"] }],
    ],
    negative: [read, apiServer],
  },
  "KX-019": {
    positive: [["high", { ...read, actor: "kubernetes-admin" }]],
    negative: [read, { ...read, actor: "kubernetes-admin-alice" }],
  },
  "KX-020": {
    lists: { automation: ["system:serviceaccount:ci:*"] },
    positive: [
      ["medium", { ...read, ...robot, userAgent: "kubectl/v1.36.2 (linux/amd64)" }],
      ["medium", { ...exec, ...robot, tty: true }],
    ],
    negative: [
      { ...read, ...robot, userAgent: "app/1.0" },
      { ...read, userAgent: "kubectl/v1.36.2" },
      { ...read, ...robot, actor: "system:serviceaccount:ci:runner", userAgent: "kubectl/v1" },
      { ...exec, ...robot, tty: true, established: false },
    ],
  },
  "KX-021": {
    lists: { approvedImpersonations: [{ actor: "gateway", impersonated: "*" }] },
    positive: [
      ["medium", { ...read, impersonated: "bob" }],
      ["high", { ...read, impersonated: "system:admin", signals: ["acts-as-system"] }],
      ["high", { ...read, impersonated: "bob", signals: ["chooses-groups"] }],
    ],
    negative: [
      read,
      { ...read, impersonated: "bob", actor: "gateway" },
      { ...read, impersonated: "bob", outcome: "denied", deniedBy: "impersonation" },
    ],
  },
  "KX-022": {
    positive: [
      ["high", token],
      ["high", { ...token, ...robot, expirationSeconds: 86_401 }],
      ["high", { ...token, ...robot, audiences: ["vault"] }],
      [
        "high",
        { ...token, ...robot, resource: "secrets", subresource: undefined, kind: "token-secret", action: "create" },
      ],
    ],
    negative: [
      { ...token, ...robot },
      { ...token, ...kubelet, audiences: ["vault"] },
      { ...token, outcome: "denied" },
      { ...token, ...controller, expirationSeconds: 99_999 },
      { ...token, dryRun: "true" },
    ],
  },
  "KX-023": {
    positive: [
      ["high", approve],
      ["critical", { ...approve, subjectGroups: ["system:masters"] }],
      ["high", { ...approve, ...robot, signals: ["approver-is-requester"] }],
    ],
    negative: [
      { ...approve, ...controller },
      { ...approve, action: "deny" },
      { ...approve, outcome: "failed" },
      { ...approve, ...robot },
    ],
  },
  "KX-024": {
    positive: [["critical", anonymous]],
    negative: [{ ...anonymous, classes: ["reviews"] }, { ...anonymous, outcome: "denied", code: 403 }, read],
  },
  "KX-025": {
    positive: [
      ["medium", many(20, refused)],
      ["medium", many(20, unknownLogin)],
      ["high", [...many(20, unknownLogin), read]],
      ["high", [...many(20, refused), read]],
      ["medium", [...many(20, refused), { ...read, actor: "bob" }]],
    ],
    negative: [many(19, refused), many(40, read), many(40, { ...refused, ...controller })],
  },
  "KX-026": { positive: [["critical", found("secret-values-in-log")]], negative: [found("truncated-events"), read] },
  "KX-027": { positive: [["high", found("class-not-recorded")]], negative: [found("coverage-gap"), read] },
  "KX-028": { positive: [["high", found("coverage-gap")]], negative: [found("class-not-recorded"), read] },
  "KX-029": {
    positive: [
      ["medium", found("rejected-records")],
      ["medium", found("duplicate-events", { sharePercent: 2 })],
    ],
    negative: [found("duplicate-events", { sharePercent: 0.5 }), found("coverage-gap"), read],
  },
  "KX-030": { positive: [["critical", found("changed-input")]], negative: [found("rejected-records"), read] },
  "KX-031": {
    positive: [
      ["high", configuration],
      ["medium", { ...configuration, weakens: "unknown" }],
      ["critical", { ...configuration, ...production, namespace: "pay" }],
    ],
    negative: [
      { ...configuration, weakens: "false" },
      { ...configuration, ...controller },
      { ...configuration, dryRun: "true" },
      { ...configuration, outcome: "denied" },
    ],
  },
  "KX-032": {
    positive: [
      ["high", removal],
      ["high", { ...removal, verb: "deletecollection", resource: "pods", name: undefined }],
      ["high", { ...removal, resource: "nodes", namespace: undefined }],
    ],
    negative: [
      { ...removal, resource: "pods" },
      { ...removal, dryRun: "true" },
      { ...removal, ...controller },
      { ...removal, resource: "nodes", subresource: "proxy" },
      { ...removal, outcome: "denied" },
    ],
  },
  "KX-033": {
    lists: { automation: ["argo"] },
    positive: [
      ["medium", { ...workload, ...production }],
      ["low", { ...workload, scopeDeclared: false }],
    ],
    negative: [
      workload,
      { ...workload, ...production, ...controller },
      { ...workload, ...production, actor: "argo" },
      { ...workload, ...production, dryRun: "true" },
    ],
  },
  "KX-034": {
    positive: [
      ["high", { ...exec, pod: "fluent-bit-x7z", name: "fluent-bit-x7z" }],
      ["high", { ...workload, resource: "daemonsets", name: "vector" }],
      ["high", { ...nodeProxy, path: "/api/v1/nodes/node-1/proxy/logs/kube-apiserver/audit.log" }],
    ],
    negative: [
      exec,
      workload,
      nodeProxy,
      { ...workload, ...robot, name: "vector" },
      { ...exec, pod: "fluent-bit-x", established: false },
    ],
  },
  "KX-035": {
    positive: [
      [
        "high",
        {
          ...binding,
          apiGroup: undefined,
          resource: "configmaps",
          namespace: "kube-system",
          name: "aws-auth",
          verb: "patch",
          change: "patch",
        },
      ],
    ],
    negative: [binding, { ...workload, resource: "configmaps", namespace: "kube-system", name: "aws-auth-copy" }],
  },
  "KX-036": {
    lists: leavers,
    positive: [
      ["critical", read],
      ["critical", refused],
    ],
    negative: [
      { ...read, actor: "bob" },
      { ...read, time: "2026-11-22T11:59:59Z" },
    ],
  },
  "KX-037": { positive: [["medium", found("reviewer-is-actor")]], negative: [found("approval-expired"), read] },
  "KX-038": { positive: [["medium", found("approval-expired")]], negative: [found("review-late"), read] },
  "KX-039": {
    positive: [
      ["medium", many(20, review)],
      ["medium", ["secrets", "pods", "nodes", "roles", "jobs", "leases"].map((resource) => ({ ...refused, resource }))],
    ],
    negative: [
      many(19, review),
      many(19, refused),
      many(40, { ...review, ...controller }),
      many(40, { ...review, resource: "subjectaccessreviews" }),
    ],
  },
  "KX-040": {
    lists: { sourceRanges: ["10.0.0.0/8"] },
    positive: [
      ["medium", exec],
      ["high", { ...binding, ...production, namespace: "pay" }],
    ],
    negative: [{ ...exec, sourceIP: "10.1.2.3" }, read, { ...exec, sourceIP: undefined }, { ...exec, ...kubelet }],
  },
};
