import { isJsonObject } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * The domains of the audit annotations that Kubernetes and OpenShift write. What follows the slash has no dot in any of
 * them, so that only the domain has to be restored. Domains of the invalid-cert annotations are not among them: a host
 * name follows those.
 */
const annotationDomains = [
  "apiserver.latency.k8s.io",
  "audit.k8s.io",
  "authentication.k8s.io",
  "authentication.kubernetes.io",
  "authentication.openshift.io",
  "authorization.k8s.io",
  "failed-open.mutation.webhook.admission.k8s.io",
  "failed-open.validating.webhook.admission.k8s.io",
  "imagepolicywebhook.image-policy.k8s.io",
  "k8s.io",
  "mutation.webhook.admission.k8s.io",
  "patch.webhook.admission.k8s.io",
  "pod-security.kubernetes.io",
  "podsecuritypolicy.policy.k8s.io",
  "securitycontextconstraints.admission.openshift.io",
  "validation.policy.admission.k8s.io",
];

const domainsWithoutDots: ReadonlyMap<string, string> = new Map(
  annotationDomains.map((domain) => [domain.replaceAll(".", "_"), domain]),
);

/**
 * Gives annotations whose keys had their dots turned to underscores under their own keys again, and the keys that were
 * restored. A key of an unknown domain stays as it is, and so does one whose own key is there as well.
 */
export function restoredAnnotations(annotations: unknown): {
  readonly annotations: JsonObject;
  readonly restored: readonly string[];
} {
  if (!isJsonObject(annotations)) return { annotations: {}, restored: [] };
  const restored: string[] = [];
  const entries = Object.entries(annotations).map(([key, value]): [string, unknown] => {
    const slash = key.indexOf("/");
    const domain = slash === -1 ? undefined : domainsWithoutDots.get(key.slice(0, slash));
    if (domain === undefined) return [key, value];
    const ownKey = domain + key.slice(slash);
    if (Object.hasOwn(annotations, ownKey)) return [key, value];
    restored.push(ownKey);
    return [ownKey, value];
  });
  return { annotations: Object.fromEntries(entries), restored };
}
