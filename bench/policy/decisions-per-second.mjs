// How many requests a second does one core decide with a policy of twenty rules, compiled and not?
import { readFileSync } from "node:fs";

import { compilePolicy, evaluatePolicy, loadPolicy } from "@kaudit/policy";

const { policy } = loadPolicy(readFileSync(new URL("twenty-rules.yaml", import.meta.url)));
const requests = makeRequests(20_000);

const plain = measure((attributes) => evaluatePolicy(policy, attributes));
const compiled = measure(compilePolicy(policy));
console.log(`rules      ${policy.rules.length}`);
console.log(`requests   ${requests.length} different ones, in turn`);
console.log(`plain      ${format(plain)} decisions per second`);
console.log(`compiled   ${format(compiled)} decisions per second`);
console.log(`ratio      ${(compiled / plain).toFixed(1)}`);

/** The best of five runs of at least 300 ms, after one to warm up. */
function measure(decide) {
  const runs = [];
  for (let run = 0; run < 6; run++) {
    const start = performance.now();
    let decided = 0;
    let recorded = 0;
    while (performance.now() - start < 300) {
      for (const attributes of requests) if (decide(attributes).level !== "None") recorded++;
      decided += requests.length;
    }
    if (recorded === 0) throw new Error("nothing was recorded");
    if (run > 0) runs.push(decided / ((performance.now() - start) / 1000));
  }
  return Math.max(...runs);
}

/** A mix as in clusters: controllers and nodes most of the time, people sometimes, health checks in between. */
function makeRequests(count) {
  const actors = [
    ["system:kube-controller-manager", ["system:authenticated"]],
    ["system:node:worker-1", ["system:nodes", "system:authenticated"]],
    ["system:kube-proxy", ["system:node-proxier", "system:authenticated"]],
    [
      "system:serviceaccount:argocd:argocd-server",
      ["system:serviceaccounts", "system:serviceaccounts:argocd", "system:authenticated"],
    ],
    ["alice@example.com", ["developers", "system:authenticated"]],
  ];
  const targets = [
    ["", "pods", ""],
    ["", "pods", "status"],
    ["", "pods", "exec"],
    ["", "secrets", ""],
    ["", "configmaps", ""],
    ["", "endpoints", ""],
    ["apps", "deployments", ""],
    ["apps", "replicasets", "status"],
    ["batch", "jobs", ""],
    ["coordination.k8s.io", "leases", ""],
    ["rbac.authorization.k8s.io", "rolebindings", ""],
    ["networking.k8s.io", "networkpolicies", ""],
    ["argoproj.io", "applications", ""],
    ["", "events", ""],
  ];
  const verbs = ["get", "list", "watch", "update", "patch", "create", "delete"];
  const paths = ["/healthz", "/readyz", "/metrics", "/version", "/openapi/v2"];
  return Array.from({ length: count }, (_, index) => {
    const [user, groups] = actors[(index * 7) % actors.length];
    const [apiGroup, resource, subresource] = targets[(index * 5) % targets.length];
    const isResourceRequest = index % 10 !== 0;
    return {
      user,
      groups,
      verb: isResourceRequest ? verbs[(index * 3) % verbs.length] : "get",
      apiGroup: isResourceRequest ? apiGroup : "",
      apiVersion: "v1",
      resource: isResourceRequest ? resource : "",
      subresource: isResourceRequest ? subresource : "",
      namespace: isResourceRequest ? `team-${index % 40}` : "",
      name: `object-${index % 500}`,
      path: isResourceRequest ? `/apis/${apiGroup}/v1/${resource}/object-${index % 500}` : paths[index % paths.length],
      isResourceRequest,
    };
  });
}

function format(perSecond) {
  return Math.round(perSecond).toLocaleString("en").padStart(12);
}
