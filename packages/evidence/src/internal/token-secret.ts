import type { AuditEvent } from "@kaudit/schema";

/** Secrets that are credentials to the API server. */
export type TokenSecretType = "service-account-token" | "bootstrap-token";

const types: Readonly<Record<string, TokenSecretType>> = {
  "kubernetes.io/service-account-token": "service-account-token",
  "bootstrap.kubernetes.io/token": "bootstrap-token",
};

const changeVerbs = new Set(["create", "update", "patch", "delete"]);

/**
 * Gives which kind of credential to the API server a changed Secret is, by the `type` in its bodies; null where it is another
 * Secret, or nothing was recorded. Nothing else of the bodies is read.
 */
export function tokenSecretType(event: AuditEvent): TokenSecretType | null {
  for (const body of [event.requestObject, event.responseObject]) {
    const type = (body as { readonly type?: unknown } | null | undefined)?.type;
    if (typeof type === "string" && Object.hasOwn(types, type)) return types[type] ?? null;
  }
  return null;
}

/** Tells whether an event changes a Secret that is a credential to the API server. */
export function isTokenSecret(event: AuditEvent): boolean {
  return changeVerbs.has(event.verb) && tokenSecretType(event) !== null;
}
