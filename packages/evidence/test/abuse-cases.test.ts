import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, instant, secretGet } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildEvidence, registerNames } from "../src/index.js";
import { builtOptions, gathered, register, rowsIn } from "./support/gathered.js";
import { plainReading } from "./support/event-reading.js";

function bytesOf(events: readonly AuditEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

describe("abuse case 3: a client sets its Audit-ID to that of another request", () => {
  const read = auditEvent({
    auditID: "chosen",
    user: { username: "bob", groups: [] },
    requestURI: "/api/v1/namespaces/payments/secrets/db",
    objectRef: { resource: "secrets", namespace: "payments", name: "db", apiVersion: "v1" },
  });
  const other = {
    ...read,
    requestURI: "/api/v1/namespaces/payments/secrets/other",
    objectRef: { ...read.objectRef, name: "other" },
  };
  const denied = { ...read, responseStatus: { code: 403 } } as AuditEvent;

  test("two requests of one id are two rows", async () => {
    const rows = await register("secrets", [read, other as AuditEvent]);
    expect(rows.map(({ name, auditID: id }) => [name, id])).toEqual([
      ["db", "chosen"],
      ["other", "chosen"],
    ]);
  });

  test("two tellings of one request are two rows and a finding, also from two files", async () => {
    const evidence = await buildEvidence(
      plainReading([
        { file: "a.log", bytes: bytesOf([read]) },
        { file: "b.log", bytes: bytesOf([denied]) },
      ]),
      builtOptions(),
    );
    expect((await rowsIn(evidence, "secrets")).map(({ outcome }) => outcome).toSorted()).toEqual(["denied", "success"]);
    expect(evidence.bundle.totals.conflicts).toBe(2);
    expect(evidence.bundle.findings.map(({ code }) => code)).toContain("conflicting-events");
  });
});

describe("abuse case 7: a claim of system:masters outside of user.groups", () => {
  test.each<[string, Partial<AuditEvent>]>([
    ["in the user agent", { userAgent: "system:masters system:serviceaccount:kube-system:admin" }],
    ["in extra", { user: { username: "bob", groups: ["developers"], extra: { groups: ["system:masters"] } } }],
    ["in the uid", { user: { username: "bob", uid: "system:masters", groups: ["developers"] } }],
    ["in the Audit-ID", { auditID: "system:masters" }],
    ["in an annotation", { annotations: { groups: "system:masters" } }],
  ])("%s changes neither groups nor kind", async (_name, fields) => {
    const [event] = secretGet({ n: 1 });
    const user = { username: "bob", groups: ["developers"] };
    const [row] = await register("secrets", [{ ...event, user, ...fields } as AuditEvent]);
    expect(row).toMatchObject({ actor: "bob", actorKind: "human", groups: ["developers"] });
  });
});

describe("abuse case 30: more names than memory, a command of a megabyte", () => {
  test("registers keep every row, lists of the summary stop and say so", async () => {
    const events = [...Array(3000).keys()].map((n) =>
      auditEvent({
        verb: "create",
        auditID: auditID(n),
        user: { username: `user-${n}`, groups: [] },
        requestURI: `/api/v1/namespaces/team-${n}/serviceaccounts/app/token`,
        objectRef: { resource: "serviceaccounts", subresource: "token", namespace: `team-${n}`, name: "app" },
        requestReceivedTimestamp: instant(n % 3000),
      }),
    );
    const { bundle } = await gathered(events);
    const entry = bundle.registers.find(({ name }) => name === "credentials");
    expect(entry?.rows).toBe(3000);
    expect(entry?.summary.actors).toHaveLength(2000);
    expect(entry?.summary.capped).toBe(2000);
  });

  test("a megabyte of arguments is cut and says how much is missing", async () => {
    const command = [...Array(20_000).keys()].map((n) => `command=${"x".repeat(50)}${n}`).join("&");
    const [row] = await register("sessions", [
      auditEvent({
        requestURI: `/api/v1/namespaces/a/pods/web/exec?${command}`,
        objectRef: { resource: "pods", subresource: "exec", namespace: "a", name: "web" },
      }),
    ]);
    expect(JSON.stringify(row).length).toBeLessThan(300_000);
    expect(row?.command.at(-1)).toMatch(/more (?:arguments|entries)\]$/);
  });

  test("a change with ten thousand labels is cut", async () => {
    const labels = Object.fromEntries([...Array(10_000).keys()].map((n) => [`label-${n}`, "x".repeat(200)]));
    const [row] = await register("configuration", [
      auditEvent({
        verb: "update",
        level: "Request",
        objectRef: { resource: "namespaces", name: "a", namespace: "a" },
        requestObject: { metadata: { labels } },
        responseStatus: { code: 201 },
      }),
    ]);
    expect(row?.details.length).toBeLessThan(4000);
    expect(row?.details).toMatch(/; \d+ more$/);
  });
});

