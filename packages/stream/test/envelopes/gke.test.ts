import { safeParseEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { fixtureRecords, openFixture, openRecord } from "./open-envelopes.js";
import type { Found } from "./open-envelopes.js";

type Fields = Record<string, unknown>;

/** alice@corp.test gets the secret pay/db of the cluster prod. */
const [entry] = fixtureRecords("gke-entry.jsonl") as readonly [Fields & { readonly protoPayload: Fields }];

/** What stands in that entry, and what follows from it, by the mapping in docs/envelopes.md. */
const event = {
  level: "Metadata",
  auditID: "6f1c1d5e-0000-4000-8000-000000000001",
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/pay/secrets/db",
  verb: "get",
  user: { username: "alice@corp.test" },
  sourceIPs: ["203.0.113.9"],
  userAgent: "kubectl/v1.34.1",
  objectRef: { resource: "secrets", namespace: "pay", name: "db", apiVersion: "v1" },
  responseStatus: { metadata: {}, status: "Success" },
  requestReceivedTimestamp: "2026-03-04T05:06:07.000001Z",
  stageTimestamp: "2026-03-04T05:06:07.000001Z",
  annotations: {
    "authorization.k8s.io/decision": "allow",
    "authorization.k8s.io/reason": "access granted by IAM permissions.",
  },
};

const derived = [
  "level",
  "stage",
  "requestURI",
  "verb",
  "objectRef.resource",
  "objectRef.namespace",
  "objectRef.name",
  "objectRef.apiVersion",
  "responseStatus.status",
  "requestReceivedTimestamp",
];

const facts = { origin: "gke", cluster: "prod", blindSpots: ["reads-off-by-default", "success-code-unknown"] };

/** The entry with other fields, and with other fields in its payload. */
function opened(payload: Fields, fields: Fields = {}): Found & { readonly event: Fields } {
  const [found, ...more] = openRecord({ ...entry, ...fields, protoPayload: { ...entry.protoPayload, ...payload } });
  expect(more).toEqual([]);
  return found as Found & { readonly event: Fields };
}

describe("googleLogEntry", () => {
  test("the event is what the mapping says, and every derived field is listed", () => {
    expect(openFixture("gke-entry.jsonl")).toStrictEqual([
      { path: "google-audit-log", facts, event, reconstructed: derived },
    ]);
    expect(safeParseEvent(event)).toMatchObject({ success: true });
  });

  test.each([
    ["pubsub-push.json", "pubsub > google-audit-log"],
    ["gcloud-pubsub-pull.json", "pubsub > google-audit-log"],
    ["pubsub-pull.json", "pubsub-pull > pubsub > google-audit-log"],
  ])("%s carries the same", (fixture, path) => {
    expect(openFixture(fixture)[0]).toStrictEqual({ path, facts, event, reconstructed: derived });
  });

  test("a message that is no base64 is rejected", () => {
    expect(openFixture("pubsub-pull.json")[1]).toMatchObject({
      path: "pubsub-pull > pubsub",
      rejected: "not-json: message.data: expected base64",
    });
  });

  test("an entry without resource labels names no cluster", () => {
    expect(opened({}, { resource: {} }).facts).toStrictEqual({ origin: "gke", blindSpots: facts.blindSpots });
  });
});

describe("auditID and stage", () => {
  test.each([
    ["the operation's id", { id: "op", first: true, last: true }, "op", "ResponseComplete", false],
    ["the first of several entries", { id: "op", first: true }, "op", "ResponseStarted", false],
    ["an old entry, which says neither first nor last", { id: "op" }, "op", "ResponseComplete", false],
    ["the last of several entries", { id: "op", last: true }, "op", "ResponseComplete", false],
    ["no operation: the entry's id", undefined, "44d5f968-0000-4000-8000-000000000002", "ResponseComplete", true],
  ])("%s", (_what, operation, auditID, stage, isDerived) => {
    const found = opened({}, { operation });
    expect(found.event).toMatchObject({ auditID, stage });
    expect(found.reconstructed?.includes("auditID")).toBe(isDerived);
  });

  test("without any id it is no event", () => {
    const { event } = opened({}, { operation: undefined, insertId: undefined });
    expect(safeParseEvent(event)).toMatchObject({ success: false, problems: [{ path: "auditID" }] });
  });
});

describe("verb and objectRef", () => {
  const v1 = { apiVersion: "v1" };
  const rbac = { apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" };
  test.each([
    [
      "a subresource is none of the verb, and not the resource",
      "io.k8s.core.v1.pods.exec.create",
      "core/v1/namespaces/pay/pods/web/exec",
      "create",
      { resource: "pods", namespace: "pay", name: "web", subresource: "exec", ...v1 },
      "/api/v1/namespaces/pay/pods/web/exec",
    ],
    [
      "three parts are a list of the cluster",
      "io.k8s.core.v1.secrets.list",
      "core/v1/secrets",
      "list",
      { resource: "secrets", ...v1 },
      "/api/v1/secrets",
    ],
    [
      "a list of a namespace",
      "io.k8s.core.v1.secrets.list",
      "core/v1/namespaces/pay/secrets",
      "list",
      { resource: "secrets", namespace: "pay", ...v1 },
      "/api/v1/namespaces/pay/secrets",
    ],
    [
      "all namespaces",
      "io.k8s.core.v1.namespaces.list",
      "core/v1/namespaces",
      "list",
      { resource: "namespaces", ...v1 },
      "/api/v1/namespaces",
    ],
    [
      "the namespace itself",
      "io.k8s.core.v1.namespaces.delete",
      "core/v1/namespaces/pay",
      "delete",
      { resource: "namespaces", namespace: "pay", name: "pay", ...v1 },
      "/api/v1/namespaces/pay",
    ],
    [
      "its subresource",
      "io.k8s.core.v1.namespaces.finalize.update",
      "core/v1/namespaces/pay/finalize",
      "update",
      { resource: "namespaces", namespace: "pay", name: "pay", subresource: "finalize", ...v1 },
      "/api/v1/namespaces/pay/finalize",
    ],
    [
      "a subresource of a cluster's object",
      "io.k8s.core.v1.nodes.proxy.get",
      "core/v1/nodes/n1/proxy/exec/pay",
      "get",
      { resource: "nodes", name: "n1", subresource: "proxy", ...v1 },
      "/api/v1/nodes/n1/proxy/exec/pay",
    ],
    [
      "a group, which the method reverses",
      "io.k8s.authorization.rbac.v1.clusterrolebindings.create",
      "rbac.authorization.k8s.io/v1/clusterrolebindings/root",
      "create",
      { resource: "clusterrolebindings", name: "root", ...rbac },
      "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/root",
    ],
    [
      "a group of a custom resource",
      "com.coreos.database.etcd.v1beta2.etcdclusters.patch",
      "etcd.database.coreos.com/v1beta2/namespaces/pay/etcdclusters/e",
      "patch",
      {
        resource: "etcdclusters",
        namespace: "pay",
        name: "e",
        apiGroup: "etcd.database.coreos.com",
        apiVersion: "v1beta2",
      },
      "/apis/etcd.database.coreos.com/v1beta2/namespaces/pay/etcdclusters/e",
    ],
  ] as const)("%s", (_what, methodName, resourceName, verb, objectRef, requestURI) => {
    const found = opened({ methodName, resourceName });
    expect(found.event).toMatchObject({ verb, requestURI });
    expect(found.event["objectRef"]).toStrictEqual(objectRef);
    const listed = found.reconstructed?.filter((path) => path.startsWith("objectRef."));
    expect(listed?.toSorted()).toEqual(
      Object.keys(objectRef)
        .map((field) => `objectRef.${field}`)
        .toSorted(),
    );
  });

  test.each([
    ["readyz", "/readyz"],
    ["api/v1", "/api/v1"],
  ])("%s is no resource", (resourceName, requestURI) => {
    const { event } = opened({ methodName: "io.k8s.get", resourceName });
    expect(event).toMatchObject({ verb: "get", requestURI });
    expect(event).not.toHaveProperty("objectRef");
  });

  test.each([
    [
      "io.k8s.authorization.v1.subjectaccessreviews.create",
      { resource: "subjectaccessreviews", apiGroup: "authorization.k8s.io", apiVersion: "v1" },
    ],
    ["io.k8s.core.v1.pods.exec.create", { resource: "pods", apiVersion: "v1", subresource: "exec" }],
    ["io.k8s.apps.v1.deployments.create", { resource: "deployments", apiGroup: "apps", apiVersion: "v1" }],
    [
      "com.coreos.database.etcd.v1beta2.etcdclusters.create",
      { resource: "etcdclusters", apiGroup: "etcd.database.coreos.com", apiVersion: "v1beta2" },
    ],
  ])("without a resource name, %s tells the resource and neither name nor URI", (methodName, objectRef) => {
    const { event } = opened({ methodName, resourceName: "" });
    expect(event["objectRef"]).toStrictEqual(objectRef);
    expect(event["requestURI"]).toBe("");
  });

  test("names that are no request of Kubernetes are rejected", () => {
    const rejected = "invalid-event: resourceName: expected group/version/resource";
    expect(opened({ resourceName: "secrets" }).rejected).toBe(rejected);
    expect(opened({ methodName: "io.k8s.core.secrets.get", resourceName: "" }).rejected).toBe(rejected);
  });

  test.each([
    ["another service", { serviceName: "container.googleapis.com" }],
    ["a method of Google's", { methodName: "google.container.v1.ClusterManager.GetCluster" }],
    ["no method", { methodName: undefined }],
  ])("%s is foreign", (_what, payload) => {
    expect(opened(payload).foreign).toBe("gcp-audit-log");
  });
});

describe("user and source", () => {
  test.each([
    ["an e-mail address", { principalEmail: "a@b.test", principalSubject: "user:a@b.test" }, "a@b.test"],
    ["a service account", { principalEmail: "system:serviceaccount:pay:api" }, "system:serviceaccount:pay:api"],
    ["anonymous", { principalEmail: "system:anonymous" }, "system:anonymous"],
    ["a subject alone", { principalSubject: "principal://iam.test/s" }, "principal://iam.test/s"],
    ["nobody", {}, ""],
    ["nothing", undefined, ""],
  ])("%s", (_what, authenticationInfo, username) => {
    expect(opened({ authenticationInfo }).event["user"]).toStrictEqual({ username });
  });

  test("who is impersonated is not told", () => {
    const delegation = { serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: "x@y.test" } }] };
    const { event } = opened({ authenticationInfo: { principalEmail: "a@b.test", ...delegation } });
    expect(event).not.toHaveProperty("impersonatedUser");
  });

  test.each(["private", "gce-internal-ip", "2001:db8::1"])("the address %s is kept as text", (callerIp) => {
    expect(opened({ requestMetadata: { callerIp } }).event["sourceIPs"]).toEqual([callerIp]);
  });

  test("no address is no source", () => {
    expect(opened({ requestMetadata: undefined }).event).not.toHaveProperty("sourceIPs");
  });
});

