import type { AuditEvent } from "@kaudit/schema";

/** Actors whose every request is to be looked at, by name and groups: break-glass and shared accounts, leavers. */
export type WatchedActors = (name: string, groups: readonly string[]) => boolean;

/** Paths that callers without identity may read by default: health, version, discovery, the issuer's public keys. */
const openPath =
  /^\/(?:$|healthz|livez|readyz|version|api\/?$|api\/v1\/?$|apis\/?$|apis\/[^/]+\/?$|apis\/[^/]+\/[^/]+\/?$|openapi(?:\/|$)|openid\/v1\/jwks|\.well-known\/)/;

/**
 * Tells whether a request is worth a look whatever it asks for: by a member of `system:masters` or a watched actor, an answer to a
 * caller without identity beyond health, version and discovery, or the API server's own log folder.
 */
export function isPrivileged(event: AuditEvent, watched: WatchedActors | undefined): boolean {
  const { user, requestURI, responseStatus } = event;
  const name = user.username ?? "";
  const groups = user.groups ?? [];
  // The API server's client to itself is in system:masters; its requests are its own work.
  if (groups.includes("system:masters") && name !== "system:apiserver") return true;
  const code = responseStatus?.code;
  if (code !== undefined && code >= 100 && code < 400 && isWithoutIdentity(name, groups)) {
    return !openPath.test(pathOf(requestURI));
  }
  if (requestURI.startsWith("/logs")) return true;
  return watched?.(name, groups) === true;
}

function isWithoutIdentity(name: string, groups: readonly string[]): boolean {
  return name === "" || name === "system:anonymous" || groups.includes("system:unauthenticated");
}

function pathOf(requestURI: string): string {
  const mark = requestURI.indexOf("?");
  return mark === -1 ? requestURI : requestURI.slice(0, mark);
}
