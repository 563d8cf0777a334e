import type { SpooledRows } from "@kaudit/schema";
import type { CanaryTracker } from "../canaries/canary-tracker.js";
import type { EvidenceOptions } from "../evidence.js";
import type { ComparablePeriod } from "../build-evidence.js";
import type { Exceptions } from "../exceptions/create-exceptions.js";
import type { CanaryRequest } from "../canaries/match-canary.js";
import { withUses } from "../rows/credentials.js";
import type { IssuedCredential } from "../rows/credentials.js";
import { sessionTimes } from "../rows/sessions.js";
import type { RegisterName, RegisterRow, RegisterRows } from "../register-row.js";
import { createByCluster } from "./by-cluster.js";
import type { ByCluster } from "./by-cluster.js";
import type { ClusterNames } from "./cluster-names.js";
import { createClusterStates } from "./cluster-state.js";
import { createDebugSessions } from "./debug-sessions.js";
import type { EventPass } from "./event-pass.js";
import { noteBits } from "./event-notes.js";
import { notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { foldedRequests, placeOf } from "./fold.js";
import type { FoldCounts, FoldedRequest } from "./fold.js";
import { orderedKey } from "./ordered-key.js";
import { attempts } from "./repeated-attempts.js";
import { requestSignals } from "./request-signals.js";
import { rowsOf } from "./row-makers.js";
import { createVersionOrder } from "./version-order.js";

/** The rows of the registers, and what was noticed while they were made. */
export interface FilledRegisters {
  readonly rows: ReadonlyMap<RegisterName, SpooledRows<RegisterRow>>;
  /** How many rows each cluster has in each register. */
  readonly rowsByCluster: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly conflicts: FoldCounts;
  readonly secretValues: ByCluster<NotedPlaces>;
  readonly truncated: ByCluster<NotedPlaces>;
  /** Writes that were answered with an older version of their object than an earlier one. */
  readonly versionRegressions: ByCluster<NotedPlaces>;
  /** Roles and bindings that the state could not hold. */
  readonly accessNotKept: number;
}

function noted(): ByCluster<NotedPlaces> {
  return createByCluster(() => ({ count: 0, places: [] }));
}

/** Folds the reduced events into requests and puts the rows of each register aside. */
export async function fillRegisters(
  { partials, uses }: Pick<EventPass, "partials" | "uses">,
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
  const secretValues = noted();
  const truncated = noted();
  const conflicts: FoldCounts = {
    conflicts: noted(),
    notKept: 0,
    onEvent(row) {
      if ((row.notes & noteBits.secretValues) !== 0) notePlace(secretValues.of(row.clusterKey), placeOf(row));
      if ((row.notes & noteBits.truncated) !== 0) notePlace(truncated.of(row.clusterKey), placeOf(row));
    },
  };
  const states = createClusterStates(clusters.clusters.length);
  const debugs = createDebugSessions();
  const versions = createVersionOrder();
  const unjoined = options.spool.open<IssuedCredential>("evidence-credentials-unjoined", credentialKey);
  const rowsByCluster = new Map<string, Record<string, number>>();

  for await (const request of attempts(foldedRequests(partials.sorted(), conflicts))) {
    const { clusterKey } = request.deciding;
    versions.add(request);
    const cluster = clusters.nameOf(clusterKey);
    const received = Date.parse(`${request.time.slice(0, 23)}Z`);
    const isPlanted = canaries.get(cluster)?.note(canaryRequest(request), received) ?? false;
    const made = rowsOf(request, names, cluster, states.of(cluster), debugs);
    const own: Partial<RegisterRows> = {};
    for (const name of names) {
      const row = made.rows[name];
      if (row === undefined || !belongs(name, request, period)) continue;
      Object.assign(own, { [name]: row });
      const { credentials } = name === "credentials" ? made.rows : {};
      const appending =
        credentials !== undefined && credentials.credentialId !== ""
          ? unjoined.append({ clusterKey, row: credentials })
          : rows.get(name)?.append(row);
      if (appending !== undefined) await appending;
      const counts = rowsByCluster.get(cluster) ?? {};
      counts[name] = (counts[name] ?? 0) + 1;
      rowsByCluster.set(cluster, counts);
    }
    // A planted action keeps its rows; nobody has to decide about it.
    if (exceptions !== undefined && !isPlanted && matters(own, request, period)) {
      const refs = Object.values(own).map(({ rowId }) => rowId);
      const signals = requestSignals(request, own, made.accessSignals);
      exceptions.add({ request, cluster, rows: own, signals }, refs.length === 0 ? [placeOf(request.deciding)] : refs);
    }
  }
  for await (const row of withUses(unjoined.sorted(), uses.sorted())) {
    const appending = rows.get("credentials")?.append(row);
    if (appending !== undefined) await appending;
  }
  return {
    rows,
    rowsByCluster,
    conflicts,
    secretValues,
    truncated,
    versionRegressions: versions.regressions,
    accessNotKept: states.accessNotKept,
  };
}

/** The order in which issued credentials are looked for among those that were used. */
function credentialKey({ clusterKey, row }: IssuedCredential): string {
  return orderedKey([clusterKey, row.credentialId, row.time, row.rowId]);
}

/** What a planted action is recognised by. */
function canaryRequest({ deciding, stages }: FoldedRequest): CanaryRequest {
  const { actor, verb, target, code } = deciding;
  const { resource, subresource, namespace, name } = target;
  const impersonated = stages.findLast((stage) => stage.impersonated !== "")?.impersonated ?? "";
  return { actor, impersonated, verb, resource, subresource, namespace, name, code };
}

/** Exception rules look at the requests of the period, and at sessions that overlap it. */
function matters(rows: Partial<RegisterRows>, request: FoldedRequest, { from, to }: ComparablePeriod): boolean {
  return Object.keys(rows).length > 0 || (request.time >= from && request.time < to);
}

/** The order of a register's rows: time, cluster, API server, auditID, then where the deciding event stands. */
function rowKey(row: RegisterRow): string {
  const colon = row.source.lastIndexOf(":");
  const offset = row.source.slice(colon + 1).padStart(16, "0");
  return orderedKey([row.time, row.cluster, row.apiserver, row.auditID, row.source.slice(0, colon), offset, row.rowId]);
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
