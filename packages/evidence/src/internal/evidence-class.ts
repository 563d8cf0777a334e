import { attributesOf } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import type { RegisterName } from "../register-row.js";
import { recordedTarget, spelledTarget } from "./target.js";
import type { Target } from "./target.js";

/** One bit a register, so that a request can be in several. */
export const classBits: Readonly<Record<RegisterName, number>> = {
  secrets: 1,
  rbac: 2,
  sessions: 4,
  authentication: 8,
  authorization: 16,
  impersonation: 32,
  deletions: 64,
};

/** What an event belongs to, and what its request was aimed at. */
export interface Classification {
  readonly bits: number;
  readonly target: Target;
  /** The path spells this target only when read leniently; kube-apiserver saw another, or none. */
  readonly spelled: boolean;
}

const noTarget: Target = { apiGroup: "", resource: "", subresource: "", namespace: "", name: "" };

/** Words of paths that lead to an evidence class; anything else needs no second look at the URI. */
const tellingPath =
  /secrets|roles|rolebindings|exec|attach|portforward|proxy|ephemeralcontainers|certificatesigning|aws-auth|iamidentity|\/\/|\/\.|%/i;

const rbacGroup = "rbac.authorization.k8s.io";
const rbacResources = new Set(["roles", "clusterroles", "rolebindings", "clusterrolebindings"]);
const podSessions = new Set(["exec", "attach", "portforward", "proxy"]);
const changeVerbs = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/**
 * Tells which registers an event's request belongs to; 0 bits for none. Cheap: most events are decided by looking at
 * `objectRef` alone.
 *
 * 401 and 403 show only in the stages that carry a code, and an impersonated user only after RequestReceived; the other
 * classes hold for all stages of a request.
 */
export function classify(event: AuditEvent): Classification {
  let bits = 0;
  const { verb } = event;
  const code = event.responseStatus?.code;
  if (code === 401) bits |= classBits.authentication;
  if (code === 403) bits |= classBits.authorization;
  if (event.impersonatedUser !== null && event.impersonatedUser !== undefined) bits |= classBits.impersonation;
  if (verb === "delete" || verb === "deletecollection") bits |= classBits.deletions;

  const recorded = recordedTarget(event);
  const byReference = recorded === null ? 0 : resourceBits(recorded, verb);
  if (recorded !== null && byReference !== 0) return { bits: bits | byReference, target: recorded, spelled: false };
  if (tellingPath.test(event.requestURI)) {
    const attributes = attributesOf(event);
    const byPath = resourceBits(attributes, verb);
    if (byPath !== 0) return { bits: bits | byPath, target: targetFrom(attributes), spelled: false };
    const spelled = spelledTarget(event.requestURI);
    const bySpelling = spelled === null ? 0 : resourceBits(spelled, verb);
    if (spelled !== null && bySpelling !== 0) return { bits: bits | bySpelling, target: spelled, spelled: true };
  }
  return { bits, target: recorded ?? noTarget, spelled: false };
}

function targetFrom({ apiGroup, resource, subresource, namespace, name }: Target): Target {
  return { apiGroup, resource, subresource, namespace, name };
}

function resourceBits(target: Target, verb: string): number {
  const { apiGroup, resource, subresource } = target;
  if (apiGroup === "") {
    if (resource === "secrets") return classBits.secrets;
    if (isSession(resource, subresource, verb)) return classBits.sessions;
    return isIdentityMap(target, verb) ? classBits.rbac : 0;
  }
  if (apiGroup === rbacGroup) {
    return rbacResources.has(resource) && changeVerbs.has(verb) ? classBits.rbac : 0;
  }
  if (apiGroup === "certificates.k8s.io") {
    const approves = resource === "certificatesigningrequests" && subresource === "approval";
    return approves && (verb === "update" || verb === "patch") ? classBits.rbac : 0;
  }
  if (apiGroup === "iamauthenticator.k8s.aws") {
    return resource === "iamidentitymappings" && subresource === "" && changeVerbs.has(verb) ? classBits.rbac : 0;
  }
  return 0;
}

function isSession(resource: string, subresource: string, verb: string): boolean {
  if (verb === "proxy") return true;
  if (resource === "pods") {
    if (podSessions.has(subresource)) return true;
    return subresource === "ephemeralcontainers" && (verb === "update" || verb === "patch");
  }
  return (resource === "services" || resource === "nodes") && subresource === "proxy";
}

/** `kube-system/aws-auth`: who in AWS is which user and which groups in the cluster. */
function isIdentityMap(target: Target, verb: string): boolean {
  const { resource, subresource, namespace, name } = target;
  if (resource !== "configmaps" || subresource !== "" || namespace !== "kube-system") return false;
  return name === "aws-auth" && changeVerbs.has(verb);
}
