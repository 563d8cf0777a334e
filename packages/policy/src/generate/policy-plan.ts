import type { Level } from "@kaudit/schema";

import type { KubernetesVersion } from "../kubernetes-version.js";
import type { PolicyRule } from "../policy.js";

/** The frameworks that a policy can be generated for. */
export type PolicyFramework = "soc2" | "pci-dss" | "hipaa";

/**
 * How much is recorded. `balanced`: who did what, and the contents of security-relevant changes. `minimal-volume`: the
 * evidence and little else. `forensic`: the contents of every change.
 */
export type PolicyStyle = "balanced" | "minimal-volume" | "forensic";

/** What a generated rule is for, before it is written down. */
export interface PlannedRule {
  /** Why the rule is there, in one or two sentences. */
  readonly purpose: string;
  /** The requirements that it serves, by framework. */
  readonly serves: Readonly<Partial<Record<PolicyFramework, readonly string[]>>>;
  readonly rule: PolicyRule;
}

/** What the plan depends on. */
export interface PlanOptions {
  readonly style: PolicyStyle;
  readonly release: KubernetesVersion;
  readonly secretBodies: boolean;
}

const everyone = ["system:authenticated", "system:unauthenticated"];
const controllers = ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver"];
const systemAccounts = "system:serviceaccounts:kube-system";
const changes = ["create", "update", "patch", "delete", "deletecollection"];
const reads = ["get", "list", "watch"];

/**
 * The rules of a generated policy in order: evidence first, so that no rule of level None can hide any of it; then the
 * noise, for named users and groups only, so that failed logins (which have no user) are always recorded; then the
 * rest.
 */
export function planRules(options: PlanOptions): readonly PlannedRule[] {
  return [...evidenceRules(options), ...noiseRules(options), ...otherRules(options)];
}

/** Metadata, Request or RequestResponse, by style. */
function level(style: PolicyStyle, minimal: Level, balanced: Level, forensic: Level): Level {
  return { "minimal-volume": minimal, balanced, forensic }[style];
}

function evidenceRules({ style, secretBodies }: PlanOptions): readonly PlannedRule[] {
  const secretLevel: Level = secretBodies ? "Request" : "Metadata";
  return [
    {
      purpose: secretBodies
        ? "Who reads and changes secrets, config maps and tokens, WITH THE VALUES of changes: the audit log becomes as sensitive as the secrets in it."
        : "Who reads and changes secrets, config maps and tokens. Metadata and no more: a higher level writes the values into the log, in base64 for everyone who can read it.",
      serves: {
        soc2: ["CC6.1", "C1.1"],
        "pci-dss": ["10.2.1.1", "10.2.1.5", "3.6.1"],
        hipaa: ["164.312(b)", "164.312(a)(1)"],
      },
      rule: {
        level: secretLevel,
        resources: [{ group: "", resources: ["secrets", "configmaps"] }],
      },
    },
    {
      purpose:
        "Tokens asked for and reviewed: requests and responses hold the token itself, so never more than Metadata.",
      serves: { soc2: ["CC6.1"], "pci-dss": ["10.2.1.5"], hipaa: ["164.312(d)"] },
      rule: {
        level: "Metadata",
        resources: [
          { group: "", resources: ["serviceaccounts/token"] },
          { group: "authentication.k8s.io", resources: ["tokenreviews"] },
        ],
      },
    },
    {
      purpose:
        "Sessions: exec, attach, port-forward and proxies, whatever the verb (kubectl uses get over WebSocket). What flows through them is recorded at no level.",
      serves: {
        soc2: ["CC6.1", "CC7.2"],
        "pci-dss": ["10.2.1.2"],
        hipaa: ["164.312(b)", "164.308(a)(1)(ii)(D)"],
      },
      rule: {
        level: "Metadata",
        resources: [
          {
            group: "",
            resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"],
          },
        ],
      },
    },
    {
      purpose: "Changes of roles and bindings, with what they granted before and after.",
      serves: {
        soc2: ["CC6.2", "CC6.3"],
        "pci-dss": ["7.2.1", "10.2.1.5"],
        hipaa: ["164.308(a)(4)(ii)(C)"],
      },
      rule: {
        level: level(style, "Request", "RequestResponse", "RequestResponse"),
        verbs: changes,
        resources: [{ group: "rbac.authorization.k8s.io" }],
      },
    },
    {
      purpose: "Certificates asked for, approved and signed: each is a credential.",
      serves: { soc2: ["CC6.1", "CC6.2"], "pci-dss": ["8.2.4", "10.2.1.5"], hipaa: ["164.312(d)"] },
      rule: { level: "Request", verbs: changes, resources: [{ group: "certificates.k8s.io" }] },
    },
    {
      purpose:
        "Changes of the cluster itself: nodes, namespaces, volumes, service accounts, admission, APIs, network policies.",
      serves: {
        soc2: ["CC7.1", "CC8.1"],
        "pci-dss": ["10.2.1.7", "6.5.1"],
        hipaa: ["164.312(c)(1)"],
      },
      rule: {
        level: level(style, "Metadata", "Request", "RequestResponse"),
        verbs: changes,
        resources: [
          {
            group: "",
            resources: ["namespaces", "nodes", "persistentvolumes", "serviceaccounts", "pods/ephemeralcontainers"],
          },
          { group: "admissionregistration.k8s.io" },
          { group: "apiextensions.k8s.io" },
          { group: "apiregistration.k8s.io" },
          { group: "flowcontrol.apiserver.k8s.io" },
          { group: "networking.k8s.io" },
        ],
      },
    },
    {
      purpose: "Deletions of anything, events and leases included: they hide traces.",
      serves: { soc2: ["CC7.2"], "pci-dss": ["10.2.1.6", "10.2.1.7"], hipaa: ["164.312(c)(1)"] },
      rule: { level: "Metadata", verbs: ["delete", "deletecollection"] },
    },
  ];
}

