import { createByCluster } from "../src/internal/by-cluster.js";
import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, execOverSpdy, execOverWebSocket, instant } from "@kaudit/testkit";
import { createMemorySpool } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { signalMeanings } from "../src/index.js";
import { compileIdentity } from "../src/identity.js";
import { createClusterStates } from "../src/internal/cluster-state.js";
import { commandSignals } from "../src/internal/command-signals.js";
import { createDebugSessions } from "../src/internal/debug-sessions.js";
import { readEvents } from "../src/internal/event-pass.js";
import { foldedRequests } from "../src/internal/fold.js";
import { createPolicyTimeline } from "../src/internal/policy-timeline.js";
import { requestSignals } from "../src/internal/request-signals.js";
import { rowsOf } from "../src/internal/row-makers.js";
import { registerNames } from "../src/register-row.js";
import { readingOf } from "./support/event-reading.js";

/** The signals of each request, in the order of time. */
async function signals(...events: readonly AuditEvent[]): Promise<string[][]> {
  const period = { from: instant(-3600).replace("Z", "000Z"), to: instant(3600).replace("Z", "000Z") };
  const identity = compileIdentity();
  const pass = await readEvents(readingOf(events), createMemorySpool(), period, registerNames, {
    policies: createPolicyTimeline({ cluster: { name: "c", basis: "option" } }, period),
    mainCluster: "c",
    identity,
    withRowless: true,
  });
  const states = createClusterStates();
  const debugs = createDebugSessions();
  const all: string[][] = [];
  const counts = { conflicts: createByCluster(() => ({ count: 0, places: [] })), notKept: 0 };
  for await (const request of foldedRequests(pass.partials.sorted(), counts)) {
    const made = rowsOf(request, registerNames, "c", states.of("c"), debugs);
    all.push(requestSignals(request, made.rows, made.accessSignals));
  }
  return all;
}

const rbac = "rbac.authorization.k8s.io";

function access(n: number, resource: string, sent: unknown, fields: Partial<AuditEvent> = {}): AuditEvent {
  return auditEvent({
    level: sent === null ? "Metadata" : "RequestResponse",
    auditID: auditID(n),
    verb: "create",
    requestURI: `/apis/${rbac}/v1/${resource}`,
    objectRef: { resource, apiGroup: rbac, name: `x${n}` },
    requestObject: sent,
    responseObject: sent,
    responseStatus: { code: 201 },
    requestReceivedTimestamp: instant(n),
    ...fields,
  });
}

const rule = (verbs: string[], resources: string[], apiGroups: string[] = [""]): unknown => ({
  rules: [{ verbs, resources, apiGroups }],
});
const bound = (role: string, ...subjects: [kind: string, name: string][]): unknown => ({
  roleRef: { kind: "ClusterRole", name: role },
  subjects: subjects.map(([kind, name]) => ({ kind, name })),
});

describe("signals of changes of access", () => {
  test.each<[string, string, unknown, string[]]>([
    ["reading Secrets", "clusterroles", rule(["get"], ["secrets"]), ["grants-secrets-read"]],
    ["changing Secrets", "clusterroles", rule(["patch"], ["secrets"]), ["grants-secrets-write"]],
    [
      "everything",
      "clusterroles",
      rule(["*"], ["*"], ["*"]),
      [
        "grants-everything",
        "grants-secrets-read",
        "grants-secrets-write",
        "wildcard-groups",
        "wildcard-resources",
        "wildcard-verbs",
      ],
    ],
    ["exec", "clusterroles", rule(["create"], ["pods/exec"]), ["grants-exec"]],
    ["nodes/proxy", "clusterroles", rule(["get"], ["nodes/proxy"]), ["grants-node-proxy"]],
    ["tokens", "clusterroles", rule(["create"], ["serviceaccounts/token"]), ["grants-token-minting"]],
    ["impersonate", "clusterroles", rule(["impersonate"], ["users"]), ["grants-impersonate"]],
    ["escalate", "clusterroles", rule(["escalate"], ["clusterroles"], [rbac]), ["grants-escalate"]],
    ["bind", "clusterroles", rule(["bind"], ["roles"], [rbac]), ["grants-bind"]],
    [
      "approval",
      "clusterroles",
      rule(["update"], ["certificatesigningrequests/approval"], ["certificates.k8s.io"]),
      ["grants-csr-approval"],
    ],
    ["reading pods", "clusterroles", rule(["get"], ["pods"]), []],
    [
      "a label for admin",
      "clusterroles",
      { ...(rule(["get"], ["pods"]) as object), metadata: { labels: { [`${rbac}/aggregate-to-admin`]: "true" } } },
      ["aggregates-to-admin"],
    ],
    [
      "collecting others",
      "clusterroles",
      { aggregationRule: { clusterRoleSelectors: [{}] }, rules: null },
      ["aggregates-others"],
    ],
    ["cluster-admin", "clusterrolebindings", bound("cluster-admin", ["User", "mallory"]), ["binds-cluster-admin"]],
    ["oneself", "rolebindings", bound("view", ["User", "alice"]), ["self-grant"]],
    ["one's own group", "rolebindings", bound("view", ["Group", "developers"]), ["self-grant"]],
    ["everybody", "clusterrolebindings", bound("view", ["Group", "system:unauthenticated"]), ["subject-is-everyone"]],
    [
      "masters",
      "clusterrolebindings",
      bound("view", ["Group", "system:masters"]),
      ["subject-is-masters", "subject-is-system"],
    ],
    ["the scheduler", "clusterrolebindings", bound("view", ["User", "system:kube-scheduler"]), ["subject-is-system"]],
    ["no content", "clusterrolebindings", null, ["content-not-recorded"]],
  ])("%s", async (_name, resource, sent, expected) => {
    expect(await signals(access(1, resource, sent))).toEqual([expected]);
  });

  test("a label set by a patch raises privilege as well, and is told in plain words", async () => {
    const labels = { [`${rbac}/aggregate-to-edit`]: "true" };
    const first = access(1, "clusterroles", rule(["get"], ["secrets"]), {
      objectRef: { resource: "clusterroles", apiGroup: rbac, name: "x" },
    });
    const patch = access(
      2,
      "clusterroles",
      { metadata: { labels } },
      {
        verb: "patch",
        responseObject: null,
        level: "Request",
        responseStatus: { code: 200 },
        objectRef: { resource: "clusterroles", apiGroup: rbac, name: "x" },
      },
    );
    expect(await signals(first, patch)).toEqual([["grants-secrets-read"], ["aggregates-to-edit"]]);
  });

  test("what was given before is not given again", async () => {
    const same = { objectRef: { resource: "clusterroles", apiGroup: rbac, name: "x" } };
    const twice = await signals(
      access(1, "clusterroles", rule(["*"], ["secrets"]), same),
      access(2, "clusterroles", rule(["*"], ["secrets"]), { ...same, verb: "update", responseStatus: { code: 200 } }),
    );
    expect(twice[1]).toEqual([]);
  });
});

