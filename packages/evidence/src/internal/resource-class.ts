import { classBits } from "./class-bits.js";
import type { Target } from "./target.js";

const rbacGroup = "rbac.authorization.k8s.io";
const rbacResources = new Set(["roles", "clusterroles", "rolebindings", "clusterrolebindings"]);
const podSessions = new Set(["exec", "attach", "portforward", "proxy"]);
const changeVerbs = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const coreWorkloads = new Set(["pods", "configmaps", "replicationcontrollers", "podtemplates"]);
const appWorkloads = new Set(["deployments", "daemonsets", "statefulsets", "replicasets"]);
const batchWorkloads = new Set(["jobs", "cronjobs"]);
const coreConfiguration = new Set(["namespaces", "nodes", "persistentvolumes"]);
const reviewResources = new Set([
  "selfsubjectaccessreviews",
  "selfsubjectrulesreviews",
  "subjectaccessreviews",
  "localsubjectaccessreviews",
]);

/** Resources of named groups whose changes belong to the register `configuration`; an empty set stands for the whole group. */
const configurationByGroup: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["admissionregistration.k8s.io", new Set<string>()],
  ["apiextensions.k8s.io", new Set(["customresourcedefinitions"])],
  ["apiregistration.k8s.io", new Set(["apiservices"])],
  ["networking.k8s.io", new Set(["networkpolicies", "ingressclasses"])],
  ["policy.networking.k8s.io", new Set<string>()],
  ["storage.k8s.io", new Set(["storageclasses", "csidrivers", "volumeattributesclasses"])],
  ["scheduling.k8s.io", new Set(["priorityclasses"])],
  ["node.k8s.io", new Set(["runtimeclasses"])],
  ["flowcontrol.apiserver.k8s.io", new Set(["flowschemas", "prioritylevelconfigurations"])],
  ["auditregistration.k8s.io", new Set<string>()],
]);

/** Names of objects that have to do with auditing and the collection of logs. */
const auditRelevantName =
  /(?:^|[-.])(?:audit|kaudit|falco|fluent-?d|fluent-?bit|fluentbit|vector|filebeat|promtail|loki|alloy|logstash|logging|log-collector|otel|opentelemetry|collector|splunk|datadog|cloudwatch)/;

/** Namespaces in which control plane and log collection run, by the usual names. */
const auditRelevantNamespace = /^(?:kube-system|.*(?:audit|logging|observability|monitoring|falco|fluent).*)$/;

/** Gives the classes of a request by what it is aimed at; 0 for none. */
export function resourceBits(target: Target, verb: string): number {
  const { apiGroup, resource } = target;
  if (verb === "proxy" && apiGroup === "" && resource !== "secrets") return classBits.sessions;
  switch (apiGroup) {
    case "":
      return coreBits(target, verb);
    case rbacGroup:
      return rbacResources.has(resource) && changeVerbs.has(verb) ? classBits.rbac : 0;
    case "certificates.k8s.io":
      return certificateBits(target, verb);
    case "authentication.k8s.io":
      return resource === "tokenreviews" && verb === "create" ? classBits.credentials : 0;
    case "authorization.k8s.io":
      return reviewResources.has(resource) && verb === "create" ? classBits.reviews : 0;
    case "apps":
      return workloadBits(target, verb, appWorkloads);
    case "batch":
      return workloadBits(target, verb, batchWorkloads);
    case "iamauthenticator.k8s.aws":
      return resource === "iamidentitymappings" && isChange(target, verb) ? classBits.rbac : 0;
    default: {
      const resources = configurationByGroup.get(apiGroup);
      if (resources === undefined || !isChange(target, verb)) return 0;
      return resources.size === 0 || resources.has(resource) ? classBits.configuration : 0;
    }
  }
}

function isChange({ subresource }: Target, verb: string): boolean {
  return subresource === "" && changeVerbs.has(verb);
}

function coreBits(target: Target, verb: string): number {
  const { resource, subresource, namespace, name } = target;
  switch (resource) {
    case "secrets": {
      const isBootstrap = namespace === "kube-system" && name.startsWith("bootstrap-token-") && changeVerbs.has(verb);
      return isBootstrap ? classBits.secrets | classBits.credentials : classBits.secrets;
    }
    case "serviceaccounts": {
      const mints = subresource === "token" && verb === "create";
      return mints || isChange(target, verb) ? classBits.credentials : 0;
    }
    case "pods":
      if (isPodSession(subresource, verb)) return classBits.sessions;
      if (subresource === "log") return classBits.privileged;
      break;
    case "nodes":
      if (subresource === "proxy") return classBits.sessions;
      if (subresource === "log") return classBits.privileged;
      break;
    case "services":
      return subresource === "proxy" ? classBits.sessions : 0;
    case "configmaps":
      if (namespace === "kube-system" && name === "aws-auth" && isChange(target, verb))
        return classBits.rbac | classBits.workloads;
      break;
  }
  // `finalize` ends the deletion of a namespace whatever is left in it.
  if (resource === "namespaces" && subresource === "finalize") return classBits.configuration;
  if (coreConfiguration.has(resource)) return isChange(target, verb) ? classBits.configuration : 0;
  return workloadBits(target, verb, coreWorkloads);
}

function isPodSession(subresource: string, verb: string): boolean {
  if (podSessions.has(subresource)) return true;
  return subresource === "ephemeralcontainers" && (verb === "update" || verb === "patch");
}

/** Changes of workloads; of those that collect logs or hold audit settings also `configuration`. */
function workloadBits(target: Target, verb: string, resources: ReadonlySet<string>): number {
  const { resource, namespace, name } = target;
  if (!resources.has(resource) || !isChange(target, verb)) return 0;
  // The pods and replica sets of a collector come and go by themselves: what is configured is what makes them.
  const isMade = resource === "pods" || resource === "replicasets" || resource === "jobs";
  const isRelevant = !isMade && auditRelevantName.test(name) && auditRelevantNamespace.test(namespace);
  return isRelevant ? classBits.workloads | classBits.configuration : classBits.workloads;
}

function certificateBits({ resource, subresource }: Target, verb: string): number {
  if (!changeVerbs.has(verb)) return 0;
  if (resource === "podcertificaterequests") return subresource === "" ? classBits.credentials : 0;
  if (resource !== "certificatesigningrequests") return 0;
  const approves = subresource === "approval" && (verb === "update" || verb === "patch");
  return approves ? classBits.rbac | classBits.credentials : classBits.credentials;
}
