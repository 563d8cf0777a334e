import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, forbidden, impersonatedSecretGet, podDelete, secretGet, unauthorized } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { gathered, register } from "./support/gathered.js";

describe("the register authentication", () => {
  test("holds a 401, which exists at ResponseStarted only and has no user", async () => {
    expect(await register("authentication", unauthorized())).toMatchObject([
      {
        actor: "",
        actorKind: "unauthenticated",
        code: 401,
        outcome: "denied",
        groups: [],
        method: "bearer",
        reason: "Unauthorized",
      },
    ]);
  });

  test("does not hold a bad request that ended before authentication", async () => {
    const events = unauthorized({
      fields: { responseStatus: { metadata: {}, status: "Failure", reason: "BadRequest", code: 400 } },
    });
    expect(await register("authentication", events)).toEqual([]);
  });

  test("method is empty where the log does not say it", async () => {
    const responseStatus = {
      metadata: {},
      status: "Failure",
      message: "Unauthorized",
      reason: "Unauthorized",
      code: 401,
    };
    expect(await register("authentication", unauthorized({ fields: { responseStatus } }))).toMatchObject([
      { method: "" },
    ]);
  });
});

const refused = (message: string, decision: string | undefined, ref: Partial<AuditEvent> = {}): AuditEvent[] => [
  auditEvent({
    verb: "create",
    responseStatus: { metadata: {}, status: "Failure", reason: "Forbidden", message, code: 403 },
    annotations: decision === undefined ? {} : { "authorization.k8s.io/decision": decision },
    ...ref,
  }),
];

describe("the register authorization", () => {
  const binding = {
    objectRef: { resource: "rolebindings", apiGroup: "rbac.authorization.k8s.io", namespace: "a", name: "b" },
  };
  const exec = { verb: "get", objectRef: { resource: "pods", subresource: "exec", namespace: "a", name: "b" } };
  test.each([
    ["the authorizer", refused('pods is forbidden: User "x" cannot list resource "pods"', "forbid"), "rbac"],
    ["the authorizer, without any message", refused("", "forbid"), "rbac"],
    ["admission", refused('pods "x" is forbidden: violates PodSecurity "baseline:latest"', "allow"), "admission"],
    [
      "a webhook that speaks of escalation, on pods",
      refused("is attempting to grant RBAC permissions not currently held", "allow"),
      "admission",
    ],
    [
      "the escalation check",
      refused(
        '"x" is forbidden: user "bob" is attempting to grant RBAC permissions not currently held:',
        "allow",
        binding,
      ),
      "escalation",
    ],
    ["admission, on a binding", refused('admission webhook "x" denied the request', "allow", binding), "admission"],
    [
      "the second authorization of a WebSocket session",
      refused('pods "b" is forbidden: User "x" cannot create resource "pods/exec" in API group ""', "allow", exec),
      "rbac",
    ],
    [
      "the impersonation filter",
      refused('users "bob" is forbidden: User "x" cannot impersonate resource "users" in API group ""', undefined),
      "impersonation",
    ],
    [
      "constrained impersonation",
      refused('secrets is forbidden: User "alice" cannot impersonate-on:user-info:list resource "secrets"', undefined),
      "impersonation",
    ],
    ["nobody knows", refused("", undefined), "unknown"],
  ] as const)("tells refused by %s", async (_name, events, deniedBy) => {
    expect(await register("authorization", events)).toMatchObject([{ deniedBy, outcome: "denied", code: 403 }]);
  });

  test("a forbidden read of a Secret is in both registers, with the same request behind it", async () => {
    const evidence = await gathered(forbidden());
    const counts = Object.fromEntries(evidence.bundle.registers.map(({ name, rows }) => [name, rows]));
    expect(counts).toMatchObject({ secrets: 1, authorization: 1, authentication: 0 });
  });

  test("no message of the server reaches a row", async () => {
    const rows = await register("authorization", refused("violates policy: password is S3cret", "allow"));
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });
});

describe("the register impersonation", () => {
  test("shows both users and the constraint", async () => {
    expect(await register("impersonation", impersonatedSecretGet())).toMatchObject([
      {
        actor: "kubernetes-admin",
        actorKind: "human",
        groups: ["system:masters", "system:authenticated"],
        impersonated: "system:serviceaccount:payments:app",
        constraint: "impersonate:serviceaccount",
      },
    ]);
  });

  test("legacy impersonation has no constraint; other registers name the impersonated user too", async () => {
    const events = impersonatedSecretGet({ fields: { authenticationMetadata: null } });
    expect(await register("impersonation", events)).toMatchObject([{ constraint: "" }]);
    expect(await register("secrets", events)).toMatchObject([{ impersonated: "system:serviceaccount:payments:app" }]);
  });

  test("requests under one's own name are not in it", async () => {
    expect(await register("impersonation", [...secretGet(), ...forbidden({ n: 2 })])).toEqual([]);
  });
});

const options = (fields: Readonly<Record<string, unknown>>): unknown => ({
  kind: "DeleteOptions",
  apiVersion: "v1",
  ...fields,
});

describe("the register deletions", () => {
  const uri = "/api/v1/namespaces/team-a/pods/web";
  test.each([
    ["body at level Request", { requestObject: options({ propagationPolicy: "Foreground" }) }, "Foreground", "false"],
    ["orphaning in the old way", { requestObject: options({ orphanDependents: true }) }, "Orphan", "false"],
    ["a dry run in the body", { requestObject: options({ dryRun: ["All"] }) }, "", "true"],
    ["no body at level Request: none was sent", { requestObject: null }, "", "false"],
    ["level Metadata: the body is not recorded", { level: "Metadata", requestObject: null }, "", "unknown"],
    ["a dry run in the query", { level: "Metadata", requestObject: null, requestURI: `${uri}?dryRun=All` }, "", "true"],
    [
      "a policy in the query",
      { level: "Metadata", requestObject: null, requestURI: `${uri}?propagationPolicy=Background` },
      "Background",
      "unknown",
    ],
    ["an invented policy", { requestObject: options({ propagationPolicy: "=cmd()" }) }, "", "false"],
    [
      "a body that was cut for its size",
      { requestObject: null, annotations: { "audit.k8s.io/truncated": "true" } },
      "",
      "unknown",
    ],
    ["RequestReceived only", { stage: "RequestReceived", requestObject: null, responseStatus: null }, "", "unknown"],
  ])("%s", async (_name, fields, cascade, dryRun) => {
    expect(await register("deletions", podDelete({ fields }))).toMatchObject([{ cascade, dryRun }]);
  });

  test("the garbage collector's deletions are told apart", async () => {
    const user = {
      username: "system:serviceaccount:kube-system:generic-garbage-collector",
      groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
    };
    expect(await register("deletions", podDelete({ user }))).toMatchObject([
      { cascade: "collector", actorKind: "serviceaccount" },
    ]);
  });

  test("refused and collection deletions stay in", async () => {
    const rows = await register("deletions", [
      ...podDelete({ n: 1, fields: { responseStatus: { metadata: {}, code: 403 } } }),
      ...podDelete({ n: 2, fields: { verb: "deletecollection", requestURI: "/api/v1/namespaces/team-a/pods" } }),
    ]);
    expect(rows.map(({ verb, outcome }) => [verb, outcome])).toEqual([
      ["delete", "denied"],
      ["deletecollection", "success"],
    ]);
  });
});
