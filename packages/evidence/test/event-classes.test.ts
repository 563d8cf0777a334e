import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { classBits } from "../src/internal/class-bits.js";
import type { EventClass } from "../src/internal/class-bits.js";
import { classify } from "../src/internal/evidence-class.js";

function classesOf(event: Partial<AuditEvent>, watched?: Parameters<typeof classify>[1]): string[] {
  const whole = {
    level: "Metadata",
    stage: "ResponseComplete",
    auditID: "a",
    requestURI: "/api/v1",
    verb: "get",
    user: { username: "alice", groups: ["system:authenticated"] },
    requestReceivedTimestamp: "2026-10-14T09:00:00.000000Z",
    stageTimestamp: "2026-10-14T09:00:00.000001Z",
    responseStatus: { code: 200 },
    ...event,
  } as AuditEvent;
  const { bits } = classify(whole, watched);
  return (Object.keys(classBits) as EventClass[]).filter((name) => (bits & classBits[name]) !== 0);
}

function on(verb: string, resource: string, more: Readonly<Record<string, string>> = {}): Partial<AuditEvent> {
  const [name = "", ...group] = resource.split(".");
  const [plural = "", subresource = ""] = name.split("/");
  return { verb, objectRef: { resource: plural, apiGroup: group.join("."), subresource, name: "x", ...more } };
}

function isAlice(name: string): boolean {
  return name === "alice";
}