/** Noise is nobody's evidence, and serves no requirement but that logs can be kept and read. */
function noiseRules({ style }: PlanOptions): readonly PlannedRule[] {
  const dropped: readonly PlannedRule[] = [
    noise("Health checks, versions and API discovery.", {
      userGroups: everyone,
      nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version", "/openapi*"],
    }),
    noise("Kubelets: leases, events, status and access reviews, every few seconds from every node.", {
      userGroups: ["system:nodes"],
      verbs: ["get", "create", "update", "patch"],
      resources: [
        { group: "coordination.k8s.io", resources: ["leases"] },
        { group: "", resources: ["events", "nodes/status", "pods/status"] },
        { group: "events.k8s.io", resources: ["events"] },
        { group: "authorization.k8s.io", resources: ["subjectaccessreviews"] },
      ],
    }),
    noise("The control plane: leases, endpoints, events and status, all the time.", {
      users: controllers,
      verbs: ["get", "list", "watch", "create", "update", "patch"],
      resources: [
        { group: "coordination.k8s.io", resources: ["leases"] },
        { group: "", resources: ["endpoints", "events"] },
        { group: "discovery.k8s.io", resources: ["endpointslices"] },
        { group: "events.k8s.io", resources: ["events"] },
      ],
    }),
    noise("The same by service accounts of kube-system.", {
      userGroups: [systemAccounts],
      verbs: ["get", "list", "watch", "create", "update", "patch"],
      resources: [
        { group: "coordination.k8s.io", resources: ["leases"] },
        { group: "", resources: ["endpoints", "events"] },
        { group: "discovery.k8s.io", resources: ["endpointslices"] },
        { group: "events.k8s.io", resources: ["events"] },
        { group: "apps", resources: ["*/status"] },
        { group: "batch", resources: ["*/status"] },
      ],
    }),
  ];
  if (style !== "minimal-volume") return dropped;
  return [
    ...dropped,
    noise("Reads by the machinery of the cluster itself; those of secrets and config maps are recorded above.", {
      userGroups: ["system:nodes", systemAccounts],
      verbs: reads,
    }),
    noise("The same by the control plane.", { users: controllers, verbs: reads }),
  ];
}

function noise(purpose: string, conditions: Omit<PolicyRule, "level">): PlannedRule {
  return { purpose, serves: {}, rule: { level: "None", ...conditions } };
}

function otherRules({ style }: PlanOptions): readonly PlannedRule[] {
  const workloads: PlannedRule = {
    purpose: "Changes of what runs in the cluster.",
    serves: { soc2: ["CC8.1", "CC6.8"], "pci-dss": ["6.5.1", "10.2.1.2"], hipaa: ["164.312(c)(1)"] },
    rule: {
      level: level(style, "Metadata", "Request", "RequestResponse"),
      verbs: ["create", "update", "patch"],
      resources: [
        { group: "", resources: ["pods", "replicationcontrollers", "services"] },
        { group: "apps" },
        { group: "batch" },
      ],
    },
  };
  const everythingElse: PlannedRule = {
    purpose:
      "Everything else, so that nothing disappears unnoticed: reads, denied requests (403), failed logins (401), anonymous and impersonating clients.",
    serves: {
      soc2: ["CC7.2", "CC7.3"],
      "pci-dss": ["10.2.1", "10.2.1.2", "10.2.1.4", "10.2.2"],
      hipaa: ["164.312(b)", "164.308(a)(5)(ii)(C)"],
    },
    rule: { level: "Metadata" },
  };
  if (style === "minimal-volume") return [everythingElse];
  if (style === "balanced") return [workloads, everythingElse];
  const allChanges: PlannedRule = {
    purpose: "The contents of every other change, custom resources included.",
    serves: { soc2: ["CC8.1"], "pci-dss": ["6.5.1"], hipaa: ["164.312(c)(1)"] },
    rule: { level: "Request", verbs: ["create", "update", "patch"] },
  };
  return [workloads, allChanges, everythingElse];
}
