import type { CountedActivity, EventReading, RejectedRecord, SourceAccount, SourcedEvent } from "@kaudit/schema";

/** The reading of one of several clusters; it is opened when the one before it has ended. */
export interface ClusterReading {
  readonly cluster: string;
  open(onRejected: (record: RejectedRecord) => void): EventReading;
}

/** Rejected records that an account holds, as in `@kaudit/stream`. */
const heldRejected = 1000;

/** Gives the beginning of a cluster's file names: its name, without what would end it, and a slash. */
function clusterFolder(cluster: string): string {
  return `${cluster.replace(/[%/\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}/`;
}

/**
 * Makes one reading of those of several clusters, one after the other, so that no more than one is open. Events, files and rejected
 * records say their cluster, whatever their envelope says (which `envelopeCluster` keeps), and file names begin with it: `prod-eu-1/audit.log`, a slash in a
 * cluster's name written as %2F. The account holds every file, and totals over all.
 */
export function joinClusters(
  readings: readonly ClusterReading[],
  onRejected: (record: RejectedRecord) => void = () => {},
): EventReading {
  let settle!: (account: SourceAccount) => void;
  let fail!: (error: unknown) => void;
  const account = new Promise<SourceAccount>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever only iterates gets the error from the iteration; it must not also count as unhandled.
  account.catch(() => {});
  const listeners: ((counted: CountedActivity) => void)[] = [];
  return {
    account,
    onCounted: (listener) => void listeners.push(listener),
    async *[Symbol.asyncIterator]() {
      const accounts: SourceAccount[] = [];
      try {
        for (const { cluster, open } of readings) {
          const folder = clusterFolder(cluster);
          const reading = open((record) => onRejected({ ...record, cluster, file: folder + record.file }));
          reading.onCounted?.((counted) => {
            for (const listener of listeners) listener(countedOf(counted, cluster, folder));
          });
          for await (const sourced of reading) yield ofCluster(sourced, cluster, folder);
          accounts.push(accountOf(await reading.account, cluster, folder));
        }
        settle(joined(accounts));
      } catch (error) {
        fail(error);
        throw error;
      } finally {
        // Left before its end; nothing is changed where it has been settled.
        fail(new Error("There is no account: the iteration was left before its end."));
      }
    },
  };
}

function ofCluster({ event, provenance, ...more }: SourcedEvent, cluster: string, folder: string): SourcedEvent {
  return {
    ...more,
    event,
    provenance: {
      ...provenance,
      ...(provenance.clusterBasis === "envelope" && provenance.cluster !== undefined
        ? { envelopeCluster: provenance.cluster }
        : {}),
      cluster,
      clusterBasis: "option",
      file: folder + provenance.file,
    },
  };
}

function countedOf(counted: CountedActivity, cluster: string, folder: string): CountedActivity {
  return { ...counted, cluster, clusterBasis: "option", file: folder + counted.file };
}

function accountOf(account: SourceAccount, cluster: string, folder: string): SourceAccount {
  const named = <Item extends { readonly file: string }>(item: Item) => ({
    ...item,
    cluster,
    file: folder + item.file,
  });
  return {
    ...account,
    files: account.files.map((file) => ({
      ...named(file),
      ...(file.archive === undefined ? {} : { archive: folder + file.archive }),
    })),
    skipped: account.skipped.map(named),
    rejected: account.rejected.map(named),
  };
}

function joined(accounts: readonly SourceAccount[]): SourceAccount {
  const totals = { files: 0, bytes: 0, decompressedBytes: 0, records: 0, events: 0, rejected: 0, foreign: 0 };
  for (const account of accounts) {
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += account.totals[key];
  }
  return {
    files: accounts.flatMap(({ files }) => files),
    skipped: accounts.flatMap(({ skipped }) => skipped),
    totals,
    rejected: accounts.flatMap(({ rejected }) => rejected).slice(0, heldRejected),
  };
}
