import type { AuditEvent } from "@kaudit/schema";

const writes: ReadonlySet<string> = new Set(["create", "update", "patch"]);

/**
 * Gives the resourceVersion of the object that a write was answered with; empty where none was recorded. Kubernetes makes it
 * from the store's own revision, which only grows (KEP-5504: versions of one resource compare as numbers).
 */
export function answeredVersion({ verb, responseObject }: AuditEvent): string {
  if (!writes.has(verb) || typeof responseObject !== "object" || responseObject === null) return "";
  const { metadata } = responseObject as { readonly metadata?: { readonly resourceVersion?: unknown } | null };
  const version = metadata?.resourceVersion;
  return typeof version === "string" && /^[1-9][0-9]{0,19}$/.test(version) ? version : "";
}
