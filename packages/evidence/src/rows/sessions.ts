import type { FoldedRequest } from "../internal/fold.js";
import type { DebugSessions } from "../internal/debug-sessions.js";
import { printedInstant, secondsBetween } from "../internal/instant.js";
import type { PartialRow } from "../internal/partial-row.js";
import type { SessionDetails } from "../internal/session-details.js";
import type { SessionsRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

/** When a session began and ended, as comparable instants; `end` is empty while it is open. */
export interface SessionTimes {
  readonly start: string;
  readonly end: string;
  readonly established: boolean;
}

/**
 * Reads a session's times from its stages.
 *
 * It starts when the connection was made (ResponseStarted), or when the request was received if none was made; it ends with
 * ResponseComplete or Panic. A request that failed authentication has only ResponseStarted, and ends with it.
 */
export function sessionTimes(request: FoldedRequest): SessionTimes {
  const established = isEstablished(request);
  const started = request.stages.find(({ stage }) => stage === "ResponseStarted");
  const ended = request.stages.findLast(({ stage }) => stage === "ResponseComplete" || stage === "Panic");
  const refused = started !== undefined && !established && started.code !== null ? started : undefined;
  return {
    start: established && started !== undefined && started.stageTime !== "" ? started.stageTime : request.time,
    end: endTime(ended ?? refused, request.time),
    established,
  };
}

function endTime(last: PartialRow | undefined, received: string): string {
  if (last === undefined) return "";
  return last.stageTime === "" ? received : last.stageTime;
}

/**
 * A connection was made when a stage has code 101. A proxy's answer is one that the API server did not write itself (its
 * own errors carry a status word); ephemeral containers are established when the change succeeded.
 */
function isEstablished(request: FoldedRequest): boolean {
  const { stages, deciding } = request;
  if (stages.some(({ code }) => code === 101)) return true;
  const kind = deciding.session?.kind;
  if (kind === "ephemeralcontainer") return deciding.outcome === "success";
  // A source that tells success without a code: an answered session was established.
  if (stages.every(({ code }) => code === null)) return deciding.outcome === "success";
  if (kind !== "proxy") return false;
  return stages.some(({ code, ownStatus, decision }) => code !== null && !ownStatus && decision !== "forbid");
}

/** Makes a row of the register `sessions`. */
export function sessionsRow(
  request: FoldedRequest,
  cluster: string,
  details: SessionDetails,
  debugs: DebugSessions,
): SessionsRow {
  const common = commonColumnsOf(request, "sessions", cluster);
  const { start, end, established } = sessionTimes(request);
  // An end before the start means that the clock was set back: how long it took is not known.
  const lasts = established && end >= start && details.kind !== "ephemeralcontainer";
  return {
    ...common,
    kind: details.kind,
    start: printedInstant(start),
    end: end === "" ? "" : printedInstant(end),
    durationSeconds: lasts ? secondsBetween(start, end) : null,
    open: end === "",
    pod: details.pod,
    container: details.container,
    command: [...details.command],
    tty: details.tty,
    stdin: details.stdin,
    protocol: protocolOf(request, details.kind),
    established,
    session: debugs.sessionOf(request, cluster, common.rowId) ?? common.rowId,
    ...clientColumnsOf(request),
  };
}

/**
 * WebSocket sessions begin with an HTTP GET (verb `get`), SPDY sessions with a POST (verb `create`); the log does not name the
 * protocol. A proxied request is plain HTTP unless it was upgraded (101), to what is not recorded.
 */
function protocolOf(request: FoldedRequest, kind: SessionsRow["kind"]): SessionsRow["protocol"] {
  if (kind === "ephemeralcontainer") return "http";
  if (kind === "proxy") return request.stages.some(({ code }) => code === 101) ? "unknown" : "http";
  const { verb } = request.deciding;
  return verb === "get" ? "websocket" : verb === "create" ? "spdy" : "unknown";
}
