import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, execOverSpdy, execOverWebSocket, human, instant, unauthorized } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { builtPeriod, register } from "./support/gathered.js";

/** A refused exec: RequestReceived, ResponseStarted and ResponseComplete with 403. */
function refusedExec(verb: "get" | "create", n: number, at: number, fields: Partial<AuditEvent> = {}): AuditEvent[] {
  const events = (verb === "get" ? execOverWebSocket : execOverSpdy)({ n, at, user: human("carol"), seconds: 0.001 });
  const annotations = { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": "" };
  return events.map((event) =>
    event.stage === "RequestReceived"
      ? { ...event, ...fields }
      : {
          ...event,
          responseStatus: { metadata: {}, status: "Failure", reason: "Forbidden", code: 403 },
          annotations,
          ...fields,
        },
  );
}

/** A request on a proxy subresource, with its three stages. */
function proxied(resource: string, path: string, fields: Partial<AuditEvent> = {}): AuditEvent[] {
  const event = auditEvent({
    stage: "ResponseStarted",
    requestURI: path,
    verb: "get",
    objectRef: { resource, name: "node-1", apiVersion: "v1", subresource: "proxy" },
    responseStatus: { metadata: {}, code: 200 },
    ...fields,
  });
  return [event, { ...event, stage: "ResponseComplete", stageTimestamp: instant(2) }];
}

describe("the register sessions", () => {
  test.each([
    ["WebSocket", "get", "websocket", execOverWebSocket],
    ["SPDY", "create", "spdy", execOverSpdy],
  ] as const)("exec over %s (verb %s) has start, end and duration", async (_name, verb, protocol, exec) => {
    const rows = await register("sessions", exec({ at: 10, seconds: 12, command: ["sh", "-c", "id"] }));
    expect(rows).toMatchObject([
      {
        verb,
        protocol,
        kind: "exec",
        time: instant(10),
        start: instant(10.003),
        end: instant(22),
        durationSeconds: 11.997,
        open: false,
        established: true,
        outcome: "success",
        code: 101,
        pod: "web",
        container: "app",
        command: ["sh", "-c", "id"],
        tty: true,
        stdin: true,
      },
    ]);
  });

  test("a session without its end is open and belongs to every later period", async () => {
    const events = execOverWebSocket({ at: 10, open: true });
    const later = { ...builtPeriod, from: "2027-01-01T00:00:00Z", to: "2027-02-01T00:00:00Z" };
    for (const period of [builtPeriod, later]) {
      const rows = await register("sessions", events, { period });
      expect(rows).toMatchObject([{ open: true, end: "", durationSeconds: null, established: true }]);
    }
    const earlier = { ...builtPeriod, from: "2026-10-13T00:00:00Z", to: "2026-10-14T00:00:00Z" };
    expect(await register("sessions", events, { period: earlier })).toEqual([]);
  });

  test.each([
    ["ends as the period begins", 0, 100, true],
    ["ends before the period", 0, 99.9, false],
    ["spans the whole period", 0, 3000, true],
    ["begins in the period and ends after it", 150, 3000, true],
    ["begins as the period ends", 199.997, 100, false],
    ["begins after the period", 300, 10, false],
  ])("a session that %s counts by overlap", async (_name, at, seconds, belongs) => {
    const period = { from: instant(100), to: instant(200), label: "" };
    const rows = await register("sessions", execOverWebSocket({ at, seconds }), { period });
    expect(rows).toHaveLength(belongs ? 1 : 0);
  });

  test("a refused attempt belongs to the period in which it was received, and to no other", async () => {
    const events = refusedExec("get", 1, 99.9995);
    const count = async (from: number, to: number): Promise<number> =>
      (await register("sessions", events, { period: { from: instant(from), to: instant(to), label: "" } })).length;
    expect([await count(0, 100), await count(100, 200)]).toEqual([1, 0]);
  });

  test("a refused get and the refused create that follows it are one attempt", async () => {
    const rows = await register("sessions", [...refusedExec("get", 1, 10), ...refusedExec("create", 2, 10.5)]);
    expect(rows).toMatchObject([
      {
        verb: "get",
        outcome: "denied",
        established: false,
        open: false,
        auditID: auditID(1),
        auditIDs: [auditID(1), auditID(2)],
      },
    ]);
  });

  test("the other registers fold the attempt the same way", async () => {
    const rows = await register("authorization", [...refusedExec("get", 1, 10), ...refusedExec("create", 2, 10.5)]);
    expect(rows).toMatchObject([{ auditIDs: [auditID(1), auditID(2)], deniedBy: "rbac" }]);
  });

  test.each([
    ["within the period", builtPeriod],
    ["over its end", { ...builtPeriod, to: instant(10.2) }],
    ["over its beginning", { ...builtPeriod, from: instant(10.2) }],
  ])("a register filled alone has the rows that it has among all, with an attempt %s", async (_name, period) => {
    const events = [...refusedExec("get", 1, 10), ...refusedExec("create", 2, 10.5), ...refusedExec("create", 3, 20)];
    for (const name of ["authorization", "sessions"] as const) {
      const alone = await register(name, events, { period, registers: [name] });
      expect(alone).toEqual(await register(name, events, { period }));
    }
  });

  test.each([
    ["more than a second later", refusedExec("create", 2, 11.000001)],
    ["before", refusedExec("create", 2, 9.9)],
    ["by another user", refusedExec("create", 2, 10.5, { user: human("dave") })],
    ["with another user agent", refusedExec("create", 2, 10.5, { userAgent: "curl/8" })],
    [
      "to another URI",
      refusedExec("create", 2, 10.5, { requestURI: "/api/v1/namespaces/team-a/pods/web/exec?command=ls" }),
    ],
    ["that was not refused", execOverSpdy({ n: 2, at: 10.5, user: human("carol") })],
    ["with the verb get", refusedExec("get", 2, 10.5)],
  ])("a request %s is an attempt of its own", async (_name, second) => {
    const rows = await register("sessions", [...refusedExec("get", 1, 10), ...second]);
    expect(rows.map(({ auditIDs }) => auditIDs.length)).toEqual([1, 1]);
  });

  test("each request is used once: two gets and one create are two attempts", async () => {
    const rows = await register("sessions", [
      ...refusedExec("get", 1, 10),
      ...refusedExec("get", 2, 10.2),
      ...refusedExec("create", 3, 10.4),
    ]);
    expect(rows.map(({ auditIDs }) => auditIDs)).toEqual([[auditID(1), auditID(3)], [auditID(2)]]);
  });

  test("the second half may stand after the end of the period", async () => {
    const events = [...refusedExec("get", 1, 99.9), ...refusedExec("create", 2, 100.4)];
    const within = await register("sessions", events, { period: { from: instant(0), to: instant(100), label: "" } });
    expect(within.map(({ auditIDs }) => auditIDs)).toEqual([[auditID(1), auditID(2)]]);
    const after = await register("sessions", events, { period: { from: instant(100), to: instant(200), label: "" } });
    expect(after).toEqual([]);
  });

  test("a failed authentication ends with ResponseStarted", async () => {
    const rows = await register("sessions", [
      ...unauthorized({
        at: 10,
        fields: {
          requestURI: "/api/v1/namespaces/team-a/pods/web/exec?command=id",
          verb: "create",
          objectRef: { resource: "pods", namespace: "team-a", name: "web", apiVersion: "v1", subresource: "exec" },
        },
      }),
    ]);
    expect(rows).toMatchObject([
      { outcome: "denied", code: 401, open: false, end: instant(10.001), established: false, actor: "" },
    ]);
  });

  test("RequestReceived alone leaves outcome and end unknown", async () => {
    const [received] = execOverWebSocket({ at: 10 });
    expect(await register("sessions", [received as AuditEvent])).toMatchObject([
      { outcome: "unknown", code: null, open: true, established: false, start: instant(10) },
    ]);
  });

  test("a session that ends before it began, by a clock set back, has no duration", async () => {
    const [row] = await register("sessions", execOverWebSocket({ at: 100, seconds: -50 }));
    expect(row).toMatchObject({ start: instant(100.003), end: instant(50), durationSeconds: null, open: false });
  });

  test("Panic ends a session as ResponseComplete does", async () => {
    const [, started] = execOverWebSocket({ at: 10 }) as [AuditEvent, AuditEvent];
    const panic = {
      ...started,
      stage: "Panic",
      stageTimestamp: instant(15),
      responseStatus: { metadata: {}, status: "Failure", code: 500 },
    };
    expect(await register("sessions", [started, panic])).toMatchObject([
      { outcome: "failed", code: 500, established: true, open: false, end: instant(15) },
    ]);
  });

  test.each([
    ["pods", "/api/v1/namespaces/a/pods/https:web:8443/proxy/x", { name: "https:web:8443" }, "web", ""],
    ["pods", "/api/v1/namespaces/a/pods/web:8080/proxy/x", { name: "web:8080" }, "web", ""],
    ["pods", "/api/v1/namespaces/a/pods/web/proxy/x", { name: "web" }, "web", ""],
    ["services", "/api/v1/namespaces/a/services/http:web:80/proxy/", { name: "http:web:80" }, "", ""],
    ["nodes", "/api/v1/nodes/node-1/proxy/logs/", {}, "", ""],
    ["nodes", "/api/v1/nodes/node-1/proxy/run/payments/pay/main?cmd=id", {}, "payments/pay", "main"],
    ["nodes", "/api/v1/nodes/node-1/proxy/exec/payments/pay/main?command=id&input=1&tty=1", {}, "payments/pay", "main"],
    ["nodes", "/api/v1/nodes/node-1/proxy/attach/payments/pay/8f0e/main", {}, "payments/pay", "main"],
    ["nodes", "/api/v1/nodes/node-1/proxy/portForward/payments/pay", {}, "payments/pay", ""],
  ])("the side door %s/proxy %s is a session", async (resource, path, ref, pod, container) => {
    const objectRef = { resource, name: "node-1", apiVersion: "v1", subresource: "proxy", ...ref };
    const rows = await register("sessions", proxied(resource, path, { objectRef }));
    expect(rows).toMatchObject([{ kind: "proxy", protocol: "http", pod, container, established: true }]);
  });

  test("through the kubelet, command and tty are read as well", async () => {
    const path = "/api/v1/nodes/node-1/proxy/exec/payments/pay/main?command=sh&command=-c&command=id&input=1&tty=1";
    expect(await register("sessions", proxied("nodes", path))).toMatchObject([
      { command: ["sh", "-c", "id"], tty: true, stdin: true },
    ]);
    const run = "/api/v1/nodes/node-1/proxy/run/payments/pay/main?cmd=id%20-a";
    expect(await register("sessions", proxied("nodes", run))).toMatchObject([{ command: ["id -a"] }]);
  });

  test("a proxy's own answer is established whatever its code; the API server's refusal is not", async () => {
    const answered = proxied("nodes", "/api/v1/nodes/node-1/proxy/x", { responseStatus: { metadata: {}, code: 404 } });
    expect(await register("sessions", answered)).toMatchObject([{ established: true, outcome: "failed" }]);
    const missing = { metadata: {}, status: "Failure", reason: "NotFound", code: 404 };
    const own = proxied("nodes", "/api/v1/nodes/node-1/proxy/x", { responseStatus: missing });
    expect(await register("sessions", own)).toMatchObject([
      { established: false, outcome: "failed", durationSeconds: null },
    ]);
  });

  test("an upgraded proxy connection has no known protocol", async () => {
    const upgraded = proxied("pods", "/api/v1/namespaces/a/pods/web/proxy/ws", {
      responseStatus: { metadata: {}, code: 101 },
    });
    expect(await register("sessions", upgraded)).toMatchObject([{ protocol: "unknown", established: true }]);
  });

  test.each([
    ["patch", 1],
    ["update", 1],
    ["get", 0],
  ])("%s of ephemeral containers makes %j rows", async (verb, count) => {
    const rows = await register("sessions", [
      auditEvent({
        verb,
        requestURI: "/api/v1/namespaces/a/pods/web/ephemeralcontainers",
        objectRef: {
          resource: "pods",
          namespace: "a",
          name: "web",
          apiVersion: "v1",
          subresource: "ephemeralcontainers",
        },
      }),
    ]);
    expect(rows).toHaveLength(count);
    if (count === 1)
      expect(rows).toMatchObject([
        { kind: "ephemeralcontainer", established: true, durationSeconds: null, open: false },
      ]);
  });

  test("pods/log and a pod called exec are no sessions", async () => {
    const rows = await register("sessions", [
      auditEvent({
        requestURI: "/api/v1/namespaces/a/pods/web/log",
        objectRef: { resource: "pods", namespace: "a", name: "web", apiVersion: "v1", subresource: "log" },
      }),
      auditEvent({
        auditID: auditID(2),
        requestURI: "/api/v1/namespaces/a/pods/exec",
        objectRef: { resource: "pods", namespace: "a", name: "exec", apiVersion: "v1" },
      }),
    ]);
    expect(rows).toEqual([]);
  });

  test("without objectRef the URI tells", async () => {
    const [, started, complete] = execOverWebSocket({ at: 10 });
    const events = [started, complete].map((event) => {
      const { objectRef: _objectRef, ...rest } = event as AuditEvent;
      return rest;
    });
    expect(await register("sessions", events)).toMatchObject([
      { kind: "exec", pod: "web", namespace: "team-a", resource: "pods", subresource: "exec", established: true },
    ]);
  });

  test.each([
    ["%65xec", "percent-encoded"],
    ["EXEC", "in capitals"],
    ["/exec", "after an empty segment"],
    ["./exec", "after a dot segment"],
  ])("an attempt on %s (%s) is shown, whatever the server made of it", async (ending) => {
    const rows = await register("sessions", [
      auditEvent({
        verb: "create",
        requestURI: `/api/v1/namespaces/a/pods/web/${ending}?command=id`,
        objectRef: { resource: "pods", namespace: "a", name: "web", apiVersion: "v1", subresource: ending },
        responseStatus: { metadata: {}, status: "Failure", reason: "NotFound", code: 404 },
      }),
    ]);
    expect(rows).toMatchObject([{ kind: "exec", outcome: "failed", established: false, command: ["id"] }]);
  });

  test("credentials in the command are masked", async () => {
    const rows = await register("sessions", execOverWebSocket({ command: ["mysql", "-uroot", "-pS3cret"] }));
    expect(rows[0]?.command).toEqual(["mysql", "-uroot", "-p[masked]"]);
  });

  test("a huge command is cut and says so", async () => {
    const command = Array.from({ length: 1000 }, () => "x".repeat(2000));
    const [row] = await register("sessions", execOverWebSocket({ command }));
    expect(row?.command.at(-1)).toBe("… [984 more arguments]");
    expect(row?.command[0]).toMatch(/^x+… \[2000 characters in all, sha256 [0-9a-f]{16}\]$/);
    const [many] = await register("sessions", execOverWebSocket({ command: Array.from({ length: 1000 }, () => "x") }));
    expect(many?.command).toHaveLength(257);
    expect(many?.command.at(-1)).toBe("… [744 more entries]");
  });

  describe("a debug container and the attach to it", () => {
    const pod = { resource: "pods", namespace: "payments", name: "pay", apiVersion: "v1" };
    const added = (n: number, fields: Partial<AuditEvent> = {}): AuditEvent =>
      auditEvent({
        verb: "patch",
        auditID: auditID(n),
        requestURI: "/api/v1/namespaces/payments/pods/pay/ephemeralcontainers",
        objectRef: { ...pod, subresource: "ephemeralcontainers" },
        requestReceivedTimestamp: instant(n),
        ...fields,
      });
    const attached = (n: number, container: string, fields: Partial<AuditEvent> = {}): AuditEvent =>
      auditEvent({
        auditID: auditID(n),
        requestURI: `/api/v1/namespaces/payments/pods/pay/attach?container=${container}&stdin=true&tty=true`,
        objectRef: { ...pod, subresource: "attach" },
        responseStatus: { code: 101 },
        requestReceivedTimestamp: instant(n),
        ...fields,
      });
    const body = {
      spec: { ephemeralContainers: [{ name: "old" }, { name: "debugger-x", command: ["sh"], tty: true, stdin: true }] },
    };

    test("are one session", async () => {
      const rows = await register("sessions", [
        added(1, { level: "Request", requestObject: body }),
        attached(9, "debugger-x"),
        attached(10, "main"),
      ]);
      expect(rows.map(({ kind, container, command, tty }) => [kind, container, command, tty])).toEqual([
        ["ephemeralcontainer", "debugger-x", ["sh"], true],
        ["attach", "debugger-x", [], true],
        ["attach", "main", [], true],
      ]);
      const [debug, attach, other] = rows;
      expect(attach?.session).toBe(debug?.rowId);
      expect([debug?.session, other?.session]).toEqual([debug?.rowId, other?.rowId]);
    });

    test("are told by the name that kubectl gives, where the container's was not recorded", async () => {
      const rows = await register("sessions", [added(1), attached(9, "debugger-x7k2p"), attached(10, "main")]);
      expect(rows.map(({ session, rowId }) => session === rowId)).toEqual([true, false, true]);
    });

    test("are not one of two users, two pods, long after, or where the container was refused", async () => {
      const other = { username: "mallory", groups: [] };
      for (const [first, second] of [
        [added(1), attached(9, "debugger-x", { user: other })],
        [added(1), attached(9, "debugger-x", { objectRef: { ...pod, name: "web", subresource: "attach" } })],
        [added(1), attached(2000, "debugger-x")],
        [added(1, { responseStatus: { code: 403 } }), attached(9, "debugger-x")],
      ] as const) {
        const rows = await register("sessions", [first, second]);
        expect(rows.map(({ session, rowId }) => session === rowId)).toEqual([true, true]);
      }
    });
  });
});
