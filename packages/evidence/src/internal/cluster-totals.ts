import type { SourceAccount } from "@kaudit/schema";
import type { EvidenceBundle } from "../bundle.js";
import { EvidenceError } from "../errors.js";
import type { ReadCounts } from "../exceptions/evidence-condition.js";
import type { GateFacts } from "../gates/gate-facts.js";
import type { ClusterNames } from "./cluster-names.js";
import type { EventPass } from "./event-pass.js";

type Totals = Pick<EvidenceBundle["totals"], "events" | "duplicates">;
type ClusterTotals = NonNullable<EvidenceBundle["clusters"][number]["totals"]>;

/** What was counted of a cluster's events: each once, and those that repeat or contradict another. */
function eventsOfCluster(pass: EventPass, keys: readonly string[]) {
  const servers = pass.servers.filter(({ clusterKey }) => keys.includes(clusterKey));
  const sum = (count: (server: EventPass["servers"][number]) => number): number =>
    servers.reduce((total, server) => total + count(server), 0);
  const given = sum(({ all }) => all.given);
  const unique = sum(({ all }) => all.unique);
  const insidePeriod = sum(({ counts }) => counts.events);
  return { given, unique, duplicates: given - unique, conflicts: sum(({ all }) => all.conflicts), insidePeriod };
}

/**
 * Gives what was read, for the conditions: of each of several clusters, and then what no single one of them is known to have; else
 * of the run.
 */
export function readCounts(
  pass: EventPass,
  { clusters }: ClusterNames,
  facts: GateFacts,
  totals: Totals,
): ReadCounts[] {
  const { rejectedInPeriod } = facts;
  if (clusters.length < 2)
    return [{ cluster: null, events: totals.events, duplicates: totals.duplicates, rejectedInPeriod }];
  return [
    ...clusters.map(({ name, keys }) => {
      const { given, duplicates } = eventsOfCluster(pass, keys);
      const { damage } = facts.clusters.find((one) => one.name === name) ?? {};
      return { cluster: name, events: given, duplicates, rejectedInPeriod: damage?.rejectedInPeriod ?? 0 };
    }),
    { cluster: null, events: totals.events, duplicates: 0, rejectedInPeriod },
  ];
}

/**
 * Gives the control totals of each of several clusters, by name, where the account tells the inputs apart; none where it does not.
 * Throws {@link EvidenceError} `KAUDIT_EVIDENCE_TOTALS_MISMATCH` where those of a cluster do not tie.
 */
export function clusterTotals(
  account: SourceAccount,
  pass: EventPass,
  { clusters }: ClusterNames,
): ReadonlyMap<string, ClusterTotals> {
  const told = account.files.every(({ cluster }) => cluster !== undefined);
  if (clusters.length < 2 || !told) return new Map();
  return new Map(clusters.map(({ name, keys }) => [name, totalsOf(name, account, eventsOfCluster(pass, keys))]));
}

function totalsOf(name: string, account: SourceAccount, counted: ReturnType<typeof eventsOfCluster>): ClusterTotals {
  const files = account.files.filter(({ cluster }) => cluster === name);
  const sum = (count: (file: (typeof files)[number]) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  const { given, unique, duplicates, conflicts, insidePeriod } = counted;
  const totals = {
    files: files.length,
    bytes: sum(({ archive, bytes }) => (archive === undefined ? bytes : 0)),
    decompressedBytes: sum(({ container, decompressedBytes }) => (container === undefined ? decompressedBytes : 0)),
    records: sum(({ records }) => records),
    events: sum(({ events }) => events),
    rejected: sum(({ rejected }) => rejected),
    foreign: sum(({ foreign }) => foreign),
    unique,
    duplicates,
    conflicts,
    insidePeriod,
    outsidePeriod: unique - insidePeriod,
  };
  if (totals.events === given && totals.records === totals.events + totals.rejected + totals.foreign) return totals;
  throw new EvidenceError(
    "KAUDIT_EVIDENCE_TOTALS_MISMATCH",
    `cluster ${JSON.stringify(name)}: the source gave ${given} events and accounts for ${totals.records} records = ${totals.events} events + ${totals.rejected} rejected + ${totals.foreign} foreign; expected the totals to tie`,
    { details: { cluster: name, given, records: totals.records, events: totals.events } },
  );
}