const pod = (requestObject: unknown): AuditEvent =>
  auditEvent({ verb: "create", level: "Request", responseStatus: { code: 201 }, requestObject });

const csr = (n: number, verb: string, subresource: string): AuditEvent =>
  auditEvent({
    verb,
    auditID: auditID(n),
    requestURI: "/apis/certificates.k8s.io/v1/certificatesigningrequests/x",
    objectRef: { apiGroup: "certificates.k8s.io", resource: "certificatesigningrequests", subresource, name: "x" },
    requestReceivedTimestamp: instant(n),
  });

describe("signals of other requests", () => {
  test("every word has a meaning", async () => {
    for (const word of Object.keys(signalMeanings)) expect(word).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });

  test("a shell over WebSocket and over SPDY", async () => {
    expect(await signals(...execOverWebSocket({ n: 1, command: ["/bin/sh", "-c", "id"] }))).toEqual([["shell"]]);
    expect(await signals(...execOverSpdy({ n: 1, command: ["tar", "cf", "-", "/data"] }))).toEqual([
      ["archive-command"],
    ]);
  });

  test("a workload that reaches the node", async () => {
    const spec = {
      hostNetwork: true,
      volumes: [{ hostPath: { path: "/" } }, { secret: { secretName: "db" } }],
      containers: [{ securityContext: { privileged: true } }],
    };
    const expected = ["host-network", "host-path", "privileged-container", "uses-secret"];
    expect(await signals(pod({ spec }))).toEqual([expected]);
    expect(await signals(pod({ spec: { template: { spec } } }))).toEqual([expected]);
    expect(await signals(pod({ spec: { jobTemplate: { spec: { template: { spec } } } } }))).toEqual([expected]);
    expect(await signals(pod({ spec: { containers: [{}] } }))).toEqual([[]]);
  });

  test("who approves what they asked for, and for whom", async () => {
    const all = await signals(csr(1, "create", ""), csr(2, "update", "approval"));
    expect(all[1]).toContain("approver-is-requester");
  });

  test("acting as a member of system:masters", async () => {
    const event = auditEvent({ impersonatedUser: { username: "bob", groups: ["system:masters"] } });
    expect(await signals(event)).toEqual([["acts-as-masters", "acts-as-system"]]);
  });

  test("reading logs", async () => {
    const log = auditEvent({ objectRef: { resource: "pods", subresource: "log", namespace: "a", name: "web" } });
    expect(await signals(log)).toEqual([["pod-logs"]]);
  });
});

describe("commandSignals", () => {
  test.each<[string[], string[]]>([
    [["sh"], ["shell"]],
    [["/bin/bash", "-c", "id"], ["shell"]],
    [["env", "X=1", "zsh"], ["shell"]],
    [["busybox", "sh"], ["shell"]],
    [["/usr/bin/nsenter", "-t", "1", "-m", "--", "bash"], ["shell"]],
    [["PowerShell.exe"], ["shell"]],
    [["tar", "xf", "-"], ["archive-command"]],
    [["ls", "-la", "/bin/sh"], []],
    [["cat", "sh"], []],
    [[], []],
  ])("%j", (command, expected) => {
    expect(commandSignals(command)).toEqual(expected);
  });
});
