import type {
  BlindSpot,
  FileAccount,
  IdentityBasis,
  RejectedRecord,
  RejectionReason,
  SkippedFile,
  SourceAccount,
} from "@kaudit/schema";

/**
 * How many distinct stages, envelopes and kinds are counted by name: `stage` is not validated by anybody, and envelopes
 * can be put inside each other in many ways, so that a hostile file can hold any number.
 */
const mostNames = 32;
const otherNames = "(other)";

/** How many rejected records an account holds. */
const heldRejected = 1000;

/** Counts what one file held. */
export class FileTally {
  events = 0;
  rejected = 0;
  foreign = 0;
  nulBytes = 0;
  invalidUtf8Events = 0;
  firstTimestamp: string | null = null;
  lastTimestamp: string | null = null;
  truncatedEvents = 0;
  readonly #stages = new Map<string, number>();
  readonly #envelopes = new Map<string, number>();
  readonly #foreignKinds = new Map<string, number>();
  readonly #blindSpots = new Map<BlindSpot, number>();
  readonly #reasons = new Map<RejectionReason, number>();

  countEvent(stage: string, timestamp: string | null): void {
    this.events++;
    countName(this.#stages, stage);
    if (timestamp === null) return;
    // Events that were read have UTC with six decimals here, whatever was written: such texts compare as instants do.
    if (this.firstTimestamp === null || timestamp < this.firstTimestamp) this.firstTimestamp = timestamp;
    if (this.lastTimestamp === null || timestamp > this.lastTimestamp) this.lastTimestamp = timestamp;
  }

  countRejected(reason: RejectionReason): void {
    this.rejected++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  countForeign(kind: string): void {
    this.foreign++;
    countName(this.#foreignKinds, kind);
  }

  /** Counts an event or a rejected record by the shape around it. */
  countEnvelope(envelope: string): void {
    countName(this.#envelopes, envelope);
  }

  /** Counts an event by one thing that the way it came by cannot show. */
  countBlindSpot(blindSpot: BlindSpot): void {
    this.#blindSpots.set(blindSpot, (this.#blindSpots.get(blindSpot) ?? 0) + 1);
  }

  /** The account of the file. `raw` and `identity` say what the tally does not know. */
  account(
    raw: Pick<FileAccount, "file" | "bytes" | "sha256" | "compression" | "decompressedBytes" | "container" | "archive">,
    identity: { readonly instance: string; readonly instanceBasis: IdentityBasis },
  ): FileAccount {
    return {
      ...raw,
      records: this.events + this.rejected + this.foreign,
      events: this.events,
      rejected: this.rejected,
      foreign: this.foreign,
      eventsByStage: sortedCounts(this.#stages),
      rejectedByReason: sortedCounts(this.#reasons),
      invalidUtf8Events: this.invalidUtf8Events,
      nulBytes: this.nulBytes,
      truncatedEvents: this.truncatedEvents,
      envelopes: sortedCounts(this.#envelopes),
      foreignByKind: sortedCounts(this.#foreignKinds),
      blindSpots: sortedCounts(this.#blindSpots),
      firstTimestamp: this.firstTimestamp,
      lastTimestamp: this.lastTimestamp,
      instance: identity.instance,
      instanceBasis: identity.instanceBasis,
    };
  }
}

function countName(counts: Map<string, number>, name: string): void {
  const known = counts.get(name);
  if (known !== undefined || counts.size < mostNames) counts.set(name, (known ?? 0) + 1);
  else counts.set(otherNames, (counts.get(otherNames) ?? 0) + 1);
}

function sortedCounts<Name extends string>(counts: ReadonlyMap<Name, number>): Record<Name, number> {
  // Object.fromEntries defines own properties, so that a stage called `__proto__` is only a name.
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) as Record<Name, number>;
}

/** Gathers the accounts of all files of a reading. */
export class AccountBuilder {
  readonly #files: FileAccount[] = [];
  readonly #skipped: SkippedFile[] = [];
  readonly #rejected: RejectedRecord[] = [];

  addFile(file: FileAccount): void {
    this.#files.push(file);
  }

  addSkipped(file: SkippedFile): void {
    this.#skipped.push(file);
  }

  addRejected(record: RejectedRecord): void {
    if (this.#rejected.length < heldRejected) this.#rejected.push(record);
  }

  finish(): SourceAccount {
    const totals = { files: 0, bytes: 0, decompressedBytes: 0, records: 0, events: 0, rejected: 0, foreign: 0 };
    for (const file of this.#files) {
      totals.files++;
      if (file.archive === undefined) totals.bytes += file.bytes;
      if (file.container === undefined) totals.decompressedBytes += file.decompressedBytes;
      totals.records += file.records;
      totals.events += file.events;
      totals.rejected += file.rejected;
      totals.foreign += file.foreign;
    }
    return { files: this.#files, skipped: this.#skipped, totals, rejected: this.#rejected };
  }
}
