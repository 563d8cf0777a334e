import type { ListKind } from "@kaudit/rules";

/** A list that exception rules name and a configuration can give. */
export interface ExceptionList {
  readonly kind: ListKind;
  readonly meaning: string;
  /** What it holds where the configuration gives none; undefined: it is then not there. */
  readonly default?: readonly string[];
}

/** The lists of the exception rules by name. A list that the configuration gives takes the place of its default. */
export const exceptionLists = {
  routineActors: {
    kind: "names",
    meaning: "parts of the cluster itself, whose own work is not flagged: the API server, controllers, the scheduler",
    default: [
      "system:apiserver",
      "system:kube-controller-manager",
      "system:kube-scheduler",
      "system:kube-proxy",
      "system:kube-addon-manager",
      "system:addon-manager",
      "system:cloud-controller-manager",
      "system:serviceaccount:kube-system:*-controller",
      "system:serviceaccount:kube-system:generic-garbage-collector",
      "system:serviceaccount:kube-system:certificate-controller",
      "system:serviceaccount:kube-system:root-ca-cert-publisher",
      "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
      "system:serviceaccount:kube-system:bootstrap-signer",
      "system:serviceaccount:kube-system:token-cleaner",
      "aksService",
      "eks:*",
    ],
  },
  automation: {
    kind: "names",
    meaning: "pipelines and operators that change things on purpose: CI, GitOps controllers, installers",
  },
  expectedSecretReaders: {
    kind: "entries",
    meaning: "which actor is expected to read which Secrets: actor, namespace, name",
  },
  adminRoles: {
    kind: "names",
    meaning: "roles that give everything, or as good as everything",
    default: ["cluster-admin", "system:masters"],
  },
  approvedRbacActors: {
    kind: "names",
    meaning: "actors that may change roles and bindings: the pipeline, an admin team",
  },
  changeWindows: { kind: "windows", meaning: "times at which changes of access are agreed" },
  approvedImpersonations: {
    kind: "entries",
    meaning: "who may act as whom: actor, impersonated",
  },
  breakGlass: { kind: "names", meaning: "users and groups for emergencies only" },
  genericNames: {
    kind: "names",
    meaning: "user names that no single person is behind",
    default: [
      "admin",
      "administrator",
      "cluster-admin",
      "clusterAdmin",
      "clusterUser",
      "default",
      "docker-for-desktop",
      "kube-admin",
      "kubeadmin",
      "kubernetes-admin",
      "kubernetes-super-admin",
      "masterclient",
      "minikube-user",
      "ops",
      "root",
      "system:admin",
      "test",
      "user",
    ],
  },
  leavers: { kind: "names", meaning: "users who have left or were disabled, each with the time from which on" },
  sourceRanges: { kind: "ranges", meaning: "addresses from which people are expected to work" },
  dataStores: {
    kind: "names",
    meaning: "pods and services that hold data, by patterns of their names",
    default: [
      "*postgres*",
      "*pgbouncer*",
      "*mysql*",
      "*mariadb*",
      "*mongo*",
      "*redis*",
      "*elasticsearch*",
      "*opensearch*",
      "*cassandra*",
      "*etcd*",
      "*vault*",
      "*minio*",
      "*kafka*",
      "*rabbitmq*",
      "*clickhouse*",
      "*database*",
      "*-db",
      "*-db-*",
      "db-*",
      "db",
    ],
  },
  logCollectors: {
    kind: "names",
    meaning: "pods and workloads that collect logs, by patterns of their names",
    default: [
      "fluent-bit*",
      "fluentbit*",
      "fluentd*",
      "vector*",
      "filebeat*",
      "promtail*",
      "alloy*",
      "logstash*",
      "otel-collector*",
      "*log-collector*",
      "*audit-collector*",
      "audit-webhook*",
      "kaudit*",
      "falco*",
      "datadog-agent*",
      "splunk*",
    ],
  },
  kubeletMetricsPaths: {
    kind: "names",
    meaning: "paths of the kubelet that monitoring reads through the API server",
    default: [
      "/api/v1/nodes/*/proxy/metrics",
      "/api/v1/nodes/*/proxy/metrics/*",
      "/api/v1/nodes/*/proxy/stats/summary",
      "/api/v1/nodes/*/proxy/healthz",
    ],
  },
  interactiveClients: {
    kind: "names",
    meaning: "programs that people use by hand, by their user agents",
    default: ["kubectl/*", "kubectl1*", "k9s/*", "Lens/*", "OpenLens/*", "oc/*", "freelens/*", "Headlamp/*"],
  },
  tokenAudiences: {
    kind: "names",
    meaning: "audiences that service-account tokens are meant for",
    default: ["https://kubernetes.default.svc*", "kubernetes.default.svc*", "api", "kubernetes"],
  },
} as const satisfies Readonly<Record<string, ExceptionList>>;

/** A number that exception rules name and a configuration can set. */
export interface ExceptionParameter {
  readonly default: number;
  readonly meaning: string;
}

/** The numbers of the exception rules by name. */
export const exceptionParameters = {
  maxSessionMinutes: { default: 60, meaning: "a session open for longer is an exception" },
  failureThreshold: { default: 20, meaning: "refused requests that make a burst" },
  failureWindowMinutes: { default: 10, meaning: "time within which they make a burst" },
  reconThreshold: { default: 20, meaning: "questions about one's own rights that make a burst" },
  reconKinds: { default: 6, meaning: "different kinds of objects refused (403) that look like a search" },
  reconWindowMinutes: { default: 10, meaning: "time within which they look like a search" },
  maxTokenHours: { default: 24, meaning: "a service-account token good for longer is an exception" },
  damageTolerancePercent: { default: 1, meaning: "share of duplicated or late events that is no exception" },
} as const satisfies Readonly<Record<string, ExceptionParameter>>;

/** Things besides lists that rules can need: they are there once the configuration gives them. */
export const exceptionInputs = {
  approvals: "the file of approvals",
} as const;
