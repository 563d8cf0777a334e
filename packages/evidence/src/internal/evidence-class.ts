import { attributesOf } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import { classBits } from "./class-bits.js";
import { isPrivileged } from "./privileged-request.js";
import type { WatchedActors } from "./privileged-request.js";
import { resourceBits } from "./resource-class.js";
import { recordedTarget, spelledTarget } from "./target.js";
import type { Target } from "./target.js";
import { isTokenSecret } from "./token-secret.js";

/** What an event belongs to, and what its request was aimed at. */
export interface Classification {
  readonly bits: number;
  readonly target: Target;
  /** The path spells this target only when read leniently; kube-apiserver saw another, or none. */
  readonly spelled: boolean;
}

const noTarget: Target = { apiGroup: "", resource: "", subresource: "", namespace: "", name: "" };

/**
 * Classes that a path may hide in another: `/api/v1/namespaces/a//pods/web/exec` with POST is a change of a namespace to
 * kube-apiserver, which refuses it, but an attempt at a session all the same.
 */
const disguised = classBits.secrets | classBits.rbac | classBits.sessions;

/** Words of paths that lead to an evidence class; anything else needs no second look at the URI. */
const tellingPath =
  /secrets|roles|rolebindings|exec|attach|portforward|proxy|ephemeralcontainers|certificatesigning|serviceaccounts|tokenreviews|webhookconfigurations|admissionpolic|aws-auth|iamidentity|\/\/|\/\.|%/i;

/**
 * Tells which classes an event's request belongs to; 0 bits for none. Cheap: most events are decided by looking at
 * `objectRef` alone.
 *
 * 401 and 403 show only in the stages that carry a code, an impersonated user and the use of a legacy token only after
 * RequestReceived, and the type of a Secret only where its body was recorded; the other classes hold for all stages of a request.
 */
export function classify(event: AuditEvent, watched?: WatchedActors): Classification {
  let bits = 0;
  const { verb, annotations } = event;
  const code = event.responseStatus?.code;
  if (code === 401) bits |= classBits.authentication;
  if (code === 403) bits |= classBits.authorization;
  if (event.impersonatedUser !== null && event.impersonatedUser !== undefined) bits |= classBits.impersonation;
  if (verb === "delete" || verb === "deletecollection") bits |= classBits.deletions;
  if (annotations !== null && annotations !== undefined && usesOldToken(annotations)) bits |= classBits.credentials;
  if (isPrivileged(event, watched)) bits |= classBits.privileged;

  const recorded = recordedTarget(event);
  const byReference = recorded === null ? 0 : resourceBits(recorded, verb);
  if (byReference === classBits.secrets && isTokenSecret(event)) bits |= classBits.credentials;
  if ((byReference & disguised) !== 0 && recorded !== null)
    return { bits: bits | byReference, target: recorded, spelled: false };
  const hidden = spelledTarget(event.requestURI);
  const bySpelling = hidden === null ? 0 : resourceBits(hidden, verb);
  if (byReference === 0 && tellingPath.test(event.requestURI)) {
    const attributes = attributesOf(event);
    const byPath = resourceBits(attributes, verb);
    if (byPath !== 0 && (bySpelling & disguised & ~byPath) === 0)
      return { bits: bits | byPath, target: targetFrom(attributes), spelled: false };
  }
  const disguises = byReference === 0 ? bySpelling : bySpelling & disguised;
  if (hidden !== null && disguises !== 0) return { bits: bits | bySpelling, target: hidden, spelled: true };
  return { bits: bits | byReference, target: recorded ?? noTarget, spelled: false };
}

/** Annotations of requests that were authenticated by a token from a Secret, or by one that is past its time. */
function usesOldToken(annotations: Readonly<Record<string, string>>): boolean {
  return (
    annotations["authentication.k8s.io/legacy-token"] !== undefined ||
    annotations["authentication.k8s.io/stale-token"] !== undefined
  );
}

function targetFrom({ apiGroup, resource, subresource, namespace, name }: Target): Target {
  return { apiGroup, resource, subresource, namespace, name };
}
