// How many requests a second does one core hold against the forty exception rules, and how much memory does it take?
import { exceptionLists, exceptionParameters, exceptionRules } from "@kaudit/controls";
import { createRuleEngine } from "@kaudit/rules";

const lists = {
  expectedSecretReaders: [{ actor: "system:serviceaccount:*:cert-manager" }],
  approvedRbacActors: ["ci-*", "argocd"],
  changeWindows: [{ days: ["tue", "thu"], from: "08:00", to: "12:00" }],
  leavers: [{ name: "dora@example.com", from: "2026-10-01T00:00:00Z" }],
  sourceRanges: ["10.0.0.0/8", "2001:db8::/32"],
  ...Object.fromEntries(
    Object.entries(exceptionLists).flatMap(([name, list]) => ("default" in list ? [[name, list.default]] : [])),
  ),
};
const parameters = Object.fromEntries(Object.entries(exceptionParameters).map(([name, one]) => [name, one.default]));

const mix = makeRequests(20_000);
const rates = [];
let last;
for (let run = 0; run < 6; run++) {
  const engine = createRuleEngine(exceptionRules, { lists, parameters });
  const start = performance.now();
  let requests = 0;
  while (performance.now() - start < 500) {
    for (const facts of mix) engine.add(facts, "row");
    requests += mix.length;
  }
  last = engine.finish();
  if (run > 0) rates.push(requests / ((performance.now() - start) / 1000));
}
if (last.findings.length === 0) throw new Error("nothing was found");
console.log(`rules      ${exceptionRules.length}`);
console.log(`requests   ${mix.length} different ones, in turn`);
console.log(`findings   ${last.findings.length}`);
console.log(
  `speed      ${Math.round(Math.max(...rates)).toLocaleString("en-US")} facts per second, the best of five runs`,
);
console.log(`memory     ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident`);

/** A mix as in registers: service accounts and controllers most of the time, people sometimes, refusals in between. */
function makeRequests(count) {
  const actors = [
    {
      actor: "system:serviceaccount:argocd:argocd-server",
      actorKind: "serviceaccount",
      groups: ["system:serviceaccounts"],
    },
    { actor: "system:serviceaccount:kube-system:deployment-controller", actorKind: "serviceaccount", groups: [] },
    { actor: "system:node:worker-1", actorKind: "node", groups: ["system:nodes"] },
    { actor: "alice@example.com", actorKind: "human", groups: ["developers", "system:authenticated"] },
    { actor: "system:kube-controller-manager", actorKind: "system", groups: ["system:authenticated"] },
  ];
  const targets = [
    {
      register: ["secrets"],
      classes: ["secrets"],
      verb: "get",
      resource: "secrets",
      name: "db",
      access: "read",
      bulk: false,
    },
    { register: ["secrets"], classes: ["secrets"], verb: "watch", resource: "secrets", access: "watch", bulk: true },
    {
      register: ["sessions"],
      classes: ["sessions"],
      verb: "get",
      resource: "pods",
      subresource: "exec",
      kind: "exec",
      established: true,
      tty: true,
      pod: "web",
    },
    {
      register: ["rbac"],
      classes: ["rbac"],
      verb: "patch",
      apiGroup: "rbac.authorization.k8s.io",
      resource: "rolebindings",
      name: "dev",
      change: "patch",
    },
    {
      register: ["authorization"],
      classes: ["authorization"],
      verb: "list",
      resource: "nodes",
      code: 403,
      outcome: "denied",
      deniedBy: "rbac",
    },
    {
      register: ["deletions"],
      classes: ["deletions", "workloads"],
      verb: "delete",
      resource: "pods",
      name: "web",
      dryRun: "false",
    },
    {
      register: ["credentials"],
      classes: ["credentials"],
      verb: "create",
      resource: "serviceaccounts",
      subresource: "token",
      expirationSeconds: 3600,
    },
    { register: [], classes: ["workloads"], verb: "update", apiGroup: "apps", resource: "deployments", name: "web" },
  ];
  return Array.from({ length: count }, (_, i) => ({
    time: new Date(Date.UTC(2026, 9, 14) + i * 40).toISOString(),
    cluster: "prod-eu-1",
    sourceIP: `10.0.${i % 16}.${i % 200}`,
    userAgent: "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1",
    namespace: `team-${i % 40}`,
    code: 200,
    outcome: "success",
    dryRun: "false",
    scopeDeclared: true,
    scopes: i % 3 === 0 ? ["production"] : [],
    ...actors[i % actors.length],
    ...targets[i % targets.length],
  }));
}
