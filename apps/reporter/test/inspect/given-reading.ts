import type { EventProvenance, EventReading, FileAccount, RejectedRecord, SourceAccount } from "@kaudit/schema";
import { auditEvent } from "@kaudit/testkit";

type Event = ReturnType<typeof auditEvent>;

/** An event, and what is to differ in its provenance. */
export interface GivenEvent {
  readonly event?: Partial<Event>;
  readonly provenance?: Partial<EventProvenance>;
}

/** What the account of a reading holds besides its events. */
export interface GivenAccount {
  readonly files?: readonly Partial<FileAccount>[];
  readonly skipped?: SourceAccount["skipped"];
  readonly rejected?: readonly RejectedRecord[];
}

function fileAccount(fields: Partial<FileAccount>): FileAccount {
  return {
    file: "audit.log",
    bytes: 1000,
    sha256: "0".repeat(64),
    compression: "none",
    decompressedBytes: 1000,
    records: 1,
    events: 1,
    rejected: 0,
    foreign: 0,
    eventsByStage: {},
    rejectedByReason: {},
    firstTimestamp: null,
    lastTimestamp: null,
    instance: "cp-1",
    instanceBasis: "directory",
    ...fields,
  };
}

/** Gives a reading of these events, as a reader of any shape would give it. */
export function givenReading(given: readonly GivenEvent[], account: GivenAccount = {}): EventReading {
  const events = given.map(({ event, provenance }, n) => ({
    event: auditEvent(event),
    provenance: {
      file: "audit.log",
      byteOffset: n * 1000,
      envelope: "json-lines",
      instance: "cp-1",
      instanceBasis: "directory",
      contentSha256: "0".repeat(64),
      ...provenance,
    } as const,
  }));
  const files = (account.files ?? [{}]).map(fileAccount);
  const sum = (key: "bytes" | "decompressedBytes" | "rejected" | "foreign"): number =>
    files.reduce((total, file) => total + file[key], 0);
  const totals = {
    files: files.length,
    bytes: sum("bytes"),
    decompressedBytes: sum("decompressedBytes"),
    records: events.length + sum("rejected") + sum("foreign"),
    events: events.length,
    rejected: sum("rejected"),
    foreign: sum("foreign"),
  };
  return {
    account: Promise.resolve({ files, skipped: account.skipped ?? [], totals, rejected: account.rejected ?? [] }),
    async *[Symbol.asyncIterator]() {
      yield* events;
    },
  };
}
