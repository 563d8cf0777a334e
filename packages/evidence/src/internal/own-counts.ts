import { commandSignals } from "./command-signals.js";
import type { RegisterName, RegisterRow, RegisterRows } from "../register-row.js";

type Counts = { readonly [Name in RegisterName]: Readonly<Record<string, (row: RegisterRows[Name]) => boolean>> };

const succeeded = (row: RegisterRow): boolean => row.outcome === "success";
const human = (row: RegisterRow): boolean => row.actorKind === "human";
/** It changed something: it succeeded and was no dry run. */
const effective = (row: RegisterRow): boolean => succeeded(row) && row.dryRun !== "true";
/** It may have changed something: its outcome was not recorded. */
const mayBeEffective = (row: RegisterRow): boolean =>
  row.outcome === "unknown" ? row.dryRun !== "true" : effective(row);
const reads = (row: RegisterRows["secrets"]): boolean => ["read", "list", "watch"].includes(row.access);
const raises = (row: RegisterRows["rbac"]): boolean => row.raisesPrivilege === "true";
const isTokenSecret = (row: RegisterRows["credentials"]): boolean =>
  row.kind === "token-secret" || row.kind === "bootstrap-token";

/**
 * What each register counts besides outcomes and actors: a name, and which rows count. `bulk`, `clusterWide` and
 * `raisesPrivilege` count all rows, refused ones included; the names in the past tense only those that took effect.
 */
const counts: Counts = {
  secrets: {
    bulk: (row) => row.bulk,
    bulkSucceeded: (row) => row.bulk && succeeded(row),
    clusterWide: (row) => row.clusterWide,
    clusterWideSucceeded: (row) => row.clusterWide && succeeded(row),
    clusterWideByPeople: (row) => row.clusterWide && succeeded(row) && human(row),
    readsByPeople: (row) => reads(row) && succeeded(row) && human(row),
  },
  rbac: {
    raisesPrivilege: raises,
    selfGrants: (row) => row.selfGrant === "true",
    raisesPrivilegeUnknown: (row) => row.raisesPrivilege === "unknown",
    raisedPrivilege: (row) => raises(row) && effective(row),
    raisedPrivilegeByPeople: (row) => raises(row) && effective(row) && human(row),
    raisedPrivilegeUnknown: (row) =>
      mayBeEffective(row) && (row.raisesPrivilege === "unknown" || (raises(row) && !effective(row))),
    tookEffect: effective,
  },
  sessions: {
    established: (row) => row.established,
    establishedByPeople: (row) => row.established && human(row),
    open: (row) => row.open,
    interactive: (row) => row.tty,
    shells: (row) => commandSignals(row.command).includes("shell"),
  },
  authentication: {},
  authorization: { byPeople: human },
  credentials: {
    tokensIssued: (row) => row.kind === "token-request" && effective(row),
    tokensIssuedToPeople: (row) => row.kind === "token-request" && effective(row) && human(row),
    /** Issued, and seen in use anywhere in the log. */
    issuedAndUsed: (row) => row.credentialId !== "" && row.kind !== "token-review" && row.firstUsed !== "",
    tokenSecrets: (row) => isTokenSecret(row) && row.action === "create" && effective(row),
    certificatesApproved: (row) => ["approve", "decide"].includes(row.action) && effective(row),
    legacyTokenUses: (row) => row.kind === "legacy-token-use",
  },
  impersonation: {
    constrained: (row) => row.constraint !== "",
    byPeople: (row) => human(row) && succeeded(row),
  },
  deletions: {
    collections: (row) => row.verb === "deletecollection",
    collectionsByPeople: (row) => row.verb === "deletecollection" && effective(row) && human(row),
    dryRunUnknown: (row) => row.dryRun === "unknown",
    byCollector: (row) => row.cascade === "collector",
  },
  configuration: {
    weakens: (row) => row.weakens === "true",
    weakensUnknown: (row) => row.weakens === "unknown",
    weakened: (row) => row.weakens === "true" && effective(row),
    changedByPeople: (row) => effective(row) && human(row),
    tookEffect: effective,
  },
};

/** Counts what a register counts of its own. */
export interface OwnCounts {
  add(row: RegisterRow): void;
  /** All names are there, also those that counted nothing. */
  finish(): Record<string, number>;
}

/** Makes the own counts of a register, all zero. */
export function createOwnCounts(name: RegisterName): OwnCounts {
  const tests = Object.entries(counts[name]) as [string, (row: RegisterRow) => boolean][];
  const sums = Object.fromEntries(tests.map(([word]) => [word, 0]));
  return {
    add(row) {
      for (const [word, holds] of tests) if (holds(row)) sums[word] = (sums[word] ?? 0) + 1;
    },
    finish: () => sums,
  };
}
