import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, instant } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { register } from "./support/gathered.js";

const groups: Readonly<Record<string, string>> = {
  validatingwebhookconfigurations: "admissionregistration.k8s.io",
  validatingadmissionpolicybindings: "admissionregistration.k8s.io",
  networkpolicies: "networking.k8s.io",
  apiservices: "apiregistration.k8s.io",
  daemonsets: "apps",
};

/** A change of one object; `object` is what came back. */
function change(
  n: number,
  verb: string,
  resource: string,
  object: unknown = null,
  { sent = null, ...fields }: Partial<AuditEvent> & { readonly sent?: unknown } = {},
): AuditEvent {
  const recorded = object !== null || sent !== null;
  return auditEvent({
    verb,
    auditID: auditID(n),
    level: recorded ? "RequestResponse" : "Metadata",
    user: { username: "bob", groups: ["system:authenticated"] },
    requestURI: `/apis/x/${resource}/x`,
    objectRef: {
      resource,
      apiGroup: groups[resource] ?? "",
      namespace: resource === "daemonsets" ? "logging" : "",
      name: "x",
    },
    requestObject: sent,
    responseObject: object,
    responseStatus: { code: verb === "create" ? 201 : 200 },
    requestReceivedTimestamp: instant(n),
    ...fields,
  });
}

const labelled = (labels: Record<string, string>): unknown => ({ kind: "Namespace", metadata: { name: "x", labels } });
const enforce = "pod-security.kubernetes.io/enforce";
const webhook = (failurePolicy: string, namespaceSelector: unknown = {}): unknown => ({
  webhooks: [
    { name: "check.acme", failurePolicy, namespaceSelector, clientConfig: { url: "https://hook.acme/?token=S3cret" } },
  ],
});

async function told(...events: AuditEvent[]): Promise<[string, string][]> {
  return (await register("configuration", events)).map(({ details, weakens }) => [details, weakens]);
}

