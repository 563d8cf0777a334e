import type { AuditEvent } from "@kaudit/schema";
import { human, serviceAccount } from "@kaudit/testkit";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createAccessState } from "../src/rbac/access-state.js";
import type { AccessContent, PolicyRule } from "../src/rbac/content.js";
import { allowsMore } from "../src/rbac/rule-coverage.js";
import { binding, change, rbacGroup, role } from "./support/access-change.js";
import type { RuleText } from "./support/access-change.js";
import { buildEvidence } from "../src/index.js";
import type { RbacRow } from "../src/index.js";
import { plainReading } from "./support/event-reading.js";
import { builtOptions, gathered, register } from "./support/gathered.js";
import { logFiles } from "./support/sample-evidence.js";

const admin = { user: human("root-admin", ["admins"]) };
const alice = { user: human("alice", ["developers", "system:authenticated"]) };
const pods = role(["get", "pods"]);
const secrets = role(["get", "pods"], ["get", "secrets"]);

/** An administrator makes a role and binds it; then the role is changed by whoever `fields` says. */
function widened(bindingOf: unknown, fields: Partial<AuditEvent>, sent: unknown = secrets): AuditEvent[] {
  return [
    change(1, "roles", { name: "dev", sent: pods, fields: admin }),
    change(2, "rolebindings", { name: "dev-team", sent: bindingOf, fields: admin }),
    change(3, "roles", { name: "dev", verb: "update", sent, fields }),
  ];
}

async function last(events: readonly AuditEvent[]): Promise<{ selfGrant: string | undefined; grants: string }> {
  const row = (await register("rbac", events)).at(-1);
  return { selfGrant: row?.selfGrant, grants: row?.grants ?? "" };
}

const through = "lets holders of Role dev in namespace a read Secrets; its maker holds it by";

describe("a role that its maker holds", () => {
  test.each<[string, unknown, Partial<AuditEvent>, string]>([
    ["by name", binding("Role", "dev", ["User", "alice"]), alice, "RoleBinding dev-team in namespace a"],
    [
      "through a group",
      binding("Role", "dev", ["Group", "developers"]),
      alice,
      "RoleBinding dev-team in namespace a, as a member of group developers",
    ],
    [
      "as a service account, named with the binding's own namespace",
      binding("Role", "dev", ["ServiceAccount", "deployer"]),
      { user: serviceAccount("a", "deployer") },
      "RoleBinding dev-team in namespace a",
    ],
    [
      "through the group of a namespace's service accounts",
      binding("Role", "dev", ["Group", "system:serviceaccounts:ci"]),
      { user: serviceAccount("ci", "deployer") },
      "RoleBinding dev-team in namespace a, as a member of group system:serviceaccounts:ci",
    ],
    [
      "as the user it acts as",
      binding("Role", "dev", ["User", "bob"]),
      { ...alice, impersonatedUser: { username: "bob", groups: ["system:authenticated"] } },
      "RoleBinding dev-team in namespace a",
    ],
    [
      "as themselves, while acting as somebody else",
      binding("Role", "dev", ["User", "alice"]),
      { ...alice, impersonatedUser: { username: "bob", groups: ["system:authenticated"] } },
      "RoleBinding dev-team in namespace a",
    ],
    [
      "through a group that the one it acts as is in",
      binding("Role", "dev", ["Group", "payments"]),
      { ...alice, impersonatedUser: { username: "bob", groups: ["payments", "system:authenticated"] } },
      "RoleBinding dev-team in namespace a, as a member of group payments",
    ],
  ])("is widened: %s", async (_name, bindingOf, fields, words) => {
    expect(await last(widened(bindingOf, fields))).toEqual({ selfGrant: "true", grants: `${through} ${words}` });
  });

  test.each<[string, unknown, unknown, string]>([
    ["bound to somebody else", binding("Role", "dev", ["User", "bob"]), secrets, "unknown"],
    [
      "bound to everybody: no gain of the maker's own",
      binding("Role", "dev", ["Group", "system:authenticated"]),
      secrets,
      "unknown",
    ],
    ["another role of that name", binding("ClusterRole", "dev", ["User", "alice"]), secrets, "unknown"],
    [
      "a service account of that name elsewhere",
      binding("Role", "dev", ["ServiceAccount", "alice", "b"]),
      secrets,
      "unknown",
    ],
    ["the same rules", binding("Role", "dev", ["User", "alice"]), pods, "false"],
    [
      "the same rules twice",
      binding("Role", "dev", ["User", "alice"]),
      role(["get", "pods"], ["get", "pods"]),
      "false",
    ],
    ["fewer objects", binding("Role", "dev", ["User", "alice"]), role(["get", "pods", "", "web"]), "false"],
    ["no rules", binding("Role", "dev", ["User", "alice"]), role(), "false"],
  ])("%s", async (_name, bindingOf, sent, verdict) => {
    const found = await last(widened(bindingOf, alice, sent));
    expect(found.selfGrant).toBe(verdict);
    expect(found.grants).not.toContain("its maker");
  });

  test("a binding that was taken away gives nothing, one that lost the maker neither", async () => {
    const bound = binding("Role", "dev", ["User", "alice"]);
    const [made, bind, change3] = widened(bound, alice) as [AuditEvent, AuditEvent, AuditEvent];
    const later = { ...change3, requestReceivedTimestamp: "2026-10-14T09:20:00.000000Z" };
    const deleted = change(4, "rolebindings", {
      verb: "delete",
      name: "dev-team",
      fields: { ...admin, responseObject: { kind: "Status" }, requestObject: { kind: "DeleteOptions" } },
    });
    expect((await last([made, bind, deleted, later])).selfGrant).toBe("unknown");
    const emptied = change(4, "rolebindings", {
      verb: "update",
      name: "dev-team",
      sent: binding("Role", "dev", ["User", "bob"]),
      fields: admin,
    });
    expect((await last([made, bind, emptied, later])).selfGrant).toBe("unknown");
  });

  test("what the role said before the log is not known, nor whether it allows more now", async () => {
    const [, bind, widening] = widened(binding("Role", "dev", ["User", "alice"]), alice) as [
      AuditEvent,
      AuditEvent,
      AuditEvent,
    ];
    expect((await last([bind, widening])).selfGrant).toBe("unknown");
  });

  test("at level Metadata it is not known", async () => {
    const bare = { ...alice, level: "Metadata", requestObject: null } as Partial<AuditEvent>;
    expect((await last(widened(binding("Role", "dev", ["User", "alice"]), bare))).selfGrant).toBe("unknown");
  });

  test("what was refused or a dry run is an attempt: told in the row, no exception", async () => {
    const bound = binding("Role", "dev", ["User", "alice"]);
    const refused = await gathered(widened(bound, { ...alice, responseStatus: { metadata: {}, code: 403 } }));
    expect(refused.bundle.exceptions.filter(({ rule }) => rule === "KX-011")).toEqual([]);
    const effective = await gathered(widened(bound, alice));
    const [found] = effective.bundle.exceptions.filter(({ rule }) => rule === "KX-011");
    expect(found?.sentence).toContain(`alice gave rights to themselves, or to a group of theirs, once by`);
    expect(found?.sentence).toContain(`it ${through} RoleBinding dev-team in namespace a`);
  });
});

