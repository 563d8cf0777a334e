import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, instant, roleBindingCreate } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { binding, change, rbacGroup as group, role } from "./support/access-change.js";
import type { ChangeOptions } from "./support/access-change.js";
import { gathered, register } from "./support/gathered.js";

const identityMap = (n: number, verb: string, mapRoles: string, fields: Partial<AuditEvent> = {}): AuditEvent =>
  auditEvent({
    level: "Request",
    auditID: auditID(n),
    verb,
    requestURI: `/api/v1/namespaces/kube-system/configmaps${verb === "create" ? "" : "/aws-auth"}`,
    objectRef: { resource: "configmaps", namespace: "kube-system", name: "aws-auth", apiVersion: "v1" },
    requestReceivedTimestamp: instant(n),
    requestObject: { kind: "ConfigMap", data: { mapRoles, other: "S3cret" } },
    ...fields,
  });

const approval = (spec: unknown, conditions: unknown, fields: Partial<AuditEvent> = {}): AuditEvent =>
  auditEvent({
    level: "RequestResponse",
    verb: "update",
    requestURI: "/apis/certificates.k8s.io/v1/certificatesigningrequests/c/approval",
    objectRef: {
      resource: "certificatesigningrequests",
      apiGroup: "certificates.k8s.io",
      name: "c",
      subresource: "approval",
    },
    requestObject: { kind: "CertificateSigningRequest", spec, status: { conditions } },
    ...fields,
  });