describe("abuse case 41: ways around a rule that were seen elsewhere", () => {
  const target = { resource: "pods", namespace: "a", name: "web", apiVersion: "v1" };
  test.each<[string, string, Partial<AuditEvent>]>([
    ["exec over WebSocket", "sessions", { verb: "get", objectRef: { ...target, subresource: "exec" } }],
    ["exec over SPDY", "sessions", { verb: "create", objectRef: { ...target, subresource: "exec" } }],
    [
      "exec through nodes/proxy",
      "sessions",
      {
        verb: "create",
        requestURI: "/api/v1/nodes/n/proxy/run/a/web/main?cmd=id",
        objectRef: { resource: "nodes", name: "n", subresource: "proxy" },
      },
    ],
    ["deletecollection", "deletions", { verb: "deletecollection", objectRef: { resource: "pods", namespace: "a" } }],
    [
      "a binding made by patch (server-side apply)",
      "rbac",
      {
        verb: "patch",
        responseStatus: { code: 201 },
        objectRef: { resource: "rolebindings", apiGroup: "rbac.authorization.k8s.io", namespace: "a", name: "x" },
      },
    ],
    [
      "//api//v1",
      "secrets",
      { verb: "get", requestURI: "//api/v1//namespaces/a/secrets", objectRef: null, responseStatus: { code: 404 } },
    ],
    [
      "encoded slashes",
      "secrets",
      {
        verb: "get",
        requestURI: "/api/v1/namespaces/a%2Fsecrets%2Fdb",
        objectRef: null,
        responseStatus: { code: 404 },
      },
    ],
    [
      "HEAD",
      "secrets",
      { verb: "head", requestURI: "/api/v1/namespaces/a/secrets/db", objectRef: null, responseStatus: { code: 405 } },
    ],
    [
      "capitals in the subresource",
      "sessions",
      {
        verb: "create",
        requestURI: "/api/v1/namespaces/a/pods/web/EXEC?command=id",
        objectRef: null,
        responseStatus: { code: 404 },
      },
    ],
    [
      "a session behind a change of a namespace",
      "sessions",
      {
        verb: "create",
        requestURI: "/api/v1/namespaces/a//pods/web/exec?command=id",
        objectRef: { resource: "namespaces", name: "a" },
        responseStatus: { code: 404 },
      },
    ],
    [
      "an update of a token request's account",
      "credentials",
      { verb: "patch", objectRef: { resource: "serviceaccounts", namespace: "a", name: "x" } },
    ],
    [
      "an admission webhook removed with its collection",
      "configuration",
      {
        verb: "deletecollection",
        objectRef: { resource: "validatingwebhookconfigurations", apiGroup: "admissionregistration.k8s.io" },
      },
    ],
  ])("%s is in the register %s", async (_name, expected, fields) => {
    const evidence = await gathered([auditEvent({ auditID: auditID(7), ...fields })]);
    const counts = Object.fromEntries(evidence.bundle.registers.map(({ name, rows }) => [name, rows]));
    expect(registerNames.filter((name) => (counts[name] ?? 0) > 0)).toContain(expected);
  });
});
