import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, secretGet, secretList, serviceAccount } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { gathered, register, rowsIn } from "./support/gathered.js";

function onSecrets(
  verb: string,
  uri: string,
  ref: Readonly<Record<string, string>>,
  fields: Partial<AuditEvent> = {},
): AuditEvent {
  return auditEvent({ verb, requestURI: uri, objectRef: { resource: "secrets", apiVersion: "v1", ...ref }, ...fields });
}

describe("the register secrets", () => {
  const one = "/api/v1/namespaces/team-a/secrets/db";
  const all = "/api/v1/namespaces/team-a/secrets";
  const named = { namespace: "team-a", name: "db" };
  test.each([
    ["get", one, named, "read", false, false],
    ["list", all, { namespace: "team-a" }, "list", true, false],
    ["list", "/api/v1/secrets", {}, "list", true, true],
    ["list", `${all}?fieldSelector=metadata.name%3Ddb`, named, "list", false, false],
    ["watch", `${all}?watch=true`, { namespace: "team-a" }, "watch", true, false],
    ["watch", "/api/v1/watch/secrets", {}, "watch", true, true],
    ["create", all, named, "create", false, false],
    ["update", one, named, "update", false, false],
    ["patch", one, named, "patch", false, false],
    ["delete", one, named, "delete", false, false],
    ["deletecollection", all, { namespace: "team-a" }, "deletecollection", true, false],
    ["", one, named, "other", false, false],
    ["get", `${one}/status`, { ...named, subresource: "status" }, "other", false, false],
  ])("verb %j on %s", async (verb, uri, ref, access, bulk, clusterWide) => {
    expect(await register("secrets", [onSecrets(verb, uri, ref)])).toMatchObject([{ access, bulk, clusterWide }]);
  });

  test.each([
    ["//api/v1//namespaces/team-a/secrets", { name: "namespaces", subresource: "team-a", resource: "" }, "team-a", ""],
    ["/api/v1/namespaces/team-a/../payments/secrets", { resource: "..", namespace: "team-a" }, "payments", ""],
    ["/api/v1/namespaces/team-a/%2e/secrets/db", { resource: ".", namespace: "team-a" }, "team-a", "db"],
    ["/api/v1/namespaces/team-a/SECRETS/db", { resource: "SECRETS", namespace: "team-a" }, "team-a", "db"],
    ["/api/v1/namespaces/team-a/%2573ecrets/db", { resource: "%73ecrets", namespace: "team-a" }, "team-a", "db"],
  ])("shows the attempt %s, which the server saw as something else", async (uri, ref, namespace, name) => {
    const status = { metadata: {}, status: "Failure", reason: "NotFound", code: 404 };
    const event = onSecrets("get", uri, {}, { objectRef: ref, responseStatus: status });
    expect(await register("secrets", [event])).toMatchObject([
      {
        access: "other",
        outcome: "failed",
        code: 404,
        resource: "secrets",
        namespace,
        name,
        bulk: false,
        clusterWide: false,
      },
    ]);
  });

  test("an encoded path is decoded by the server itself: a plain read, also where objectRef disagrees", async () => {
    const uri = "/api/v1/namespaces/team-a/%73ecrets/db";
    for (const objectRef of [{ resource: "secrets", ...named }, { resource: "%73ecrets", ...named }, null]) {
      expect(await register("secrets", [onSecrets("get", uri, {}, { objectRef })])).toMatchObject([
        { access: "read", resource: "secrets", namespace: "team-a", name: "db" },
      ]);
    }
  });

  test.each([
    "/api/v1/namespaces/secrets",
    "/api/v1/namespaces/secrets/pods",
    "/apis/example.com/v1/namespaces/a/secrets",
    "/api/v1/namespaces/a/configmaps/secrets",
    "/api/v1/namespaces/a/services/b/proxy/api/v1/secrets",
    "/healthz/secrets",
  ])("%s is no request on core Secrets", async (requestURI) => {
    const { objectRef: _objectRef, ...event } = auditEvent({ requestURI, verb: "get" });
    expect(await register("secrets", [event])).toEqual([]);
  });

  test("secrets of another API group are no core Secrets", async () => {
    const ref = { apiGroup: "example.com", namespace: "a", name: "db" };
    expect(await register("secrets", [onSecrets("get", "/apis/example.com/v1/namespaces/a/secrets/db", ref)])).toEqual(
      [],
    );
  });

  test("without objectRef the URI tells", async () => {
    const { objectRef: _objectRef, ...event } = onSecrets("get", "/api/v1/namespaces/team-a/secrets/db", {});
    expect(await register("secrets", [event])).toMatchObject([
      { access: "read", namespace: "team-a", name: "db", resource: "secrets" },
    ]);
  });

  test("RequestReceived alone is an attempt with unknown outcome", async () => {
    const [received] = secretGet() as [AuditEvent, AuditEvent];
    expect(await register("secrets", [received])).toMatchObject([
      { outcome: "unknown", code: null, decision: "", reason: "" },
    ]);
  });

  test("Panic decides instead of ResponseComplete", async () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    const status = { metadata: {}, status: "Failure", reason: "InternalError", code: 500 };
    const panic = { ...complete, stage: "Panic", responseStatus: status };
    expect(await register("secrets", [panic, received])).toMatchObject([
      { outcome: "failed", code: 500, reason: "InternalError" },
    ]);
  });

  test("the last source address counts: earlier ones are what the client claims", async () => {
    const events = secretGet({ fields: { sourceIPs: ["1.1.1.1", "2.2.2.2", "10.9.8.7"] } });
    expect(await register("secrets", events)).toMatchObject([{ sourceIP: "10.9.8.7" }]);
    expect(await register("secrets", secretGet({ fields: { sourceIPs: null } }))).toMatchObject([{ sourceIP: "" }]);
  });

  test("the source is the file and offset of the deciding event", async () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    const offset = JSON.stringify(received).length + 1;
    expect(await register("secrets", [received, complete])).toMatchObject([{ source: `audit.log:${offset}` }]);
  });

  test.each([
    [
      "the authorizer's reason",
      { "authorization.k8s.io/reason": 'RBAC: allowed by ClusterRoleBinding "x"' },
      "Forbidden",
      'RBAC: allowed by ClusterRoleBinding "x"',
    ],
    ["the status word where the authorizer gave none", { "authorization.k8s.io/reason": "" }, "Forbidden", "Forbidden"],
    ["nothing where the status reason is free text", {}, "found password=S3cret in body", ""],
  ])("reason is %s", async (_name, annotations, word, reason) => {
    const responseStatus = { metadata: {}, status: "Failure", reason: word, message: "password S3cret", code: 403 };
    const rows = await register("secrets", secretGet({ fields: { annotations, responseStatus } }));
    expect(rows).toMatchObject([{ reason }]);
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });

  test.each([
    ["/api/v1/namespaces/a/secrets?dryRun=All", "create", "true"],
    ["/api/v1/namespaces/a/secrets?fieldManager=x&dryRun=All", "patch", "true"],
    ["/api/v1/namespaces/a/secrets?fieldManager=dryRun=All", "create", "false"],
    ["/api/v1/namespaces/a/secrets", "update", "false"],
    ["/api/v1/namespaces/a/secrets/b", "get", "false"],
  ])("%s with verb %s: dry run %s", async (uri, verb, dryRun) => {
    expect(await register("secrets", [onSecrets(verb, uri, { namespace: "a" })])).toMatchObject([{ dryRun }]);
  });

  test("the name that generateName was given comes from the answer", async () => {
    const event = onSecrets(
      "create",
      "/api/v1/namespaces/a/secrets",
      { namespace: "a" },
      {
        level: "RequestResponse",
        responseStatus: { metadata: {}, code: 201 },
        requestObject: { kind: "Secret", metadata: { generateName: "token-" } },
        responseObject: { kind: "Secret", metadata: { name: "token-x7f2p" } },
      },
    );
    expect(await register("secrets", [event])).toMatchObject([{ name: "token-x7f2p" }]);
  });

  test("summary and findings count what reached Secrets, and by whom", async () => {
    const evidence = await gathered([
      ...secretGet({ n: 1 }),
      ...secretList({ n: 2, namespace: "" }),
      ...secretList({ n: 3, namespace: "", user: serviceAccount("kube-system", "controller") }),
      ...secretList({ n: 4, fields: { responseStatus: { metadata: {}, code: 403 }, responseObject: null } }),
    ]);
    const entry = evidence.bundle.registers.find(({ name }) => name === "secrets");
    expect(entry?.summary).toMatchObject({
      byOutcome: { success: 3, denied: 1, failed: 0, unknown: 0 },
      byKind: { list: 3, read: 1 },
      own: {
        bulk: 3,
        bulkSucceeded: 2,
        clusterWide: 2,
        clusterWideSucceeded: 2,
        clusterWideByPeople: 1,
        readsByPeople: 2,
      },
      bucket: "hour",
      capped: null,
      actors: [
        { actor: "alice", actorKind: "human", success: 2, denied: 1 },
        { actor: "system:serviceaccount:kube-system:controller", actorKind: "serviceaccount", success: 1 },
      ],
      overTime: [
        ["2026-10-14T09:00:00Z", "human", 2, 1],
        ["2026-10-14T09:00:00Z", "serviceaccount", 1, 0],
      ],
    });
    const finding = evidence.bundle.findings.find(({ code }) => code === "secret-values-in-log");
    expect(finding).toMatchObject({ count: 3 });
    expect(finding?.places).toHaveLength(3);
    expect((await rowsIn(evidence, "secrets")).map(({ auditID: id }) => id)).toEqual([1, 2, 3, 4].map(auditID));
  });
});