const made = (name: string, sent: unknown, n = 1): AuditEvent =>
  change(n, "clusterroles", { name, sent, fields: admin });
const update = (name: string, sent: unknown): AuditEvent =>
  change(9, "clusterroles", { name, verb: "update", sent, fields: alice });
const labelled = (sent: object, into: string): object => ({
  ...sent,
  metadata: { labels: { [`${rbacGroup}/aggregate-to-${into}`]: "true" } },
});
const bind = (resource: string, name: string): AuditEvent =>
  change(5, resource, { name: "to-alice", sent: binding("ClusterRole", name, ["User", "alice"]), fields: admin });

describe("a ClusterRole that its maker holds", () => {
  test.each(["rolebindings", "clusterrolebindings"])("in %s", async (resource) => {
    const { selfGrant, grants } = await last([made("ops", pods), bind(resource, "ops"), update("ops", secrets)]);
    expect(selfGrant).toBe("true");
    expect(grants).toContain(
      `holds it by ${resource === "rolebindings" ? "RoleBinding to-alice in namespace a" : "ClusterRoleBinding to-alice"}`,
    );
  });

  test("whose rules are collected into a role that the maker holds", async () => {
    const events = [
      made("extra", labelled(pods, "edit")),
      bind("rolebindings", "edit"),
      update("extra", labelled(secrets, "edit")),
    ];
    const { selfGrant, grants } = await last(events);
    expect(selfGrant).toBe("true");
    expect(grants).toBe(
      "lets holders of ClusterRole extra and holders of ClusterRole edit read Secrets; its maker holds ClusterRole edit, which collects these rules, by RoleBinding to-alice in namespace a",
    );
  });

  test("view is collected by edit, and edit by admin", async () => {
    const events = [made("extra", pods), bind("rolebindings", "admin"), update("extra", labelled(pods, "view"))];
    expect(await last(events)).toMatchObject({
      selfGrant: "true",
      grants: expect.stringContaining("ClusterRole admin, which collects"),
    });
  });

  test("a collector that the log has shown to be collected itself; a circle of them ends", async () => {
    const events = [
      made("middle", labelled(role(), "top"), 1),
      made("top", labelled(role(), "middle"), 2),
      made("extra", labelled(pods, "middle"), 3),
      bind("clusterrolebindings", "top"),
      update("extra", labelled(secrets, "middle")),
    ];
    expect(await last(events)).toMatchObject({
      selfGrant: "true",
      grants: expect.stringContaining("ClusterRole top, which"),
    });
  });

  test("that is made to collect others", async () => {
    const collecting = {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "acme/agg": "true" } }] },
      rules: null,
    };
    const events = [made("agg", { rules: [] }), bind("clusterrolebindings", "agg"), update("agg", collecting)];
    expect((await last(events)).selfGrant).toBe("true");
    expect(
      (
        await last([
          ...events,
          { ...update("agg", collecting), requestReceivedTimestamp: "2026-10-14T09:20:00.000000Z" },
        ])
      ).selfGrant,
    ).toBe("false");
  });
});

