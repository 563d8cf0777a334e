import type { Level, Stage } from "@kaudit/schema";

import type { PolicyRuleInput } from "../policy.js";
import { actorKinds } from "./actor-kinds.js";
import type { ActorKind } from "./actor-kinds.js";

/** The classes of evidence, by the names of kaudit's registers and two more that have none: workloads, certificates. */
export const evidenceClassNames = [
  "secrets",
  "rbac",
  "sessions",
  "authentication",
  "authorization",
  "credentials",
  "certificates",
  "impersonation",
  "deletions",
  "configuration",
  "workloads",
] as const;

/** A class of evidence. */
export type EvidenceClassName = (typeof evidenceClassNames)[number];

/** Requests that an auditor asks for, and what a policy has to record of them. */
export interface EvidenceRequest {
  readonly id: string;
  readonly evidenceClass: EvidenceClassName;
  readonly title: string;
  /** The requests, as a rule of a policy would select them. */
  readonly select: Pick<PolicyRuleInput, "verbs" | "resources" | "namespaces" | "nonResourceURLs">;
  /** Below this level the evidence does not exist. */
  readonly minLevel: Level;
  /** Above this level the log holds secret values. */
  readonly maxLevel: Level | null;
  /** The level that also tells what was changed. */
  readonly recommendedLevel: Level;
  /** The outcome shows at any of these stages. */
  readonly stages: readonly Stage[];
  readonly actors: readonly ActorKind[];
}

const changes = ["create", "update", "patch", "delete", "deletecollection"];
const completed: readonly Stage[] = ["ResponseComplete"];
/** Watches, sessions and other long-running requests also tell their outcome when they begin. */
const started: readonly Stage[] = ["ResponseStarted", "ResponseComplete"];
const clients = actorKinds.filter((kind) => kind !== "unauthenticated");

interface Extra {
  readonly maxLevel?: Level;
  readonly recommendedLevel?: Level;
  readonly stages?: readonly Stage[];
  readonly actors?: readonly ActorKind[];
  readonly group?: string;
}

function on(
  id: string,
  title: string,
  verbs: readonly string[],
  resources: readonly string[],
  { group = "", maxLevel, recommendedLevel = "Metadata", stages = completed, actors = clients }: Extra = {},
): EvidenceRequest {
  const evidenceClass = id.slice(0, id.indexOf("/")) as EvidenceClassName;
  const select = { verbs, resources: [{ group, resources }] };
  return {
    id,
    evidenceClass,
    title,
    select,
    minLevel: "Metadata",
    maxLevel: maxLevel ?? null,
    recommendedLevel,
    stages,
    actors,
  };
}

const rbacGroup = { group: "rbac.authorization.k8s.io", recommendedLevel: "RequestResponse" } as const;
const request = { recommendedLevel: "Request" } as const;

/**
 * What an audit policy is measured against: the requests that evidence is made of, with the least level, the level
 * above which secret values get into the log, and the stages that tell the outcome.
 *
 * Sources: CIS Kubernetes Benchmark 3.2.2 (secrets, configmaps and token reviews at Metadata, changes of pods and
 * deployments, use of exec, port-forward and proxies); the queries of kaudit's control catalogue for the rest.
 */
