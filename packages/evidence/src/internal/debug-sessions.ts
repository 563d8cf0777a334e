import { secondsBetween } from "./instant.js";
import type { FoldedRequest } from "./fold.js";

/** Ephemeral containers that may still be attached to, so that both halves of `kubectl debug` are told to be one session. */
export interface DebugSessions {
  /**
   * Notes a request that added an ephemeral container, under its rowId; of an attach, gives the rowId of the request that added the
   * container. Null for everything else.
   */
  sessionOf(request: FoldedRequest, cluster: string, rowId: string): string | null;
}

interface Debug {
  readonly rowId: string;
  readonly time: string;
  readonly container: string;
}

/** `kubectl debug` waits for the image to be pulled before it attaches. */
const longestWaitSeconds = 15 * 60;
const mostOfOne = 16;

/** Makes an empty memory; beyond `most` users and pods the oldest are forgotten. */
export function createDebugSessions(most = 10_000): DebugSessions {
  const known = new Map<string, Debug[]>();
  return {
    sessionOf(request, cluster, rowId) {
      const { deciding } = request;
      const { session, target, actor, impersonated, outcome } = deciding;
      if (session === null) return null;
      const key = JSON.stringify([cluster, actor, impersonated, target.namespace, target.name]);
      if (session.kind === "ephemeralcontainer") {
        if (outcome !== "success" || deciding.dryRun === "true") return null;
        const debugs = [...(known.get(key) ?? []), { rowId, time: request.time, container: session.container }];
        known.delete(key);
        known.set(key, debugs.slice(-mostOfOne));
        if (known.size > most) known.delete(known.keys().next().value ?? "");
        return rowId;
      }
      if (session.kind !== "attach") return null;
      const found = known.get(key)?.findLast((debug) => fits(debug, session.container, request.time));
      return found?.rowId ?? null;
    },
  };
}

/** The same container, as far as both say which; not long after it was added. */
function fits(debug: Debug, container: string, time: string): boolean {
  if (debug.container !== "" && container !== "" && debug.container !== container) return false;
  // Containers that were there before are named by their pod; kubectl names its own so.
  if (debug.container === "" && container !== "" && !/^debugger-[a-z0-9]+$/.test(container)) return false;
  const waited = secondsBetween(debug.time, time);
  return waited >= 0 && waited <= longestWaitSeconds;
}