describe("responseStatus", () => {
  test.each([
    [3, 400],
    [5, 404],
    [6, 409],
    [7, 403],
    [8, 429],
    [10, 409],
    [12, 501],
    [13, 500],
    [14, 503],
    [16, 401],
  ])("gRPC code %i is HTTP %i, and derived", (grpcCode, code) => {
    const found = opened({ status: { code: grpcCode, message: "no" } });
    expect(found.event["responseStatus"]).toStrictEqual({ metadata: {}, status: "Failure", message: "no", code });
    expect(found.reconstructed).toContain("responseStatus.code");
    expect(found.facts.blindSpots).toEqual(["reads-off-by-default"]);
  });

  test.each([9, 2, 4, 99])("gRPC code %i is a failure whose HTTP code is not told", (grpcCode) => {
    const { event } = opened({ status: { code: grpcCode } });
    expect(event["responseStatus"]).toStrictEqual({ metadata: {}, status: "Failure" });
  });

  test.each([
    ["no status", undefined],
    ["an empty one", {}],
    ["code 0", { code: 0 }],
  ])("%s is success, and no code is made up", (_what, status) => {
    const found = opened({ status });
    expect(found.event["responseStatus"]).toStrictEqual({ metadata: {}, status: "Success" });
    expect(found.facts.blindSpots).toEqual(["reads-off-by-default", "success-code-unknown"]);
  });

  test.each([
    ["text", "PERMISSION_DENIED"],
    ["a code that is text", { code: "denied" }],
    ["a fraction", { code: 0.5 }],
  ])("%s says nothing about the outcome", (_what, status) => {
    const found = opened({ status });
    expect(found.event).not.toHaveProperty("responseStatus");
    expect(found.facts.blindSpots).toEqual(["outcome-unknown", "reads-off-by-default"]);
  });

  const refusal = {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message: "denied",
    reason: "Forbidden",
    code: 403,
  };

  test("a response that is a Status with a code tells the code", () => {
    const found = opened({ status: { code: 7, message: "PERMISSION_DENIED" }, response: refusal });
    const responseStatus = { metadata: {}, status: "Failure", message: "denied", reason: "Forbidden", code: 403 };
    expect(found.event["responseStatus"]).toStrictEqual(responseStatus);
    expect(found.reconstructed?.filter((path) => path.startsWith("responseStatus"))).toEqual([]);
  });

  test("a response of failure is believed where the entry says nothing", () => {
    const found = opened({ status: {}, response: { ...refusal, code: undefined } });
    expect(found.event["responseStatus"]).toStrictEqual({
      metadata: {},
      status: "Failure",
      message: "denied",
      reason: "Forbidden",
    });
  });

  test("a response of success without a code, as of a deletion, tells no code", () => {
    const found = opened({ response: { kind: "Status", apiVersion: "v1", status: "Success" } });
    expect(found.event["responseStatus"]).toStrictEqual({ metadata: {}, status: "Success" });
    expect(found.reconstructed).not.toContain("responseStatus.status");
    expect(found.facts.blindSpots).toEqual(["reads-off-by-default", "success-code-unknown"]);
  });

  test("a response tells the outcome where the entry's status cannot be read", () => {
    const found = opened({ status: "?", response: refusal });
    expect(found.event["responseStatus"]).toMatchObject({ status: "Failure", code: 403 });
  });

  test.each([
    ["of success against an entry of failure", { ...refusal, status: "Success", code: 200 }],
    ["of another kind", { ...refusal, kind: "Pod" }],
    ["that says nothing", { kind: "Status", apiVersion: "v1", status: 5, code: 7 }],
  ])("a response %s tells nothing", (_what, response) => {
    const { event } = opened({ status: { code: 16 }, response });
    expect(event["responseStatus"]).toStrictEqual({ metadata: {}, status: "Failure", code: 401 });
  });

  test("a code of the response that is none leaves the entry's own", () => {
    const { event } = opened({ status: { code: 7 }, response: { ...refusal, code: "403" } });
    expect(event["responseStatus"]).toMatchObject({ code: 403, reason: "Forbidden" });
  });
});

