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
  const { code, session } = request.deciding;
  for (const name of names) {
    if ((request.bits & classBits[name]) === 0) continue;
    switch (name) {
      case "secrets":
        rows.secrets = secretsRow(request, cluster);
        break;
      case "rbac": {
        const made = rbacRow(request, cluster, state.access);
        rows.rbac = made.row;
        accessSignals = made.signals;
        break;
      }
      case "sessions":
        if (session !== null) rows.sessions = sessionsRow(request, cluster, session, debugs);
        break;
      case "authentication":
        if (code === 401) rows.authentication = authenticationRow(request, cluster);
        break;
      case "authorization":
        if (code === 403) rows.authorization = authorizationRow(request, cluster);
        break;
      case "credentials": {
        const row = credentialsRow(request, cluster, state.certificates);
        if (row !== null) rows.credentials = row;
        break;
      }
      case "impersonation":
        rows.impersonation = impersonationRow(request, cluster);
        break;
      case "deletions":
        rows.deletions = deletionsRow(request, cluster);
        break;
      case "configuration":
        rows.configuration = configurationRow(request, cluster, state.configuration);
        break;
    }
  }
  return { rows, accessSignals };
}