const rulesOf = (rules: readonly RuleText[]): PolicyRule[] => role(...rules)["rules"] as PolicyRule[];
const path = (url: string): PolicyRule => ({ verbs: ["get"], nonResourceURLs: [url] });

describe("allowsMore", () => {
  test.each<[string, RuleText[], RuleText[], boolean]>([
    ["the same", [["get", "pods"]], [["get", "pods"]], false],
    ["a verb more", [["get", "pods"]], [["get,list", "pods"]], true],
    [
      "one rule of what two said",
      [
        ["get", "pods"],
        ["list", "pods"],
      ],
      [["get,list", "pods"]],
      false,
    ],
    ["under a wildcard", [["*", "*", "*"]], [["get,list", "pods,secrets"]], false],
    ["a wildcard for what was listed", [["get", "pods"]], [["*", "pods"]], true],
    ["all names after one", [["get", "secrets", "", "tls"]], [["get", "secrets"]], true],
    ["one name after all", [["get", "secrets"]], [["get", "secrets", "", "tls"]], false],
    ["a subresource under its wildcard", [["create", "*/exec"]], [["create", "pods/exec"]], false],
    ["another API group", [["get", "pods"]], [["get", "pods", "apps"]], true],
  ])("%s", (_name, before, after, expected) => {
    expect(allowsMore(rulesOf(before), rulesOf(after))).toBe(expected);
  });

  test("paths that are no resource", () => {
    expect(allowsMore([path("/healthz/*")], [path("/healthz/etcd")])).toBe(false);
    expect(allowsMore([path("/healthz")], [path("/metrics")])).toBe(true);
  });

  test("a rule of a million rights is not taken apart", () => {
    const many = Array.from({ length: 1000 }, (_, n) => `r${n}`);
    const rule = { verbs: many, apiGroups: [""], resources: many };
    expect(allowsMore([], [rule])).toBe(true);
    expect(allowsMore([rule], [rule])).toBe(false);
  });
});

test("the index of holders is counted with the state, and goes with the binding", () => {
  const content: AccessContent = {
    roleRef: { kind: "Role", name: "dev" },
    subjects: [{ kind: "User", name: "alice" }],
  };
  const state = createAccessState(10, 400);
  const held = (): unknown => state.heldThrough({ kind: "Role", name: "dev" }, "a", { names: ["alice"], groups: [] });
  for (const time of [1, 2, 3, 4, 5]) {
    state.set("rolebindings", "a", "b", JSON.stringify(content));
    expect(held(), `time ${time}`).toMatchObject({ name: "b" });
    state.forget("rolebindings", "");
    expect(held()).toBeNull();
  }
  expect(state.notKept).toBe(0);
});

describe("the real log", () => {
  const folder = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));
  const at = "2026-11-22T12:40:00.000000Z";
  const later = (name: string, fields: Partial<AuditEvent>): AuditEvent =>
    change(1, "roles", {
      verb: "update",
      namespace: "team-a",
      name,
      sent: role(["create,delete", "rolebindings", rbacGroup], ["get", "secrets"]),
      fields: { ...fields, requestReceivedTimestamp: at, stageTimestamp: at },
    });

  async function rows(...more: readonly AuditEvent[]): Promise<RbacRow[]> {
    const bytes = Buffer.from(more.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const reading = plainReading([...logFiles(folder), { file: "later.log", bytes, instance: "cp-1" }]);
    const period = { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z", label: "22 November 2026" };
    const evidence = await buildEvidence(reading, builtOptions({ period, registers: ["rbac"] }));
    const found: RbacRow[] = [];
    for await (const row of evidence.rows("rbac")) found.push(row);
    return found;
  }

  test("whoever was bound by an administrator in it, and widens the role after it, is found", async () => {
    // The log's own list of what was done: "bind rb-creator to dave", "dave binds clusterrole admin to himself".
    const all = await rows(later("rb-creator", { user: human("dave") }));
    expect(all.at(-1)).toMatchObject({ actor: "dave", selfGrant: "true" });
    expect(all.at(-1)?.grants).toMatch(/Secrets.*; its maker holds it by RoleBinding rb-creator in namespace team-a$/);
    const others = all.slice(0, -1).filter(({ actorKind, selfGrant }) => actorKind === "human" && selfGrant === "true");
    expect(others.map(({ actor, name }) => [actor, name])).toEqual([
      ["bob", "bob-admin"],
      ["dave", "dave-admin"],
    ]);
  });

  test("of a role that was seen to be bound to others only, it stays unknown for whoever is not among them", async () => {
    const all = await rows(later("rb-creator", { user: human("alice") }));
    expect(all.at(-1)).toMatchObject({ actor: "alice", selfGrant: "unknown" });
    expect(all.at(-1)?.grants).not.toContain("its maker");
  });
});
