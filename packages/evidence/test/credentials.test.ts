import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, instant } from "@kaudit/testkit";
import { createMemorySpool } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { createCredentialUses } from "../src/internal/credential-uses.js";
import { withUses } from "../src/rows/credentials.js";
import { register } from "./support/gathered.js";

const people = { username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const robot = { username: "system:serviceaccount:team-a:robot", groups: ["system:serviceaccounts"] };
const secretToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJTM2NyZXQifQ.S3cretS3cretS3cret";

function tokenRequest(n: number, fields: Partial<AuditEvent> = {}): AuditEvent {
  return auditEvent({
    verb: "create",
    auditID: auditID(n),
    user: people,
    requestURI: "/api/v1/namespaces/team-a/serviceaccounts/robot/token",
    objectRef: {
      resource: "serviceaccounts",
      subresource: "token",
      namespace: "team-a",
      name: "robot",
      apiVersion: "v1",
    },
    responseStatus: { code: 201 },
    annotations: { "authentication.kubernetes.io/issued-credential-id": `JTI=${n}` },
    requestReceivedTimestamp: instant(n),
    ...fields,
  });
}

function usedBy(n: number, at: number, address: string, pod = ""): AuditEvent {
  const extra: Record<string, string[]> = { "authentication.kubernetes.io/credential-id": [`JTI=${n}`] };
  if (pod !== "") {
    extra["authentication.kubernetes.io/pod-name"] = [pod];
    extra["authentication.kubernetes.io/node-name"] = ["node-1"];
  }
  return auditEvent({
    auditID: auditID(1000 + at),
    user: { ...robot, extra },
    sourceIPs: ["203.0.113.9", address],
    requestURI: "/api/v1/namespaces/team-a/pods",
    verb: "list",
    objectRef: { resource: "pods", namespace: "team-a", apiVersion: "v1" },
    requestReceivedTimestamp: instant(at),
  });
}

function csr(n: number, verb: string, subresource: string, fields: Partial<AuditEvent> = {}): AuditEvent {
  return auditEvent({
    verb,
    auditID: auditID(n),
    user: { username: "bob", groups: ["system:authenticated"] },
    requestURI: `/apis/certificates.k8s.io/v1/certificatesigningrequests/newdev${subresource === "" ? "" : `/${subresource}`}`,
    objectRef: { apiGroup: "certificates.k8s.io", resource: "certificatesigningrequests", subresource, name: "newdev" },
    requestReceivedTimestamp: instant(n),
    ...fields,
  });
}

const secretChange = (n: number, name: string, type: string | null, verb = "create"): AuditEvent =>
  auditEvent({
    verb,
    auditID: auditID(n),
    user: people,
    requestURI: `/api/v1/namespaces/kube-system/secrets/${name}`,
    objectRef: { resource: "secrets", namespace: "kube-system", name, apiVersion: "v1" },
    requestReceivedTimestamp: instant(n),
    ...(type === null
      ? {}
      : {
          level: "Request",
          requestObject: {
            type,
            metadata: { annotations: { "kubernetes.io/service-account.name": "robot" } },
            data: { token: secretToken },
          },
        }),
  });

const decided = (type: string): unknown => ({ spec: { username: "bob" }, status: { conditions: [{ type }] } });

const review = (n: number, status: unknown): AuditEvent =>
  auditEvent({
    verb: "create",
    auditID: auditID(n),
    user: people,
    level: "RequestResponse",
    requestURI: "/apis/authentication.k8s.io/v1/tokenreviews",
    objectRef: { apiGroup: "authentication.k8s.io", resource: "tokenreviews" },
    requestObject: { spec: { token: secretToken } },
    responseObject: { spec: { token: secretToken }, status },
    requestReceivedTimestamp: instant(n),
  });

const found = async (list: readonly AuditEvent[], most: number): Promise<string> => {
  const uses = createCredentialUses(createMemorySpool(), most);
  for (const event of list) await uses.add(event, event.requestReceivedTimestamp ?? "", "c");
  const rows = [...Array(5).keys()].map((n) => ({ clusterKey: "c", row: { cluster: "c", credentialId: `JTI=${n}` } }));
  const joined: unknown[] = [];
  for await (const row of withUses(given(rows) as never, (await uses.finish()).sorted())) joined.push(row);
  return JSON.stringify(joined);
};

describe("the register credentials", () => {
  test("follows a token from its issue to its use, without keeping the token", async () => {
    const rows = await register("credentials", [
      tokenRequest(1, {
        level: "RequestResponse",
        requestObject: { kind: "TokenRequest", spec: { audiences: null, expirationSeconds: 7200 } },
        responseObject: {
          kind: "TokenRequest",
          spec: {
            audiences: ["https://kubernetes.default.svc"],
            expirationSeconds: 3600,
            boundObjectRef: { kind: "Pod", name: "web" },
          },
          status: { token: secretToken },
        },
      }),
      tokenRequest(2),
      usedBy(1, 40, "10.0.0.9"),
      usedBy(1, 20, "10.0.0.7", "web"),
      // After the period, in the log all the same.
      usedBy(1, 4000, "10.0.0.8"),
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      kind: "token-request",
      action: "issue",
      audiences: ["https://kubernetes.default.svc"],
      expirationSeconds: 3600,
      credentialId: "JTI=1",
      subject: "system:serviceaccount:team-a:robot",
      boundTo: "Pod/web",
      firstUsed: instant(20),
      lastUsed: instant(4000),
      usedBy: ["system:serviceaccount:team-a:robot"],
      usedFrom: ["10.0.0.7", "10.0.0.8", "10.0.0.9"],
      usedIn: ["web"],
    });
    expect(rows[1]).toMatchObject({ credentialId: "JTI=2", firstUsed: "", lastUsed: "", usedBy: [], usedFrom: [] });
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });

  test("a refused request and a dry run issue nothing", async () => {
    const rows = await register("credentials", [
      tokenRequest(1, { responseStatus: { code: 403 } }),
      tokenRequest(2, { requestURI: "/api/v1/namespaces/team-a/serviceaccounts/robot/token?dryRun=All" }),
    ]);
    expect(rows.map(({ outcome, dryRun, credentialId }) => [outcome, dryRun, credentialId])).toEqual([
      ["denied", "false", ""],
      ["success", "true", ""],
    ]);
  });

  test("tells Secrets that are tokens by type, bootstrap tokens also by name, and each use of one", async () => {
    const rows = await register("credentials", [
      secretChange(1, "robot-token", "kubernetes.io/service-account-token"),
      secretChange(2, "bootstrap-token-abcdef", null, "delete"),
      secretChange(3, "other", "Opaque"),
      auditEvent({
        auditID: auditID(4),
        user: robot,
        requestReceivedTimestamp: instant(4),
        annotations: {
          "authentication.k8s.io/legacy-token": robot.username,
          "authentication.k8s.io/legacy-token-manual-secret": "robot-token",
        },
      }),
    ]);
    expect(rows.map(({ kind, action, subject, boundTo }) => [kind, action, subject, boundTo])).toEqual([
      ["token-secret", "create", "system:serviceaccount:kube-system:robot", "Secret/robot-token"],
      ["bootstrap-token", "delete", "system:bootstrap:abcdef", "Secret/bootstrap-token-abcdef"],
      ["legacy-token-use", "use", robot.username, "Secret/robot-token"],
    ]);
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });

  test("an approval without content knows who asked; whether it approved is not known", async () => {
    const rows = await register("credentials", [csr(1, "create", ""), csr(2, "update", "approval")]);
    expect(rows.map(({ kind, action, requester }) => [kind, action, requester])).toEqual([
      ["certificate-request", "create", "bob"],
      ["certificate-request", "decide", "bob"],
    ]);
  });

  test("with content, a denial is told from an approval", async () => {
    const rows = await register("credentials", [
      csr(1, "update", "approval", { level: "RequestResponse", responseObject: decided("Approved") }),
      csr(2, "update", "approval", { level: "RequestResponse", responseObject: decided("Denied") }),
    ]);
    expect(rows.map(({ action }) => action)).toEqual(["approve", "deny"]);
  });

  test("a token review says whose token it was, and nothing where it was not accepted", async () => {
    const rows = await register("credentials", [
      review(1, { authenticated: true, user: { username: robot.username } }),
      review(2, { error: "invalid bearer token", user: {} }),
    ]);
    expect(rows.map(({ action, subject }) => [action, subject])).toEqual([
      ["review", robot.username],
      ["review", ""],
    ]);
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });

  test("pod, node and credential behind a service account are in every register", async () => {
    const event = { ...usedBy(1, 5, "10.0.0.7", "web"), verb: "delete" };
    const [row] = await register("deletions", [event]);
    expect(row).toMatchObject({ actorPod: "web", actorNode: "node-1", actorCredential: "JTI=1" });
  });
});

describe("uses of credentials", () => {
  test("come to the same whatever the order, also where memory is full all the time", async () => {
    const events = [...Array(60).keys()].map((at) => usedBy(at % 5, at, `10.0.0.${at % 12}`));
    const once = await found(events, 1000);
    expect(await found(events.toReversed(), 2)).toBe(once);
    expect(await found(events, 1)).toBe(once);
    expect(JSON.parse(once)[0].usedFrom).toHaveLength(9);
    expect(JSON.parse(once)[0].usedFrom.at(-1)).toBe("…");
  });
});

async function* given<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
