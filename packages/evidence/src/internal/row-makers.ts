import { configurationRow } from "../rows/configuration.js";
import { credentialsRow } from "../rows/credentials.js";
import { authenticationRow, authorizationRow, deletionsRow, impersonationRow } from "../rows/plain-registers.js";
import { rbacRow } from "../rows/rbac.js";
import { secretsRow } from "../rows/secrets.js";
import { sessionsRow } from "../rows/sessions.js";
import type { AccessSignal } from "../rbac/signals.js";
import type { RegisterName, RegisterRows } from "../register-row.js";
import { classBits } from "./class-bits.js";
import type { ClusterState } from "./cluster-state.js";
import type { DebugSessions } from "./debug-sessions.js";
import type { FoldedRequest } from "./fold.js";

/** The rows of one request, by register, and the words for its change of access. */
export interface MadeRows {
  readonly rows: Partial<RegisterRows>;
  readonly accessSignals: readonly AccessSignal[];
}

/** What the rows of a request are made with besides the request: what earlier requests of its cluster have shown. */
export interface RowContext {
  readonly cluster: string;
  readonly state: ClusterState;
  readonly debugs: DebugSessions;
  /** Told the words for a change of access. */
  readonly onAccessSignals?: (signals: readonly AccessSignal[]) => void;
}

type RowMaker<Name extends RegisterName> = (request: FoldedRequest, context: RowContext) => RegisterRows[Name] | null;

const makers: { readonly [Name in RegisterName]: RowMaker<Name> } = {
  secrets: (request, { cluster }) => secretsRow(request, cluster),
  rbac(request, { cluster, state, onAccessSignals }) {
    const { row, signals } = rbacRow(request, cluster, state.access);
    onAccessSignals?.(signals);
    return row;
  },
  sessions(request, { cluster, debugs }) {
    const { session } = request.deciding;
    return session === null ? null : sessionsRow(request, cluster, session, debugs);
  },
  authentication: (request, { cluster }) =>
    request.deciding.code === 401 ? authenticationRow(request, cluster) : null,
  authorization: (request, { cluster }) => (request.deciding.code === 403 ? authorizationRow(request, cluster) : null),
  credentials: (request, { cluster, state }) => credentialsRow(request, cluster, state.certificates),
  impersonation: (request, { cluster }) => impersonationRow(request, cluster),
  deletions: (request, { cluster }) => deletionsRow(request, cluster),
  configuration: (request, { cluster, state }) => configurationRow(request, cluster, state.configuration),
};

/** Makes the row of a request in one register; null where it has none there. */
export function rowIn<Name extends RegisterName>(
  name: Name,
  request: FoldedRequest,
  context: RowContext,
): RegisterRows[Name] | null {
  return (request.bits & classBits[name]) === 0 ? null : makers[name](request, context);
}

/**
 * Makes the rows of a request in the registers asked for. Has to be called for every request in order, also for those before the
 * period: what they changed is the "before" of later ones.
 */
export function rowsOf(
  request: FoldedRequest,
  names: readonly RegisterName[],
  cluster: string,
  state: ClusterState,
  debugs: DebugSessions,
): MadeRows {
  const rows: Partial<RegisterRows> = {};
  let accessSignals: readonly AccessSignal[] = [];
  const onAccessSignals = (signals: readonly AccessSignal[]): void => {
    accessSignals = signals;
  };
  const context: RowContext = { cluster, state, debugs, onAccessSignals };
  for (const name of names) {
    const row = rowIn(name, request, context);
    if (row !== null) Object.assign(rows, { [name]: row });
  }
  return { rows, accessSignals };
}
