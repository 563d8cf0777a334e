import { impliedObjectRef } from "@kaudit/schema";
import type { AuditEvent, ObjectReference } from "@kaudit/schema";

/** What a request was aimed at, in the API's terms. */
export interface Target {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What kube-apiserver made of the request, from `objectRef`: its names may come from the request body (creates). */
export function recordedTarget(event: AuditEvent): Target | null {
  const ref = event.objectRef;
  if (ref === null || ref === undefined) return null;
  return targetOf(ref);
}

/** Gives what a request's URI spells when its path is read leniently; null where that is no other reading than kube-apiserver's own. */
export function spelledTarget(requestURI: string): Target | null {
  const implied = impliedObjectRef(requestURI);
  return implied === undefined ? null : targetOf(implied);
}

function targetOf(ref: ObjectReference): Target {
  return {
    apiGroup: ref.apiGroup ?? "",
    resource: ref.resource ?? "",
    subresource: ref.subresource ?? "",
    namespace: ref.namespace ?? "",
    name: ref.name ?? "",
  };
}
