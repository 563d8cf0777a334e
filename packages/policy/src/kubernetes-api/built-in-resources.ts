/** A resource that kube-apiserver serves by itself. */
export interface BuiltInResource {
  /** Empty for the core group. */
  readonly apiGroup: string;
  /** As in URLs and audit policies: lower case and plural. */
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly subresources: readonly string[];
  /** What kubectl accepts in its place; an audit policy does not. */
  readonly shortNames: readonly string[];
}

/**
 * API group, resource, kind, `n` for namespaced or `c` for cluster-scoped, subresources, short names.
 *
 * Source: paths, scopes, kinds and subresources from the OpenAPI description of Kubernetes 1.36 (all versions of every
 * group, alpha ones included); short names from the API server's discovery as `kubectl api-resources` shows it.
 */
const rows: readonly (readonly [string, string, string, "n" | "c", string, string])[] = [
  ["", "bindings", "Binding", "n", "", ""],
  ["", "componentstatuses", "ComponentStatus", "c", "", "cs"],
  ["", "configmaps", "ConfigMap", "n", "", "cm"],
  ["", "endpoints", "Endpoints", "n", "", "ep"],
  ["", "events", "Event", "n", "", "ev"],
  ["", "limitranges", "LimitRange", "n", "", "limits"],
  ["", "namespaces", "Namespace", "c", "finalize status", "ns"],
  ["", "nodes", "Node", "c", "proxy status", "no"],
  ["", "persistentvolumeclaims", "PersistentVolumeClaim", "n", "status", "pvc"],
  ["", "persistentvolumes", "PersistentVolume", "c", "status", "pv"],
  [
    "",
    "pods",
    "Pod",
    "n",
    "attach binding ephemeralcontainers eviction exec log portforward proxy resize status",
    "po",
  ],
  ["", "podtemplates", "PodTemplate", "n", "", ""],
  ["", "replicationcontrollers", "ReplicationController", "n", "scale status", "rc"],
  ["", "resourcequotas", "ResourceQuota", "n", "status", "quota"],
  ["", "secrets", "Secret", "n", "", ""],
  ["", "serviceaccounts", "ServiceAccount", "n", "token", "sa"],
  ["", "services", "Service", "n", "proxy status", "svc"],
  ["admissionregistration.k8s.io", "mutatingadmissionpolicies", "MutatingAdmissionPolicy", "c", "", ""],
  ["admissionregistration.k8s.io", "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", "c", "", ""],
  ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "c", "", ""],
  ["admissionregistration.k8s.io", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", "c", "status", ""],
  [
    "admissionregistration.k8s.io",
    "validatingadmissionpolicybindings",
    "ValidatingAdmissionPolicyBinding",
    "c",
    "",
    "",
  ],
  ["admissionregistration.k8s.io", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "c", "", ""],
  ["apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", "c", "status", "crd crds"],
  ["apiregistration.k8s.io", "apiservices", "APIService", "c", "status", ""],
  ["apps", "controllerrevisions", "ControllerRevision", "n", "", ""],
  ["apps", "daemonsets", "DaemonSet", "n", "status", "ds"],
  ["apps", "deployments", "Deployment", "n", "scale status", "deploy"],
  ["apps", "replicasets", "ReplicaSet", "n", "scale status", "rs"],
  ["apps", "statefulsets", "StatefulSet", "n", "scale status", "sts"],
  ["authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", "c", "", ""],
  ["authentication.k8s.io", "tokenreviews", "TokenReview", "c", "", ""],
  ["authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", "n", "", ""],
  ["authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "c", "", ""],
  ["authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", "c", "", ""],
  ["authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", "c", "", ""],
  ["autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "n", "status", "hpa"],
  ["batch", "cronjobs", "CronJob", "n", "status", "cj"],
  ["batch", "jobs", "Job", "n", "status", ""],
  ["certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest", "c", "approval status", "csr"],
  ["certificates.k8s.io", "clustertrustbundles", "ClusterTrustBundle", "c", "", ""],
  ["certificates.k8s.io", "podcertificaterequests", "PodCertificateRequest", "n", "status", ""],
  ["coordination.k8s.io", "leasecandidates", "LeaseCandidate", "n", "", ""],
  ["coordination.k8s.io", "leases", "Lease", "n", "", ""],
  ["discovery.k8s.io", "endpointslices", "EndpointSlice", "n", "", ""],
  ["events.k8s.io", "events", "Event", "n", "", "ev"],
  ["flowcontrol.apiserver.k8s.io", "flowschemas", "FlowSchema", "c", "status", ""],
  ["flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", "PriorityLevelConfiguration", "c", "status", ""],
  ["internal.apiserver.k8s.io", "storageversions", "StorageVersion", "c", "status", ""],
  ["networking.k8s.io", "ingressclasses", "IngressClass", "c", "", ""],
  ["networking.k8s.io", "ingresses", "Ingress", "n", "status", "ing"],
  ["networking.k8s.io", "ipaddresses", "IPAddress", "c", "", "ip"],
  ["networking.k8s.io", "networkpolicies", "NetworkPolicy", "n", "", "netpol"],
  ["networking.k8s.io", "servicecidrs", "ServiceCIDR", "c", "status", ""],
  ["node.k8s.io", "runtimeclasses", "RuntimeClass", "c", "", ""],
  ["policy", "poddisruptionbudgets", "PodDisruptionBudget", "n", "status", "pdb"],
  ["rbac.authorization.k8s.io", "clusterrolebindings", "ClusterRoleBinding", "c", "", ""],
  ["rbac.authorization.k8s.io", "clusterroles", "ClusterRole", "c", "", ""],
  ["rbac.authorization.k8s.io", "rolebindings", "RoleBinding", "n", "", ""],
  ["rbac.authorization.k8s.io", "roles", "Role", "n", "", ""],
  ["resource.k8s.io", "deviceclasses", "DeviceClass", "c", "", ""],
  ["resource.k8s.io", "devicetaintrules", "DeviceTaintRule", "c", "status", ""],
  ["resource.k8s.io", "resourceclaims", "ResourceClaim", "n", "status", ""],
  ["resource.k8s.io", "resourceclaimtemplates", "ResourceClaimTemplate", "n", "", ""],
  ["resource.k8s.io", "resourcepoolstatusrequests", "ResourcePoolStatusRequest", "c", "status", ""],
  ["resource.k8s.io", "resourceslices", "ResourceSlice", "c", "", ""],
  ["scheduling.k8s.io", "podgroups", "PodGroup", "n", "status", ""],
  ["scheduling.k8s.io", "priorityclasses", "PriorityClass", "c", "", "pc"],
  ["scheduling.k8s.io", "workloads", "Workload", "n", "", ""],
  ["storage.k8s.io", "csidrivers", "CSIDriver", "c", "", ""],
  ["storage.k8s.io", "csinodes", "CSINode", "c", "", ""],
  ["storage.k8s.io", "csistoragecapacities", "CSIStorageCapacity", "n", "", ""],
  ["storage.k8s.io", "storageclasses", "StorageClass", "c", "", "sc"],
  ["storage.k8s.io", "volumeattachments", "VolumeAttachment", "c", "status", ""],
  ["storage.k8s.io", "volumeattributesclasses", "VolumeAttributesClass", "c", "", "vac"],
  ["storagemigration.k8s.io", "storageversionmigrations", "StorageVersionMigration", "c", "status", ""],
];

export const builtInResources: readonly BuiltInResource[] = rows.map(
  ([apiGroup, resource, kind, scope, subresources, shortNames]) => ({
    apiGroup,
    resource,
    kind,
    isNamespaced: scope === "n",
    subresources: words(subresources),
    shortNames: words(shortNames),
  }),
);

/** The API groups of kube-apiserver itself; the core group is the empty text. */
export const builtInGroups: readonly string[] = [...new Set(rows.map(([apiGroup]) => apiGroup))];

/**
 * Groups that extension API servers commonly add and kube-apiserver passes on. It audits their requests without
 * bodies, whatever the level.
 */
export const aggregatedGroups: readonly string[] = [
  "metrics.k8s.io",
  "custom.metrics.k8s.io",
  "external.metrics.k8s.io",
];

/** Groups that kube-apiserver used to serve: the release that removed the last resource, and where they all went. */
export const removedGroups: ReadonlyMap<string, { readonly release: string; readonly successors: readonly string[] }> =
  new Map([["extensions", { release: "1.22", successors: ["apps", "networking.k8s.io", "policy"] }]]);

/** The resource of that name in a group, if kube-apiserver serves it by itself. */
export function findBuiltIn(apiGroup: string, resource: string): BuiltInResource | undefined {
  return builtInResources.find((one) => one.apiGroup === apiGroup && one.resource === resource);
}

function words(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}