describe("the register rbac", () => {
  test("holds changes of the four kinds, and nothing that only reads", async () => {
    const kinds = ["roles", "clusterroles", "rolebindings", "clusterrolebindings"];
    const changes = ["create", "update", "patch", "delete", "deletecollection"];
    const all = kinds.flatMap((kind, k) =>
      [...changes, "get", "list", "watch"].map((verb, v) => change(k * 10 + v + 1, kind, { verb })),
    );
    const rows = await register("rbac", all);
    expect(rows.map((row) => [row.resource, row.change])).toEqual(
      kinds.flatMap((kind) => changes.map((verb) => [kind, verb])),
    );
  });

  test.each([
    ["reads of Secrets", [["get", "secrets"]], "read Secrets", "true"],
    ["changes of Secrets", [["create,delete", "secrets"]], "change Secrets", "true"],
    ["one named Secret", [["get", "secrets", "", "tls"]], "read Secrets named tls", "true"],
    ["everything", [["*", "*", "*"]], "do everything with every resource", "true"],
    ["any verb", [["*", "configmaps"]], "do anything with some resources (verb *)", "true"],
    [
      "any resource",
      [["get", "*"]],
      "reach every kind of resource (resource * or group *), read Secrets, open sessions in pods (exec, attach, debug containers) and reach the kubelet through nodes/proxy",
      "true",
    ],
    ["exec", [["create", "pods/exec"]], "open sessions in pods (exec, attach, debug containers)", "true"],
    [
      "exec by wildcard subresource",
      [["create", "*/exec"]],
      "open sessions in pods (exec, attach, debug containers)",
      "true",
    ],
    [
      "debug containers",
      [["patch", "pods/ephemeralcontainers"]],
      "open sessions in pods (exec, attach, debug containers)",
      "true",
    ],
    ["nodes/proxy", [["get", "nodes/proxy"]], "reach the kubelet through nodes/proxy", "true"],
    ["tokens", [["create", "serviceaccounts/token"]], "mint tokens of service accounts", "true"],
    [
      "approvals",
      [["update", "certificatesigningrequests/approval", "certificates.k8s.io"]],
      "approve or sign certificate requests",
      "true",
    ],
    ["impersonation", [["impersonate", "users"]], "act as other users", "true"],
    [
      "constrained impersonation",
      [["impersonate:user-info", "users", "authentication.k8s.io"]],
      "act as other users",
      "true",
    ],
    ["escalate", [["escalate", "clusterroles", group]], "give roles rights it does not hold (escalate)", "true"],
    ["bind", [["bind", "clusterroles", group, "admin"]], "bind roles it does not hold (bind) named admin", "true"],
    ["writing bindings", [["create", "rolebindings", group]], "change roles and bindings", "true"],
    [
      "admission webhooks",
      [["patch", "mutatingwebhookconfigurations", "admissionregistration.k8s.io"]],
      "change admission webhooks and policies",
      "true",
    ],
    ["reading pods", [["get,list,watch", "pods,services"]], "get, list and watch pods and services", "false"],
    ["reading roles", [["get", "roles", group]], `get roles of ${group}`, "false"],
    ["pods, not their exec", [["create", "pods"]], "create pods", "false"],
    ["secrets of another group", [["get", "secrets", "example.com"]], "get secrets of example.com", "false"],
    ["nothing", [], "", "false"],
  ] as const)("a new role for %s", async (_name, rules, words, raisesPrivilege) => {
    const [row] = await register("rbac", [change(1, "roles", { name: "r", sent: role(...rules) })]);
    expect(row).toMatchObject({
      raisesPrivilege,
      before: "",
      grants: words === "" ? "" : `lets holders of Role r in namespace a ${words}`,
    });
  });

  test.each([
    [
      "cluster-admin",
      "clusterrolebindings",
      binding("ClusterRole", "cluster-admin", ["User", "alice"]),
      "lets user alice do everything (ClusterRole cluster-admin) in every namespace",
      "true",
    ],
    [
      "admin in a namespace",
      "rolebindings",
      binding("ClusterRole", "admin", ["Group", "devs"]),
      "lets group devs read and change almost everything, Secrets and roles included (ClusterRole admin) in namespace a",
      "true",
    ],
    [
      "view",
      "rolebindings",
      binding("ClusterRole", "view", ["ServiceAccount", "ci", "build"]),
      "lets service account ci of namespace build read most objects, Secrets not included (ClusterRole view) in namespace a",
      "false",
    ],
    [
      "view for everybody",
      "clusterrolebindings",
      binding("ClusterRole", "view", ["Group", "system:unauthenticated"]),
      "lets group system:unauthenticated read most objects, Secrets not included (ClusterRole view) in every namespace",
      "true",
    ],
    [
      "a role that the log has not shown",
      "rolebindings",
      binding("Role", "odd", ["User", "alice"]),
      "lets user alice do what Role odd allows in namespace a",
      "unknown",
    ],
    ["nobody", "rolebindings", binding("ClusterRole", "admin"), "", "false"],
  ] as const)("a new binding to %s", async (_name, resource, sent, grants, raisesPrivilege) => {
    expect(await register("rbac", [change(1, resource, { sent })])).toMatchObject([{ grants, raisesPrivilege }]);
  });

  test("a binding is described by what the log has shown of its role", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { name: "reader", sent: role(["get", "secrets"]) }),
      change(2, "rolebindings", { sent: binding("Role", "reader", ["Group", "developers"]) }),
    ]);
    expect(rows[1]).toMatchObject({
      grants: "lets group developers read Secrets (Role reader) in namespace a",
      raisesPrivilege: "true",
    });
  });

  test("names that are no plain words are quoted, so that none passes for a part of the sentence", async () => {
    const sent = binding("ClusterRole", "view", ["User", "bob in namespace a. Nothing to see"], ["User", "<script>\n"]);
    const [row] = await register("rbac", [change(1, "rolebindings", { sent })]);
    expect(row?.grants).toContain(
      'lets user "bob in namespace a. Nothing to see" and user "<script>\\n" read most objects',
    );
  });

  test("an update counts only what it adds", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "secrets"], ["get", "pods"]) }),
      change(2, "roles", { verb: "update", sent: role(["get", "secrets"], ["get,list", "pods"]) }),
      change(3, "roles", { verb: "update", sent: role(["get,list", "secrets"]) }),
      change(4, "roles", { verb: "update", sent: role(["get", "secrets"]) }),
      change(5, "roles", { verb: "update", sent: role(["*", "secrets"]) }),
    ]);
    expect(rows.map(({ raisesPrivilege }) => raisesPrivilege)).toEqual(["true", "false", "true", "false", "true"]);
    expect(rows[1]?.grants).toBe("lets holders of Role x in namespace a get and list pods");
    expect(JSON.parse(rows[1]?.before ?? "")).toEqual({
      rules: [
        { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
      ],
    });
  });

  test("an update without known content before is not guessed", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { verb: "update", name: "one", sent: role(["get", "secrets"]) }),
      change(2, "roles", { verb: "update", name: "two", sent: role(["get", "pods"]) }),
    ]);
    expect(rows.map(({ before, raisesPrivilege }) => [before, raisesPrivilege])).toEqual([
      ["", "unknown"],
      ["", "false"],
    ]);
  });

  test("where only Metadata was recorded, content, words and effect stay empty and unknown", async () => {
    const metadata = { fields: { level: "Metadata" } };
    const rows = await register("rbac", [
      change(1, "roles", { ...metadata }),
      change(2, "roles", { verb: "update", ...metadata }),
      change(3, "roles", { verb: "patch", ...metadata }),
    ]);
    for (const row of rows)
      expect(row).toMatchObject({ before: "", after: "", grants: "", raisesPrivilege: "unknown" });
  });

  test("a change recorded without content makes the content before the next one unknown", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "pods"]) }),
      change(2, "roles", { verb: "update", fields: { level: "Metadata" } }),
      change(3, "roles", { verb: "update", sent: role(["get", "secrets"]) }),
    ]);
    expect(rows.map(({ before }) => before !== "")).toEqual([false, true, false]);
    expect(rows[2]?.raisesPrivilege).toBe("unknown");
  });

  test.each([
    ["refused", 403, {}],
    ["failed", 409, {}],
    ["a dry run", 200, { requestURI: `/apis/${group}/v1/namespaces/a/roles/x?dryRun=All` }],
  ])("a change that was %s shows what it would have made, and leaves the state alone", async (_name, code, fields) => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "pods"]) }),
      change(2, "roles", { verb: "update", code, sent: role(["*", "*", "*"]), fields }),
      change(3, "roles", { verb: "delete" }),
    ]);
    expect(rows[1]).toMatchObject({
      raisesPrivilege: "true",
      grants: "lets holders of Role x in namespace a do everything with every resource",
    });
    expect(JSON.parse(rows[2]?.before ?? "")).toEqual({
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    });
  });

  test("a delete takes away: nothing is given, and a later create begins anew", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "secrets"]) }),
      change(2, "roles", { verb: "delete", answered: { kind: "Status", status: "Success" } }),
      change(3, "roles", { verb: "update", code: 201, sent: role(["get", "secrets"]) }),
    ]);
    expect(rows.map(({ grants, raisesPrivilege }) => [grants !== "", raisesPrivilege])).toEqual([
      [true, "true"],
      [false, "false"],
      [true, "true"],
    ]);
  });

  test("a delete that may have been a dry run leaves it open what is there", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "secrets"]) }),
      change(2, "roles", { verb: "delete", fields: { level: "Metadata" } }),
      change(3, "roles", { verb: "update", sent: role(["get", "secrets"]) }),
    ]);
    expect(rows[1]?.before).not.toBe("");
    expect(rows[2]).toMatchObject({ before: "", raisesPrivilege: "unknown" });
  });

  test("deletecollection forgets the roles of its namespace only", async () => {
    const rows = await register("rbac", [
      change(1, "roles", { sent: role(["get", "pods"]) }),
      change(2, "roles", { namespace: "b", sent: role(["get", "pods"]) }),
      change(3, "roles", { verb: "deletecollection" }),
      change(4, "roles", { verb: "delete" }),
      change(5, "roles", { verb: "delete", namespace: "b" }),
    ]);
    expect(rows.map(({ before }) => before !== "")).toEqual([false, false, false, false, true]);
  });

  describe("patches", () => {
    const start = change(1, "rolebindings", { sent: binding("ClusterRole", "view", ["User", "alice"]) });
    const patched = async (patch: unknown, options: ChangeOptions = {}) => {
      const rows = await register("rbac", [
        start,
        change(2, "rolebindings", { verb: "patch", sent: patch, ...options }),
      ]);
      return rows[1];
    };
    const bob = { kind: "User", name: "bob" };

    test("a JSON Patch is applied to what was known", async () => {
      const row = await patched([
        { op: "test", path: "/metadata/name", value: "x" },
        { op: "add", path: "/subjects/-", value: bob },
        { op: "add", path: "/metadata/labels/a", value: "b" },
      ]);
      expect(row?.grants).toBe(
        "lets user bob read most objects, Secrets not included (ClusterRole view) in namespace a",
      );
      expect(JSON.parse(row?.after ?? "")).toMatchObject({ subjects: [{ name: "alice" }, { name: "bob" }] });
    });

    test("operations replace, remove, move and copy too", async () => {
      const row = await patched([
        { op: "add", path: "/subjects/0", value: bob },
        { op: "copy", from: "/subjects/1", path: "/subjects/-" },
        { op: "move", from: "/subjects/0", path: "/subjects/2" },
        { op: "remove", path: "/subjects/0" },
        { op: "replace", path: "/subjects/0/name", value: "carol" },
      ]);
      expect(JSON.parse(row?.after ?? "")).toMatchObject({ subjects: [{ name: "carol" }, { name: "bob" }] });
    });

    test.each([
      ["an index beyond the end", [{ op: "add", path: "/subjects/9", value: bob }]],
      ["a missing path", [{ op: "remove", path: "/subjects/5" }]],
      ["the prototype", [{ op: "add", path: "/subjects/__proto__", value: bob }]],
      ["an unknown operation", [{ op: "splice", path: "/subjects/0" }]],
    ])("a JSON Patch with %s leaves the content after it unknown", async (_name, patch) => {
      expect(await patched(patch)).toMatchObject({ after: "", raisesPrivilege: "unknown" });
    });

    test("a patch of labels alone gives nothing", async () => {
      expect(await patched([{ op: "add", path: "/metadata/labels/a", value: "b" }])).toMatchObject({
        grants: "",
        raisesPrivilege: "false",
      });
      expect(await patched({ metadata: { labels: { a: "b" } } })).toMatchObject({
        grants: "",
        raisesPrivilege: "false",
      });
    });

    test("a merge patch replaces the lists that it names", async () => {
      expect(JSON.parse((await patched({ subjects: [bob] }))?.after ?? "")).toMatchObject({
        subjects: [{ name: "bob" }],
        roleRef: { name: "view" },
      });
    });

    test("an apply that leaves out a field another may own is not guessed", async () => {
      const apply = { apiVersion: `${group}/v1`, kind: "RoleBinding", metadata: { name: "x" }, subjects: [bob] };
      expect(await patched(apply)).toMatchObject({ after: "", raisesPrivilege: "unknown" });
    });

    test("the answer, where it was recorded, is better than the patch", async () => {
      const apply = { apiVersion: `${group}/v1`, kind: "RoleBinding", metadata: { name: "x" }, subjects: [bob] };
      const row = await patched(apply, {
        answered: binding("ClusterRole", "view", ["User", "alice"], ["User", "bob"]),
      });
      expect(JSON.parse(row?.after ?? "")).toMatchObject({ subjects: [{ name: "alice" }, { name: "bob" }] });
    });

    test("server-side apply that makes a new object (201) begins with nothing", async () => {
      const apply = { ...binding("ClusterRole", "edit", ["User", "bob"]) };
      const [row] = await register("rbac", [change(1, "rolebindings", { verb: "patch", code: 201, sent: apply })]);
      expect(row).toMatchObject({ before: "", raisesPrivilege: "true" });
      expect(row?.grants).toContain("lets user bob read and change most objects");
    });

    test("without known content, a patch tells what it sets, not what that changes", async () => {
      const [row] = await register("rbac", [change(1, "rolebindings", { verb: "patch", sent: { subjects: [bob] } })]);
      expect(row).toMatchObject({
        before: "",
        after: JSON.stringify({ subjects: [bob] }),
        raisesPrivilege: "unknown",
      });
      expect(row?.grants).toMatch(/^binds user bob in (?:every )?namespace/);
    });

    test("without known content, a JSON Patch tells nothing", async () => {
      const sent = [{ op: "add", path: "/subjects/-", value: bob }];
      const [row] = await register("rbac", [change(1, "rolebindings", { verb: "patch", sent })]);
      expect(row).toMatchObject({
        before: "",
        after: "",
        grants: "",
        raisesPrivilege: "unknown",
        selfGrant: "unknown",
      });
    });
  });

  test("a ClusterRole that collects others is unknown until its rules are filled in", async () => {
    const selector = { clusterRoleSelectors: [{ matchLabels: { "acme/agg": "true" } }] };
    const rows = await register("rbac", [
      change(1, "clusterroles", { name: "agg", sent: { aggregationRule: selector, rules: null } }),
      change(2, "clusterrolebindings", { sent: binding("ClusterRole", "agg", ["User", "alice"]) }),
      change(3, "clusterroles", { name: "agg", verb: "patch", sent: { rules: role(["get", "secrets"])["rules"] } }),
      change(4, "clusterrolebindings", { name: "y", sent: binding("ClusterRole", "agg", ["User", "bob"]) }),
    ]);
    expect(rows.map(({ raisesPrivilege }) => raisesPrivilege)).toEqual(["unknown", "unknown", "true", "true"]);
    expect(rows[3]?.grants).toBe("lets user bob read Secrets (ClusterRole agg) in every namespace");
  });

  test("of bodies only access rights are kept: no labels, annotations or other fields", async () => {
    const sent = {
      ...role(["get", "pods"]),
      metadata: { name: "x", annotations: { note: "S3cret" } },
      extra: "S3cret",
    };
    const patch = [{ op: "add", path: "/rules/0", value: { verbs: ["get"], note: "S3cret" } }];
    const rows = await register("rbac", [
      change(1, "roles", { sent }),
      change(2, "roles", { verb: "patch", sent: patch }),
    ]);
    expect(JSON.stringify(rows)).not.toContain("S3cret");
    expect(JSON.parse(rows[1]?.after ?? "")).toEqual({
      rules: [{ verbs: ["get"] }, { apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    });
  });

  test.each([
    [null],
    [7],
    ["text"],
    [[]],
    [{ rules: 5, subjects: "x", roleRef: [] }],
    [{ rules: [null, 3, { verbs: "get" }] }],
    [{ subjects: [{ kind: 3 }] }],
  ])("the odd body %j breaks nothing", async (sent) => {
    for (const kind of ["roles", "rolebindings"]) {
      for (const verb of ["create", "update", "patch"]) {
        expect(await register("rbac", [change(1, kind, { verb, sent, answered: sent })])).toHaveLength(1);
      }
    }
  });

  test("a role of a thousand rules is told by its numbers", async () => {
    const many = Array.from({ length: 1000 }, (_, n) => ["get", `kind${n}`, "example.com"] as const);
    const [row] = await register("rbac", [change(1, "roles", { sent: role(...many) })]);
    expect(JSON.parse(row?.after ?? "")).toMatchObject({
      rules: 1000,
      tooLong: expect.stringMatching(/^\d+ characters$/),
    });
    expect(row?.grants).toMatch(/ and 992 more$/);
  });

  test("the aws-auth map is a change of access", async () => {
    const node = "- rolearn: arn:aws:iam::1:role/node\n  groups: [system:nodes]\n";
    const admin = "- rolearn: arn:aws:iam::1:role/ops\n  groups: [system:masters]\n";
    const rows = await register("rbac", [
      identityMap(1, "create", node, { responseStatus: { metadata: {}, code: 201 } }),
      identityMap(2, "patch", `${node}${admin}`),
      identityMap(3, "update", `${node}${admin}`),
      identityMap(4, "get", ""),
      identityMap(5, "update", "", {
        requestURI: "/api/v1/namespaces/team-a/configmaps/aws-auth",
        objectRef: { resource: "configmaps", namespace: "team-a", name: "aws-auth" },
      }),
    ]);
    expect(rows.map((row) => [row.change, row.raisesPrivilege])).toEqual([
      ["create", "false"],
      ["patch", "true"],
      ["update", "false"],
    ]);
    expect(rows[1]?.grants).toBe(
      "changes which AWS identities are which users and groups of the cluster; system:masters is among the groups",
    );
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });

  test("an IAM identity mapping is one too", async () => {
    const sent = {
      kind: "IAMIdentityMapping",
      spec: { arn: "arn:aws:iam::1:user/x", username: "x", groups: ["system:masters"] },
    };
    const event = auditEvent({
      level: "Request",
      verb: "create",
      requestURI: "/apis/iamauthenticator.k8s.aws/v1alpha1/iamidentitymappings",
      objectRef: { resource: "iamidentitymappings", apiGroup: "iamauthenticator.k8s.aws", name: "x" },
      responseStatus: { metadata: {}, code: 201 },
      requestObject: sent,
    });
    expect(await register("rbac", [event])).toMatchObject([
      {
        raisesPrivilege: "true",
        grants: "makes arn:aws:iam::1:user/x the user x in group system:masters; system:masters is among the groups",
      },
    ]);
  });

  describe("approvals of certificate requests", () => {
    // openssl req -new -key … -subj "/O=system:masters/O=ops/CN=bob", with a key that was thrown away.
    const masters =
      "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIdk1JR1hBZ0VBTURVeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVF3d0NnWURWUVFLREFOdgpjSE14RERBS0JnTlZCQU1NQTJKdllqQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJLdFJLUExHCjNCRUVUSDkrSTRUU2kvV1RNUUdnK3FuY2tha3ozZTBEZEZ6Q0ZkTTRXcndlallmd1duVHRSeUwvb3ZvOXEvdTYKT0c2ME5NSklDOUlzTVd5Z0FEQUtCZ2dxaGtqT1BRUURBZ05IQURCRUFpQXR3aVpoRDAzOGpQZmxkSXN4THQxVApOOE9Id3RHQ2cvYmNYM0c5a1lQQUN3SWdFdnBUdnVPRDNHaG03V0VraG9EYXB6UHQ2YUh4NmZyN3l3eTlHblBiCmxFdz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";
    const client = "kubernetes.io/kube-apiserver-client";

    test("name user, groups and signer, and raise privilege for system:masters", async () => {
      const [row] = await register("rbac", [
        approval({ request: masters, signerName: client, username: "bob" }, [{ type: "Approved" }]),
      ]);
      expect(row).toMatchObject({
        change: "approve",
        raisesPrivilege: "true",
        grants: `approves a certificate for bob in group system:masters and ops by signer ${client}`,
      });
      expect(JSON.parse(row?.after ?? "")).toEqual({
        certificate: {
          commonName: "bob",
          organizations: ["system:masters", "ops"],
          signerName: client,
          requester: "bob",
          conditions: ["Approved"],
        },
      });
    });

    test.each([
      ["a denial gives nothing", { signerName: client }, [{ type: "Denied" }], "false"],
      ["a client certificate is a new credential", { signerName: client }, [{ type: "Approved" }], "true"],
      [
        "a kubelet's own certificate is routine",
        { signerName: "kubernetes.io/kubelet-serving" },
        [{ type: "Approved" }],
        "false",
      ],
      ["without a signer nothing is known", {}, [{ type: "Approved" }], "unknown"],
    ])("%s", async (_name, spec, conditions, raisesPrivilege) => {
      expect(await register("rbac", [approval(spec, conditions)])).toMatchObject([{ raisesPrivilege }]);
    });

    test("at level Metadata nothing is known", async () => {
      const bare = approval({}, [], { level: "Metadata", requestObject: null });
      expect(await register("rbac", [bare])).toMatchObject([
        { change: "approve", grants: "", raisesPrivilege: "unknown" },
      ]);
    });
  });

  test("the summary counts attempts apart from what took effect", async () => {
    const { bundle } = await gathered([
      ...roleBindingCreate({ n: 1 }),
      change(2, "clusterroles", { code: 403, sent: role(["*", "*", "*"]) }),
      change(3, "roles", { fields: { level: "Metadata" } }),
      change(4, "roles", { verb: "delete", name: "other" }),
    ]);
    expect(bundle.registers.find(({ name }) => name === "rbac")?.summary.own).toEqual({
      raisesPrivilege: 2,
      selfGrants: 0,
      raisesPrivilegeUnknown: 1,
      raisedPrivilege: 1,
      raisedPrivilegeByPeople: 1,
      raisedPrivilegeUnknown: 1,
      tookEffect: 3,
    });
  });
});
