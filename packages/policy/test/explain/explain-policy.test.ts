import { auditEvent } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { evaluatePolicy, explainPolicy } from "../../src/index.js";
import type { PolicyInput } from "../../src/index.js";
import { anyAttributes, anyPolicy, request } from "../policy-arbitraries.js";

const policy: PolicyInput = {
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", users: ["system:kube-proxy"] },
    { level: "None", userGroups: ["system:nodes"], verbs: ["get"] },
    { level: "None", verbs: ["watch"] },
    { level: "None", nonResourceURLs: ["/healthz*"] },
    { level: "Request", namespaces: ["kube-system"] },
    { level: "Request", resources: [{ group: "apps" }, { group: "batch" }] },
    { level: "Request", resources: [{ resources: ["pods", "services"] }] },
    { level: "Request", resources: [{ resources: ["pods/exec"], resourceNames: ["web"] }] },
    { level: "RequestResponse", resources: [{ resources: ["secrets"] }] },
    { level: "Metadata" },
    { level: "Request", resources: [{ resources: ["pods/exec"] }] },
  ],
};

describe("explainPolicy", () => {
  test("gives every rule with the first condition that failed, and the rule that won", () => {
    const exec = request({ verb: "create", subresource: "exec", name: "db-0", namespace: "shop" });
    const { steps, decision, alsoMatching, summary } = explainPolicy(policy, exec);
    expect(steps.map(({ failed }) => failed?.condition ?? null)).toEqual([
      "users",
      "userGroups",
      "verbs",
      "kind",
      "namespaces",
      "resources",
      "resources",
      "resources",
      "resources",
      null,
    ]);
    expect(steps.map(({ failed }) => failed?.reason)).toEqual([
      'The user is "alice"; the rule is for "system:kube-proxy".',
      'The user\'s groups are "devs", "system:authenticated"; the rule is for "system:nodes".',
      'The verb is "create"; the rule is for "watch".',
      "The request is for a resource; the rule is for URLs outside the resources.",
      'The namespace is "shop"; the rule is for "kube-system".',
      '"pods/exec" belongs to the core group; the rule is for the group "apps", the group "batch".',
      'The request is for the subresource "pods/exec", and the entry "pods" does not include it.',
      'The name is "db-0"; the rule is for the names "web".',
      'The resource is "pods/exec" in the core group; the rule is for "secrets" there.',
      undefined,
    ]);
    expect(decision).toEqual(evaluatePolicy(policy, exec));
    expect(alsoMatching).toEqual([10]);
    expect(summary).toBe(
      'Rule 10 is the first that matches: create pods/exec "db-0" in namespace "shop" by "alice" (groups "devs", ' +
        '"system:authenticated"). It is recorded at level Metadata, without the stages RequestReceived.',
    );
  });

  test("says of a request without user that no user and no group can match", () => {
    const { steps } = explainPolicy(policy, request({ user: null, groups: [], verb: "get" }));
    expect(steps[0]?.failed?.reason).toBe("The request has no authenticated user, and the rule names users.");
    expect(steps[1]?.failed?.reason).toBe("The request has no authenticated user, and the rule names groups.");
  });

  test("says that nothing is recorded, by a rule or for want of one", () => {
    expect(explainPolicy(policy, { verb: "GET", uri: "/healthz/etcd" }).summary).toBe(
      "Rule 4 is the first that matches: get /healthz/etcd without authentication. Its level is None, so nothing is recorded.",
    );
    const only: PolicyInput = { rules: [{ level: "Metadata", verbs: ["list"] }] };
    expect(explainPolicy(only, { verb: "get", uri: "/version", user: "bob" }).summary).toBe(
      'The only rule does not match: get /version by "bob" (groups "system:authenticated"). It is not recorded.',
    );
  });

  test.each([
    ["GET", "/api/v1/namespaces/shop/pods?watch=1", { verb: "watch", resource: "pods", namespace: "shop" }],
    ["DELETE", "/apis/apps/v1/namespaces/shop/deployments", { verb: "deletecollection", apiGroup: "apps" }],
    ["list", "/api/v1/secrets?fieldSelector=metadata.name%3Da", { verb: "list", resource: "secrets", name: "a" }],
    ["get", "/logs/kubelet.log", { verb: "get", isResourceRequest: false, path: "/logs/kubelet.log" }],
  ])("reads a request written as %s %s", (verb, uri, expected) => {
    expect(explainPolicy(policy, { verb, uri, user: "bob" }).attributes).toMatchObject(expected);
  });

  test.each([
    [
      "system:serviceaccount:shop:web",
      ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
    ],
    ["system:node:worker-1", ["system:nodes", "system:authenticated"]],
    ["system:anonymous", ["system:unauthenticated"]],
    ["alice", ["system:authenticated"]],
  ])("gives %s the groups that Kubernetes gives", (user, groups) => {
    const uri = "/api/v1/nodes";
    expect(explainPolicy(policy, { verb: "list", uri, user }).attributes.groups).toEqual(groups);
    expect(explainPolicy(policy, { verb: "list", uri, user, groups: ["x"] }).attributes.groups).toEqual(["x"]);
  });

  test("judges a recorded event by its URI, not by the name that the body filled in", () => {
    const event = auditEvent({
      verb: "create",
      requestURI: "/api/v1/namespaces/shop/pods",
      objectRef: { resource: "pods", namespace: "shop", name: "from-the-body", apiVersion: "v1" },
      user: { username: "alice", groups: ["system:authenticated"] },
    });
    expect(explainPolicy(policy, event).attributes).toMatchObject({ name: "", user: "alice", resource: "pods" });
  });

  test("shows names of an attacker's choice without letting them take effect", () => {
    const { summary } = explainPolicy(policy, request({ user: "a\u001b[2J\u202eb\n", name: "x".repeat(500) }));
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(summary).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(summary.length).toBeLessThan(500);
  });

  test("decides as evaluatePolicy does, and a failed condition really failed", () => {
    fc.assert(
      fc.property(anyPolicy, anyAttributes, (any, attributes) => {
        const { decision, steps } = explainPolicy(any, attributes);
        expect(decision).toEqual(evaluatePolicy(any, attributes));
        for (const { ruleIndex, failed } of steps) {
          const alone = evaluatePolicy({ rules: [any.rules[ruleIndex]!] }, attributes);
          expect(alone.ruleIndex === null).toBe(failed !== null);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