export const evidenceRequests: readonly EvidenceRequest[] = [
  on("secrets/read", "reading secrets", ["get", "list"], ["secrets"], { maxLevel: "Metadata" }),
  on("secrets/watch", "watching secrets", ["watch"], ["secrets"], { maxLevel: "Metadata", stages: started }),
  on("secrets/change", "changing secrets", changes, ["secrets"], { maxLevel: "Metadata" }),
  on("configuration/configmaps", "changing config maps", changes, ["configmaps"], { maxLevel: "Metadata" }),
  on("rbac/roles", "changing roles", changes, ["roles", "clusterroles"], rbacGroup),
  on("rbac/bindings", "changing role bindings", changes, ["rolebindings", "clusterrolebindings"], rbacGroup),
  on("sessions/exec", "exec in pods", ["get", "create"], ["pods/exec"], { stages: started }),
  on("sessions/attach", "attaching to pods", ["get", "create"], ["pods/attach"], { stages: started }),
  on("sessions/portforward", "port-forwarding to pods", ["get", "create"], ["pods/portforward"], { stages: started }),
  on(
    "sessions/proxy",
    "proxying to pods, services and nodes",
    ["get", "create", "update", "patch", "delete"],
    ["pods/proxy", "services/proxy", "nodes/proxy"],
    { stages: started },
  ),
  on("sessions/ephemeral", "adding ephemeral containers", ["update", "patch"], ["pods/ephemeralcontainers"], request),
  {
    id: "authentication/failed",
    evidenceClass: "authentication",
    title: "failed logins (401)",
    select: { resources: [{ group: "*" }] },
    minLevel: "Metadata",
    maxLevel: null,
    recommendedLevel: "Metadata",
    // kube-apiserver writes one event for a 401, at this stage only.
    stages: ["ResponseStarted"],
    actors: ["unauthenticated"],
  },
  {
    id: "authorization/denied",
    evidenceClass: "authorization",
    title: "requests that can be denied (403)",
    select: { resources: [{ group: "*" }] },
    minLevel: "Metadata",
    maxLevel: null,
    recommendedLevel: "Metadata",
    stages: completed,
    actors: clients,
  },
  {
    id: "impersonation/any",
    evidenceClass: "impersonation",
    title: "requests that can impersonate",
    select: { resources: [{ group: "*" }] },
    minLevel: "Metadata",
    maxLevel: null,
    recommendedLevel: "Metadata",
    stages: completed,
    actors: ["human", "serviceaccount-kube-system", "serviceaccount"],
  },
  on("credentials/token-request", "minting service account tokens", ["create"], ["serviceaccounts/token"], {
    maxLevel: "Request",
  }),
  on("credentials/token-review", "reviewing tokens", ["create"], ["tokenreviews"], {
    group: "authentication.k8s.io",
    maxLevel: "Metadata",
  }),
  on("credentials/serviceaccounts", "changing service accounts", changes, ["serviceaccounts"], request),
  on("certificates/request", "requesting certificates", ["create", "delete"], ["certificatesigningrequests"], {
    group: "certificates.k8s.io",
    recommendedLevel: "Request",
  }),
  on(
    "certificates/approve",
    "approving and signing certificates",
    ["update", "patch"],
    ["certificatesigningrequests/approval", "certificatesigningrequests/status"],
    { group: "certificates.k8s.io", recommendedLevel: "Request" },
  ),
  {
    id: "deletions/any",
    evidenceClass: "deletions",
    title: "deleting anything",
    select: { verbs: ["delete", "deletecollection"], resources: [{ group: "*" }] },
    minLevel: "Metadata",
    maxLevel: null,
    recommendedLevel: "Metadata",
    stages: completed,
    actors: clients,
  },
  on("deletions/events", "deleting events, which hides traces", ["delete", "deletecollection"], ["events"]),
  on("deletions/leases", "deleting leases, which stops controllers", ["delete", "deletecollection"], ["leases"], {
    group: "coordination.k8s.io",
  }),
  on("configuration/namespaces", "changing namespaces", changes, ["namespaces"], request),
  on("configuration/nodes", "changing nodes", changes, ["nodes"], request),
  on("configuration/volumes", "changing persistent volumes", changes, ["persistentvolumes"], request),
  on(
    "configuration/admission",
    "changing admission webhooks and policies",
    changes,
    [
      "mutatingwebhookconfigurations",
      "validatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
    ],
    { group: "admissionregistration.k8s.io", recommendedLevel: "RequestResponse" },
  ),
  on("configuration/crds", "changing custom resource definitions", changes, ["customresourcedefinitions"], {
    group: "apiextensions.k8s.io",
    recommendedLevel: "Request",
  }),
  on("configuration/apiservices", "changing API services", changes, ["apiservices"], {
    group: "apiregistration.k8s.io",
    recommendedLevel: "Request",
  }),
  on("configuration/networkpolicies", "changing network policies", changes, ["networkpolicies"], {
    group: "networking.k8s.io",
    recommendedLevel: "Request",
  }),
  on(
    "configuration/flowcontrol",
    "changing API priority and fairness",
    changes,
    ["flowschemas", "prioritylevelconfigurations"],
    { group: "flowcontrol.apiserver.k8s.io", recommendedLevel: "Request" },
  ),
  on("workloads/pods", "changing pods", changes, ["pods"], request),
  on(
    "workloads/apps",
    "changing deployments and their like",
    changes,
    ["deployments", "daemonsets", "statefulsets", "replicasets"],
    {
      group: "apps",
      recommendedLevel: "Request",
    },
  ),
  on("workloads/batch", "changing jobs", changes, ["jobs", "cronjobs"], {
    group: "batch",
    recommendedLevel: "Request",
  }),
];
