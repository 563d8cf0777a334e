import type { AuditEvent } from "@kaudit/schema";
import { rowText } from "./row-text.js";

/** What the API server knows of the client behind a user: only its own authenticators fill these in, no client can. */
export interface ClientFacts {
  /** The pod to which a service account's token is bound. */
  readonly pod: string;
  /** The node on which that pod runs, or to which the token is bound. */
  readonly node: string;
  /** The credential: `JTI=…` of a token, `X509SHA256=…` of a certificate. */
  readonly credentialId: string;
}

const prefix = "authentication.kubernetes.io/";

/** Reads pod, node and credential from `user.extra`; empty where it has none. */
export function clientFacts({ user }: AuditEvent): ClientFacts {
  return { pod: extra(user, "pod-name"), node: extra(user, "node-name"), credentialId: extra(user, "credential-id") };
}

/** Gives the id of the credential by which a request was authenticated; empty where none was recorded. */
export function credentialIdOf({ user }: AuditEvent): string {
  return extra(user, "credential-id");
}

function extra({ extra: values }: AuditEvent["user"], name: string): string {
  const value = values?.[`${prefix}${name}`]?.[0];
  return typeof value === "string" ? rowText(value, 256) : "";
}
