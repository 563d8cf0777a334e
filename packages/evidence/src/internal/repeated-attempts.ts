import type { FoldedRequest } from "./fold.js";
import { secondsBetween } from "./instant.js";

/** More refused attempts than this within one second are passed on unpaired. */
const mostWaiting = 10_000;

/**
 * Makes one attempt of a refused `get` on exec, attach or portforward and the refused `create` that follows it within one
 * second with the same user, URI and user agent: kubectl tries WebSocket first and then SPDY. Each request is used once.
 * Requests come in, and go out, by time, but for the ones that wait for their second half.
 */
export async function* attempts(requests: AsyncIterable<FoldedRequest>): AsyncGenerator<FoldedRequest> {
  let waiting: FoldedRequest[] = [];
  for await (const request of requests) {
    if (waiting.length > 0) {
      const still = waiting.findIndex((first) => secondsBetween(first.time, request.time) <= 1);
      const expired = waiting.splice(0, still === -1 ? waiting.length : still);
      yield* expired;
    }
    if (!isRefusedSession(request)) {
      yield request;
      continue;
    }
    if (request.deciding.verb === "get" && waiting.length < mostWaiting) {
      waiting.push(request);
      continue;
    }
    const at = waiting.findIndex((first) => isSecondHalf(first, request));
    const first = waiting[at];
    if (first === undefined) {
      yield request;
      continue;
    }
    waiting = waiting.toSpliced(at, 1);
    yield { ...first, auditIDs: [...first.auditIDs, ...request.auditIDs], bits: first.bits | request.bits };
  }
  yield* waiting;
}

function isRefusedSession({ deciding }: FoldedRequest): boolean {
  if (deciding.code !== 403 || deciding.session === null) return false;
  return ["exec", "attach", "portforward"].includes(deciding.session.kind);
}

function isSecondHalf(first: FoldedRequest, second: FoldedRequest): boolean {
  return second.deciding.verb === "create" && first.deciding.attempt === second.deciding.attempt;
}
