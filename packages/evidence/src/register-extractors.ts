import { createClusterStates } from "./internal/cluster-state.js";
import { createDebugSessions } from "./internal/debug-sessions.js";
import type { FoldedRequest } from "./internal/fold.js";
import { rowIn } from "./internal/row-makers.js";
import type { RowContext } from "./internal/row-makers.js";
import { registerNames } from "./register-row.js";
import type { RegisterName, RegisterRows } from "./register-row.js";

/** For each register, what makes a request's row in it: null where the request has none there. */
export type RegisterExtractors = {
  readonly [Name in RegisterName]: (request: FoldedRequest) => RegisterRows[Name] | null;
};

/**
 * Gives an extractor for each register of one cluster, which makes the row that `buildEvidence` makes of the same request; extractors
 * never throw.
 *
 * Give each extractor every request of its cluster once and in the order of `foldRequests`, also those before the time of interest:
 * `rbac`, `configuration` and `credentials` compare with what earlier requests have shown, and an attach to a debug container in
 * `sessions` finds the request that added it. What is remembered is bounded: 50,000 roles and bindings, 20,000 settings, 10,000
 * certificate requests and 10,000 debugged pods; beyond that "before" is unknown. Make others for another cluster: the same name is
 * another object there.
 *
 * `firstUsed` to `usedIn` of `credentials` are empty: where a token was used stands in all events, and `buildEvidence` looks it up.
 *
 * @example
 * const extract = createRegisterExtractors("prod-eu-1");
 * for await (const request of foldRequests(events, { spool, cluster: "prod-eu-1" })) {
 *   const row = extract.sessions(request);
 *   if (row !== null) console.log(row.actor, row.command);
 * }
 */
export function createRegisterExtractors(cluster: string): RegisterExtractors {
  const context: RowContext = { cluster, state: createClusterStates().of(cluster), debugs: createDebugSessions() };
  const extractors = registerNames.map((name) => [name, (request: FoldedRequest) => rowIn(name, request, context)]);
  return Object.fromEntries(extractors) as RegisterExtractors;
}