const body = (fields: Readonly<Record<string, unknown>>): unknown => ({
  kind: "Secret",
  metadata: { name: "x" },
  ...fields,
});
const onSecret = (fields: Partial<AuditEvent>): AuditEvent =>
  onSecrets(
    "patch",
    "/api/v1/namespaces/a/secrets/x",
    { namespace: "a", name: "x" },
    { level: "RequestResponse", ...fields },
  );

describe("the finding secret-values-in-log", () => {
  const token = {
    requestURI: "/api/v1/namespaces/a/serviceaccounts/b/token",
    objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "a", name: "b" },
  };
  const applied = (data: Readonly<Record<string, string>>): unknown =>
    body({
      metadata: {
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ kind: "Secret", data }) },
      },
    });
  test.each([
    ["data", onSecret({ responseObject: body({ data: { k: "dmFsdWU=" } }) }), 1],
    ["stringData", onSecret({ requestObject: body({ stringData: { k: "value" } }) }), 1],
    [
      "a list",
      onSecret({ responseObject: { kind: "SecretList", items: [body({}), body({ data: { k: "dg==" } })] } }),
      1,
    ],
    [
      "a table of whole objects",
      onSecret({ responseObject: { kind: "Table", rows: [{ object: body({ data: { k: "dg==" } }) }] } }),
      1,
    ],
    ["a JSON patch", onSecret({ requestObject: [{ op: "replace", path: "/data/k", value: "dg==" }] }), 1],
    ["a JSON patch of all data", onSecret({ requestObject: [{ op: "add", path: "/data", value: { k: "dg==" } }] }), 1],
    ["the last-applied annotation", onSecret({ responseObject: applied({ k: "dg==" }) }), 1],
    ["an apply patch as text", onSecret({ requestObject: "stringData:\n  k: v\n" }), 1],
    ["a token request", auditEvent({ ...token, verb: "create", responseObject: { status: { token: "x.y.z" } } }), 1],
    [
      "a token review",
      auditEvent({
        objectRef: { resource: "tokenreviews", apiGroup: "authentication.k8s.io" },
        requestObject: { spec: { token: "x" } },
      }),
      1,
    ],
    ["no data", onSecret({ responseObject: body({}) }), 0],
    ["empty data", onSecret({ responseObject: body({ data: {} }) }), 0],
    [
      "masked data",
      onSecret({ responseObject: body({ data: { a: "bWFza2Vk", b: "***", c: "[REDACTED]", d: "" } }) }),
      0,
    ],
    ["masked data in the last-applied annotation", onSecret({ responseObject: applied({ k: "masked" }) }), 0],
    ["a masked token", auditEvent({ ...token, verb: "create", responseObject: { status: { token: "masked" } } }), 0],
    ["a table of metadata", onSecret({ responseObject: { kind: "Table", rows: [{ object: { metadata: {} } }] } }), 0],
    [
      "a JSON patch of labels",
      onSecret({ requestObject: [{ op: "add", path: "/metadata/labels/data", value: "x" }] }),
      0,
    ],
    ["a removal", onSecret({ requestObject: [{ op: "remove", path: "/data/k" }] }), 0],
    ["configmap data", auditEvent({ requestObject: { kind: "ConfigMap", data: { k: "v" } } }), 0],
    ["odd bodies", onSecret({ requestObject: 7, responseObject: { data: [], items: "x", rows: [3], metadata: 4 } }), 0],
  ])("counts an event with %s", async (_name, event, count) => {
    const { bundle } = await gathered([event]);
    const finding = bundle.findings.find(({ code }) => code === "secret-values-in-log");
    expect(finding?.count ?? 0).toBe(count);
  });

  test("counts an event once that is there twice, and none outside of the period", async () => {
    const [, complete] = secretGet() as [AuditEvent, AuditEvent];
    const { bundle } = await gathered([complete, complete, ...secretGet({ n: 2, at: 7200 })]);
    expect(bundle.findings).toMatchObject([{ code: "secret-values-in-log", count: 1 }]);
  });
});

describe("the finding truncated-events", () => {
  const annotations = { "audit.k8s.io/truncated": "true" };
  test.each([
    ["without bodies", { annotations }, 1],
    ["with a body: the mark leaked from another stage", { annotations, requestObject: {} }, 0],
    ["without the mark", {}, 0],
  ])("counts an event %s: %j", async (_name, fields, count) => {
    const { bundle } = await gathered([auditEvent(fields)]);
    expect(bundle.findings.find(({ code }) => code === "truncated-events")?.count ?? 0).toBe(count);
  });
});