describe("the register configuration", () => {
  test("an enforced Pod Security level that is taken away or lowered weakens", async () => {
    expect(
      await told(
        change(1, "create", "namespaces", labelled({ [enforce]: "restricted" })),
        change(2, "patch", "namespaces", labelled({ [enforce]: "baseline" })),
        change(3, "patch", "namespaces", labelled({})),
        change(4, "patch", "namespaces", labelled({ [enforce]: "restricted", team: "a" })),
      ),
    ).toEqual([
      ["with label pod-security.kubernetes.io/enforce: restricted", "false"],
      ["label pod-security.kubernetes.io/enforce from restricted to baseline", "true"],
      ["label pod-security.kubernetes.io/enforce taken away (was baseline)", "true"],
      ["label pod-security.kubernetes.io/enforce added: restricted; label team added: a", "false"],
    ]);
  });

  test("of a patch without an answer, what it sets and takes away is told", async () => {
    const sent = { metadata: { labels: { [enforce]: null, team: "a" } } };
    expect(await told(change(1, "patch", "namespaces", null, { sent }))).toEqual([
      ["label team set to a; label pod-security.kubernetes.io/enforce taken away", "true"],
    ]);
    const json = [{ op: "remove", path: "/metadata/labels/pod-security.kubernetes.io~1enforce" }];
    expect(await told(change(1, "patch", "namespaces", null, { sent: json }))).toEqual([
      ["JSON Patch: remove /metadata/labels/pod-security.kubernetes.io~1enforce", "true"],
    ]);
  });

  test("an admission webhook that is skipped when it fails, looks at less, or is gone weakens", async () => {
    expect(
      await told(
        change(1, "create", "validatingwebhookconfigurations", webhook("Fail")),
        change(2, "patch", "validatingwebhookconfigurations", webhook("Ignore")),
        change(3, "update", "validatingwebhookconfigurations", webhook("Fail", { matchLabels: { checked: "yes" } })),
        change(4, "delete", "validatingwebhookconfigurations"),
      ),
    ).toEqual([
      [
        "with webhook check.acme failurePolicy: Fail; webhook check.acme namespaceSelector: {}; webhook check.acme target: hook.acme",
        "false",
      ],
      ["webhook check.acme failurePolicy from Fail to Ignore", "true"],
      [
        'webhook check.acme failurePolicy from Ignore to Fail; webhook check.acme namespaceSelector from {} to {"matchLabels":{"checked":"yes"}}',
        "true",
      ],
      ["takes away the validatingwebhookconfiguration", "true"],
    ]);
  });

  test.each([
    [
      "validatingadmissionpolicybindings",
      { spec: { validationActions: ["Deny"] } },
      { spec: { validationActions: ["Audit"] } },
      "true",
    ],
    [
      "validatingadmissionpolicybindings",
      { spec: { validationActions: ["Audit"] } },
      { spec: { validationActions: ["Deny"] } },
      "false",
    ],
    ["networkpolicies", { spec: { ingress: [{ from: [{}] }] } }, { spec: { ingress: [{}] } }, "true"],
    ["apiservices", { spec: {} }, { spec: { insecureSkipTLSVerify: true } }, "true"],
    ["nodes", { spec: {} }, { spec: { unschedulable: true } }, "false"],
  ])("a change of %s from %j to %j weakens: %s", async (resource, before, after, weakens) => {
    const rows = await told(change(1, "create", resource, before), change(2, "update", resource, after));
    expect(rows[1]?.[1]).toBe(weakens);
    expect(rows[1]?.[0]).not.toBe("");
  });

  test("without content it is not known whether a safeguard is weaker, and said so", async () => {
    expect(await told(change(1, "patch", "networkpolicies"))).toEqual([["", "unknown"]]);
    expect(await told(change(1, "patch", "nodes"))).toEqual([["", "false"]]);
    // That it is gone is known at every level.
    expect(await told(change(1, "delete", "networkpolicies"))).toEqual([["takes away the networkpolicy", "true"]]);
  });

  test("what collects logs belongs to it", async () => {
    const collector = (fields: Partial<AuditEvent>): AuditEvent =>
      change(1, "delete", "daemonsets", null, {
        objectRef: { resource: "daemonsets", apiGroup: "apps", namespace: "logging", name: "fluent-bit" },
        ...fields,
      });
    expect(await told(collector({}))).toEqual([["takes away the daemonset", "true"]]);
    expect(await told(change(1, "delete", "daemonsets"))).toEqual([]);
  });

  test("a refused change and a dry run are told, and leave what is known alone", async () => {
    expect(
      await told(
        change(1, "create", "namespaces", labelled({ [enforce]: "restricted" })),
        change(2, "update", "namespaces", null, { sent: labelled({}), responseStatus: { code: 403 } }),
        change(3, "update", "namespaces", labelled({}), { requestURI: "/api/v1/namespaces/x?dryRun=All" }),
        change(4, "patch", "namespaces", labelled({ [enforce]: "privileged" })),
      ),
    ).toEqual([
      ["with label pod-security.kubernetes.io/enforce: restricted", "false"],
      ["label pod-security.kubernetes.io/enforce taken away (was restricted)", "true"],
      ["label pod-security.kubernetes.io/enforce taken away (was restricted)", "true"],
      ["label pod-security.kubernetes.io/enforce from restricted to privileged", "true"],
    ]);
  });

  test("what was there before the period is known, and makes no row", async () => {
    const before = change(1, "create", "namespaces", labelled({ [enforce]: "restricted" }), {
      requestReceivedTimestamp: instant(-60),
    });
    expect(await told(before, change(2, "patch", "namespaces", labelled({})))).toEqual([
      ["label pod-security.kubernetes.io/enforce taken away (was restricted)", "true"],
    ]);
  });

  test("values of config maps and tokens in addresses are not kept", async () => {
    const config = { kind: "ConfigMap", data: { "policy.yaml": "S3cret" } };
    const rows = await register("configuration", [
      change(1, "create", "configmaps", config, {
        objectRef: { resource: "configmaps", namespace: "kube-system", name: "audit-policy" },
      }),
      change(2, "create", "validatingwebhookconfigurations", webhook("Fail")),
    ]);
    expect(rows[0]?.details).toBe("with key policy.yaml: present");
    expect(JSON.stringify(rows)).not.toContain("S3cret");
  });
});
