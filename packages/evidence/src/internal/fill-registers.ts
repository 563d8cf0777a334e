import type { SpooledRows } from "@kaudit/schema";
import type { CanaryTracker } from "../canaries/canary-tracker.js";
import type { EvidenceOptions } from "../evidence.js";
import type { ComparablePeriod } from "../gather.js";
import type { Exceptions } from "../exceptions/create-exceptions.js";
import type { CanaryRequest } from "../canaries/match-canary.js";
import type { ClusterNames } from "./cluster-names.js";
import { createAccessState } from "../rbac/access-state.js";
import type { AccessState } from "../rbac/access-state.js";
import { rbacRow } from "../rows/rbac.js";
import { authenticationRow, authorizationRow, deletionsRow, impersonationRow } from "../rows/plain-registers.js";
import { secretsRow } from "../rows/secrets.js";
import { sessionsRow, sessionTimes } from "../rows/sessions.js";
import type { RegisterName, RegisterRow } from "../register-row.js";
import { classBits } from "./class-bits.js";
import { noteBits } from "./event-pass.js";
import { notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { foldedRequests, placeOf } from "./fold.js";
import type { FoldCounts, FoldedRequest } from "./fold.js";
import { orderedKey } from "./ordered-key.js";
import type { PartialRow } from "./partial-row.js";
import { attempts } from "./repeated-attempts.js";

/** The rows of the registers, and what was noticed while they were made. */
export interface FilledRegisters {
  readonly rows: ReadonlyMap<RegisterName, SpooledRows<RegisterRow>>;
  /** How many rows each cluster has in each register. */
  readonly rowsByCluster: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly conflicts: FoldCounts;
  readonly secretValues: NotedPlaces;
  readonly truncated: NotedPlaces;
  /** Roles and bindings that the state could not hold. */
  readonly accessNotKept: number;
}

/** Folds the reduced events into requests and puts the rows of each register aside. */
export async function fillRegisters(
  partials: SpooledRows<PartialRow>,
  options: EvidenceOptions,
  period: ComparablePeriod,
  names: readonly RegisterName[],
  clusters: ClusterNames,
  canaries: ReadonlyMap<string, CanaryTracker>,
  exceptions?: Exceptions,
): Promise<FilledRegisters> {
  const rows = new Map(
    names.map((name) => [name, options.spool.open<RegisterRow>(`evidence-register-${name}`, rowKey)]),
  );
  const secretValues: NotedPlaces = { count: 0, places: [] };
  const truncated: NotedPlaces = { count: 0, places: [] };
  const conflicts: FoldCounts = {
    conflicts: 0,
    conflictPlaces: [],
    notKept: 0,
    onEvent(row) {
      if ((row.notes & noteBits.secretValues) !== 0) notePlace(secretValues, placeOf(row));
      if ((row.notes & noteBits.truncated) !== 0) notePlace(truncated, placeOf(row));
    },
  };
  const states = accessStates(clusters.clusters.length);
  const rowsByCluster = new Map<string, Record<string, number>>();

  for await (const request of attempts(foldedRequests(partials.sorted(), conflicts))) {
    const cluster = clusters.nameOf(request.deciding.clusterKey);
    const state = states.of(cluster);
    const received = Date.parse(`${request.time.slice(0, 23)}Z`);
    const isPlanted = canaries.get(cluster)?.note(canaryRequest(request), received) ?? false;
    const own: Partial<Record<RegisterName, RegisterRow>> = {};
    for (const name of names) {
      if ((request.bits & classBits[name]) === 0) continue;
      // Changes before the period make no rows, but what they left behind is the "before" of later ones.
      const row = name === "rbac" ? rbacRow(request, cluster, state) : rowOf(name, request, cluster);
      if (row === null || !belongs(name, request, period)) continue;
      own[name] = row;
      const appending = rows.get(name)?.append(row);
      if (appending !== undefined) await appending;
      const counts = rowsByCluster.get(cluster) ?? {};
      counts[name] = (counts[name] ?? 0) + 1;
      rowsByCluster.set(cluster, counts);
    }
    // A planted action keeps its rows; nobody has to decide about it.
    if (exceptions !== undefined && !isPlanted) noteExceptions(exceptions, { request, cluster, rows: own, signals: [] }, period);
  }
  return { rows, rowsByCluster, conflicts, secretValues, truncated, accessNotKept: states.notKept() };
}

/** Roles of one cluster say nothing about those of another; all states together have the room of one. */
function accessStates(clusters: number) {
  const states = new Map<string, AccessState>();
  const share = Math.max(1, clusters);
  return {
    of(cluster: string): AccessState {
      const known = states.get(cluster);
      if (known !== undefined) return known;
      const made = createAccessState(Math.ceil(50_000 / share), Math.ceil(32_000_000 / share));
      states.set(cluster, made);
      return made;
    },
    notKept: () => [...states.values()].reduce((sum, { notKept }) => sum + notKept, 0),
  };
}

/** What a planted action is recognised by. */
function canaryRequest({ deciding, stages }: FoldedRequest): CanaryRequest {
  const { actor, verb, target, code } = deciding;
  const { resource, subresource, namespace, name } = target;
  const impersonated = stages.findLast((stage) => stage.impersonated !== "")?.impersonated ?? "";
  return { actor, impersonated, verb, resource, subresource, namespace, name, code };
}

/** Hands a request over to the exception rules, if it is of the period: with its rows, or the place of its event. */
function noteExceptions(
  exceptions: Exceptions,
  told: Parameters<Exceptions["add"]>[0],
  period: ComparablePeriod,
): void {
  const { request, rows } = told;
  const refs = Object.values(rows).map(({ rowId }) => rowId);
  if (refs.length === 0 && (request.time < period.from || request.time >= period.to)) return;
  exceptions.add(told, refs.length === 0 ? [placeOf(request.deciding)] : refs);
}

/** The order of a register's rows: time, cluster, API server, auditID, then where the deciding event stands. */
function rowKey(row: RegisterRow): string {
  const colon = row.source.lastIndexOf(":");
  const offset = row.source.slice(colon + 1).padStart(16, "0");
  return orderedKey([row.time, row.cluster, row.apiserver, row.auditID, row.source.slice(0, colon), offset, row.rowId]);
}

function rowOf(name: RegisterName, request: FoldedRequest, cluster: string): RegisterRow | null {
  const { code, session } = request.deciding;
  switch (name) {
    case "secrets":
      return secretsRow(request, cluster);
    case "sessions":
      return session === null ? null : sessionsRow(request, cluster, session);
    case "authentication":
      return code === 401 ? authenticationRow(request, cluster) : null;
    case "authorization":
      return code === 403 ? authorizationRow(request, cluster) : null;
    case "impersonation":
      return impersonationRow(request, cluster);
    case "deletions":
      return deletionsRow(request, cluster);
    case "rbac":
      return null;
  }
}

/**
 * Requests belong to the period in which they were received. A session that was made, or may still be open, belongs to every
 * period that it overlaps: start < to and end ≥ from.
 */
function belongs(name: RegisterName, request: FoldedRequest, { from, to }: ComparablePeriod): boolean {
  if (name === "sessions") {
    const { start, end, established } = sessionTimes(request);
    if (established || end === "") return start < to && (end === "" || end >= from);
  }
  return request.time >= from && request.time < to;
}
