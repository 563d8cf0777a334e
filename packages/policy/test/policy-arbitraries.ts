import type { RequestAttributes } from "@kaudit/schema";
import * as fc from "fast-check";

import type { Policy, PolicyRule } from "../src/index.js";

const users = ["alice", "bob", "system:kube-proxy", "*", ""];
const groups = ["devs", "system:authenticated", "system:masters", "system:unauthenticated"];
const verbs = ["get", "list", "create", "delete", "deletecollection", ""];
const namespaces = ["", "default", "kube-system"];
const apiGroups = ["", "apps", "rbac.authorization.k8s.io", "core"];
const resources = ["pods", "secrets", "deployments", "nodes", "*", ""];
const subresources = ["", "log", "exec", "status", "*"];
const patterns = [
  "pods",
  "pods/log",
  "pods/*",
  "*/status",
  "*",
  "*/*",
  "secrets",
  "",
  "pods/",
  "/exec",
  "nodes/exec",
  "deployments",
  "*/exec",
  "po*",
];
const names = ["", "web", "admin"];
const paths = ["/", "/healthz", "/healthz/etcd", "/healthzfoo", "/api", "/apis", "/metrics", ""];
const urls = ["*", "/healthz*", "/healthz", "/api*", "/", "/*", "/healthz/*"];

function some(values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.subarray([...values], { minLength: 1, maxLength: 3 });
}

const stages = fc.subarray(["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"] as const);
const level = fc.constantFrom("None", "Metadata", "Request", "RequestResponse");

const entry = fc.oneof(
  fc.record({ group: fc.constantFrom(...apiGroups, "*") }),
  fc.record({ group: fc.constantFrom(...apiGroups, "*"), resources: some(patterns) }),
  fc.record({ group: fc.constantFrom(...apiGroups), resources: some(patterns), resourceNames: some(names) }),
);

const target = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ resources: fc.array(entry, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ namespaces: some(namespaces) }) },
  {
    weight: 3,
    arbitrary: fc.record({ resources: fc.array(entry, { minLength: 1, maxLength: 2 }), namespaces: some(namespaces) }),
  },
  { weight: 2, arbitrary: fc.record({ nonResourceURLs: some(urls) }) },
);

/** Rules over a small vocabulary, so that they overlap often. */
export const anyRule: fc.Arbitrary<PolicyRule> = fc
  .tuple(
    fc.record(
      {
        level,
        users: some(users),
        userGroups: some(groups),
        verbs: some(verbs),
        omitStages: stages,
        omitManagedFields: fc.boolean(),
      },
      { requiredKeys: ["level"] },
    ),
    target,
  )
  .map(([rule, what]): PolicyRule => Object.assign(rule, what) as PolicyRule);

export const anyPolicy: fc.Arbitrary<Policy> = fc.record(
  { rules: fc.array(anyRule, { maxLength: 6 }), omitStages: stages, omitManagedFields: fc.boolean() },
  { requiredKeys: ["rules"] },
);

/** Requests over the same vocabulary; some of them make no sense, as requests can. */
export const anyAttributes: fc.Arbitrary<RequestAttributes> = fc.record({
  user: fc.option(fc.constantFrom(...users, "mallory")),
  groups: fc.subarray([...groups, "others"]),
  verb: fc.constantFrom(...verbs, "patch"),
  apiGroup: fc.constantFrom(...apiGroups, "example.com"),
  apiVersion: fc.constant("v1"),
  resource: fc.constantFrom(...resources, "services"),
  subresource: fc.constantFrom(...subresources, "scale"),
  namespace: fc.constantFrom(...namespaces, "prod"),
  name: fc.constantFrom(...names, "other"),
  path: fc.constantFrom(...paths, "/version"),
  isResourceRequest: fc.boolean(),
});

/** A get of the pod `web` by alice, with what the test changes about it. */
export function request(changes: Partial<RequestAttributes>): RequestAttributes {
  return {
    user: "alice",
    groups: ["devs", "system:authenticated"],
    verb: "get",
    apiGroup: "",
    apiVersion: "v1",
    resource: "pods",
    subresource: "",
    namespace: "default",
    name: "web",
    path: "/api/v1/namespaces/default/pods/web",
    isResourceRequest: true,
    ...changes,
  };
}