describe("annotations, level, times and bodies", () => {
  const decision = "authorization.k8s.io/decision";

  test("labels are annotations; those of the resource are not", () => {
    const labels = { [decision]: "allow", "mutation.webhook.admission.k8s.io/round_0_index_0": "{}" };
    expect(opened({}, { labels }).event["annotations"]).toStrictEqual(labels);
  });

  test.each([
    [true, "allow"],
    [false, "forbid"],
  ])("without a label, granted %s is %s, and derived", (granted, word) => {
    const found = opened({ authorizationInfo: [{ granted }] }, { labels: undefined });
    expect(found.event["annotations"]).toStrictEqual({ [decision]: word });
    expect(found.reconstructed).toContain(`annotations.${decision}`);
  });

  test("a denied request whose entry leaves out that nothing was granted is forbidden", () => {
    const authorizationInfo = [{ permission: "io.k8s.core.v1.pods.create", resource: "core/v1/namespaces/pay/pods" }];
    const found = opened({ authorizationInfo, status: { code: 7 } }, { labels: { cluster_version: "1.10.6-gke.2" } });
    expect(found.event["annotations"]).toStrictEqual({ [decision]: "forbid" });
    expect(opened({ authorizationInfo }, { labels: undefined }).event).not.toHaveProperty("annotations");
  });

  test("Google's own labels are no annotations", () => {
    const labels = { [decision]: "allow", cluster_version: "1", "compute.googleapis.com/resource_name": "n1" };
    expect(opened({}, { labels }).event["annotations"]).toStrictEqual({ [decision]: "allow" });
  });

  test("the label comes before the authorization info: allowed, and refused by admission", () => {
    const found = opened({ authorizationInfo: [{ granted: false }], status: { code: 7 } });
    expect(found.event).toMatchObject({ annotations: { [decision]: "allow" }, responseStatus: { code: 403 } });
  });

  test("without both there is no decision", () => {
    expect(opened({ authorizationInfo: [{}] }, { labels: undefined }).event).not.toHaveProperty("annotations");
  });

  test.each([
    ["no body", {}, "Metadata", {}],
    ["a request", { request: { "@type": "t", kind: "Pod" } }, "Request", { requestObject: { kind: "Pod" } }],
    [
      "a response",
      { request: { a: 1 }, response: { "@type": "t", kind: "Pod" } },
      "RequestResponse",
      { requestObject: { a: 1 }, responseObject: { kind: "Pod" } },
    ],
  ])("%s", (_what, payload, level, bodies) => {
    const { event } = opened(payload);
    expect(event).toMatchObject({ level, ...bodies });
    expect(Object.hasOwn(event, "responseObject")).toBe("responseObject" in bodies);
  });

  test("a body keeps a key called __proto__", () => {
    const request: unknown = JSON.parse('{"@type":"t","__proto__":{"polluted":true}}');
    const { event } = opened({ request });
    expect(JSON.stringify(event["requestObject"])).toBe('{"__proto__":{"polluted":true}}');
  });

  test("the time at which the log service got the entry is not used", () => {
    const { event } = opened({}, { receiveTimestamp: "2026-03-05T00:00:00Z", timestamp: "2026-03-04T23:59:59.9Z" });
    expect(event).toMatchObject({
      stageTimestamp: "2026-03-04T23:59:59.9Z",
      requestReceivedTimestamp: "2026-03-04T23:59:59.9Z",
    });
  });
});

describe("bigQueryAuditRow", () => {
  const annotations = ["annotations.authorization.k8s.io/decision", "annotations.authorization.k8s.io/reason"];

  test.each(["bigquery.jsonl", "bigquery-flat.json"])("%s gives the event of the entry", (fixture) => {
    const [found] = openFixture(fixture);
    const reconstructed = [...derived, ...annotations];
    expect(found).toStrictEqual({ path: "bigquery-audit-log", facts, event, reconstructed });
  });

  test("codes and bodies that are text are read", () => {
    const [, denied] = openFixture("bigquery.jsonl");
    expect(denied?.event).toMatchObject({
      level: "Request",
      requestObject: { kind: "Secret" },
      responseStatus: { status: "Failure", message: "secrets is forbidden", code: 403 },
    });
  });
});