describe("classes of requests", () => {
  test.each<[string, string, string[]]>([
    // credentials
    ["create", "serviceaccounts/token", ["credentials"]],
    ["create", "serviceaccounts", ["credentials"]],
    ["delete", "serviceaccounts", ["deletions", "credentials"]],
    ["get", "serviceaccounts", []],
    ["create", "tokenreviews.authentication.k8s.io", ["credentials"]],
    ["create", "certificatesigningrequests.certificates.k8s.io", ["credentials"]],
    ["update", "certificatesigningrequests/approval.certificates.k8s.io", ["rbac", "credentials"]],
    ["patch", "certificatesigningrequests/status.certificates.k8s.io", ["credentials"]],
    ["delete", "certificatesigningrequests.certificates.k8s.io", ["deletions", "credentials"]],
    ["list", "certificatesigningrequests.certificates.k8s.io", []],
    // configuration
    ["create", "namespaces", ["configuration"]],
    ["update", "namespaces/finalize", ["configuration"]],
    ["patch", "nodes", ["configuration"]],
    ["patch", "nodes/status", []],
    ["delete", "validatingwebhookconfigurations.admissionregistration.k8s.io", ["deletions", "configuration"]],
    ["update", "validatingadmissionpolicybindings.admissionregistration.k8s.io", ["configuration"]],
    ["create", "customresourcedefinitions.apiextensions.k8s.io", ["configuration"]],
    ["update", "customresourcedefinitions/status.apiextensions.k8s.io", []],
    ["create", "apiservices.apiregistration.k8s.io", ["configuration"]],
    ["delete", "networkpolicies.networking.k8s.io", ["deletions", "configuration"]],
    ["create", "ingresses.networking.k8s.io", []],
    ["update", "storageclasses.storage.k8s.io", ["configuration"]],
    ["create", "priorityclasses.scheduling.k8s.io", ["configuration"]],
    ["create", "runtimeclasses.node.k8s.io", ["configuration"]],
    ["patch", "flowschemas.flowcontrol.apiserver.k8s.io", ["configuration"]],
    ["get", "namespaces", []],
    // without a register
    ["create", "pods", ["workloads"]],
    ["deletecollection", "deployments.apps", ["deletions", "workloads"]],
    ["patch", "cronjobs.batch", ["workloads"]],
    ["update", "configmaps", ["workloads"]],
    ["update", "pods/status", []],
    ["create", "selfsubjectaccessreviews.authorization.k8s.io", ["reviews"]],
    ["create", "subjectaccessreviews.authorization.k8s.io", ["reviews"]],
    ["get", "pods/log", ["privileged"]],
    // the registers that were there before
    ["get", "secrets", ["secrets"]],
    ["create", "pods/exec", ["sessions"]],
    ["patch", "roles.rbac.authorization.k8s.io", ["rbac"]],
  ])("%s %s", (verb, resource, expected) => {
    expect(classesOf(on(verb, resource))).toEqual(expected);
  });

  test.each([
    ["kube-system", "kube-apiserver-audit-policy", true],
    ["logging", "fluent-bit-config", true],
    ["team-a", "fluent-bit-config", false],
    ["kube-system", "coredns", false],
  ])("a config map %s/%s has to do with auditing: %s", (namespace, name, relevant) => {
    const classes = classesOf(on("update", "configmaps", { namespace, name }));
    expect(classes.includes("configuration")).toBe(relevant);
    expect(classesOf(on("delete", "daemonsets.apps", { namespace, name })).includes("configuration")).toBe(relevant);
  });

  test("a Secret is a credential by its type, and a bootstrap token by its name", () => {
    const token = { kind: "Secret", type: "kubernetes.io/service-account-token" };
    expect(classesOf({ ...on("create", "secrets"), requestObject: token })).toEqual(["secrets", "credentials"]);
    expect(classesOf({ ...on("create", "secrets"), requestObject: { kind: "Secret", type: "Opaque" } })).toEqual([
      "secrets",
    ]);
    const named = { namespace: "kube-system", name: "bootstrap-token-abcdef" };
    expect(classesOf(on("create", "secrets", named))).toEqual(["secrets", "credentials"]);
    expect(classesOf(on("get", "secrets", named))).toEqual(["secrets"]);
    expect(classesOf(on("create", "secrets", { ...named, namespace: "a" }))).toEqual(["secrets"]);
  });

  test("a request by a legacy token is one of credentials, whatever it asks for", () => {
    const annotations = { "authentication.k8s.io/legacy-token": "system:serviceaccount:payments:app" };
    expect(classesOf({ ...on("get", "pods"), annotations })).toEqual(["credentials"]);
    expect(classesOf({ ...on("get", "secrets"), annotations })).toEqual(["secrets", "credentials"]);
  });

  test("whoever is in system:masters is privileged, but for the API server's own client", () => {
    const groups = ["system:masters", "system:authenticated"];
    expect(classesOf({ ...on("get", "pods"), user: { username: "kubernetes-admin", groups } })).toEqual(["privileged"]);
    expect(classesOf({ ...on("get", "pods"), user: { username: "system:apiserver", groups } })).toEqual([]);
    // Only groups decide, not what a client writes elsewhere (abuse case 7).
    expect(classesOf({ ...on("get", "pods"), userAgent: "system:masters" })).toEqual([]);
    expect(classesOf({ ...on("get", "pods"), user: { username: "system:masters" } })).toEqual([]);
  });

  test.each([
    ["/healthz", 200, false],
    ["/version?timeout=32s", 200, false],
    ["/apis/apps/v1", 200, false],
    ["/api/v1", 200, false],
    ["/metrics", 200, true],
    ["/metrics", 403, false],
    ["/api/v1/namespaces/prod/configmaps", 200, true],
  ])("what anonymous is given: GET %s, answered %i", (requestURI, code, expected) => {
    const user = { username: "system:anonymous", groups: ["system:unauthenticated"] };
    const classes = classesOf({ requestURI, user, responseStatus: { code }, verb: "get" });
    expect(classes.includes("privileged")).toBe(expected);
  });

  test("actors to be watched are privileged", () => {
    expect(classesOf(on("get", "pods"), isAlice)).toEqual(["privileged"]);
    expect(classesOf({ ...on("get", "pods"), user: { username: "bob" } }, isAlice)).toEqual([]);
  });

  test("a path cannot hide a session or a Secret behind a change of something else", () => {
    const hidden = {
      ...on("create", "namespaces"),
      requestURI: "/api/v1/namespaces/a//pods/web/exec?command=id",
    };
    expect(classesOf(hidden)).toEqual(["sessions"]);
  });
});
