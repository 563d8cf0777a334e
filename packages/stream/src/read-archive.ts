import { createHash } from "node:crypto";
import type { FileAccount, RejectedRecord, SkippedFile, SourcedEvent } from "@kaudit/schema";
import { safeMemberName } from "./containers/archive-member.js";
import type { ArchiveMember } from "./containers/archive-member.js";
import type { DecompressionFailure } from "./containers/gzip.js";
import type { FileObserver, FileOutcome, OpenedFile } from "./file-reading.js";
import { skipReason } from "./skip-reason.js";
import type { InputFile } from "./sources/input-file.js";
import { mustGatherInstance } from "./sources/must-gather.js";

/** The rest of an archive with more members is rejected. */
export const mostMembers = 500_000;
/** As many members without audit records are listed one by one. */
const mostListed = 1000;
/** As many rejected records of a member are held until its first audit record shows that they matter. */
const mostHeld = 10_000;

const sha256OfNothing = createHash("sha256").digest("hex");

/** An archive, and how to get at its members. */
export interface ArchiveContent {
  readonly container: "tar" | "zip";
  readonly members: () => AsyncGenerator<ArchiveMember, DecompressionFailure | undefined>;
}

/**
 * Reads the members of one archive, each as a file of its own, in the order they stand and once: whether a member is an
 * audit log is known at its end, so that its rejected records are held back until its first audit record.
 */
export class ArchiveReader {
  /** The accounts of the members that hold audit records. */
  readonly members: FileAccount[] = [];
  isAuditLog = false;
  readonly #archive: InputFile;
  readonly #instance: string | undefined;
  readonly #observer: FileObserver;
  readonly #openMember: (input: InputFile, observer: FileObserver) => OpenedFile;
  readonly #skipped: SkippedFile[] = [];
  readonly #unlisted = { count: 0, bytes: 0 };
  /** How often each name occurred, by its hash: names themselves would fill the memory. */
  readonly #taken = new Map<number, number>();

  /** `instance` is the API server's name where an option gives it; `openMember` says how each member is read. */
  constructor(
    archive: InputFile,
    instance: string | undefined,
    observer: FileObserver,
    openMember: (input: InputFile, observer: FileObserver) => OpenedFile,
  ) {
    this.#archive = archive;
    this.#instance = instance;
    this.#observer = observer;
    this.#openMember = openMember;
  }

  /** Gives the members' events; returns why the rest of the archive could not be read, if so. */
  async *read(
    members: AsyncGenerator<ArchiveMember, DecompressionFailure | undefined>,
  ): AsyncGenerator<SourcedEvent[], DecompressionFailure | undefined> {
    try {
      for (let count = 1; ; count++) {
        const next = await members.next();
        if (next.done === true) return next.value;
        if (count > mostMembers) {
          return { detail: `more than ${mostMembers} members in an archive; unpack it`, rawOffset: 0 };
        }
        // A long row of members without content gives the caller no other chance to end the reading.
        this.#observer.bytesRead(0);
        yield* this.#readMember(next.value);
      }
    } finally {
      await members.return(undefined);
    }
  }

  /** The members without audit records: the first by name, the others as one entry. */
  skippedMembers(): readonly SkippedFile[] {
    const { count, bytes } = this.#unlisted;
    if (count === 0) return this.#skipped;
    const reason = `${count} more ${count === 1 ? "member" : "members"} without audit records`;
    return [...this.#skipped, { file: `${this.#archive.file}!/`, bytes, reason }];
  }

  async *#readMember({ name, bytes, content }: ArchiveMember): AsyncGenerator<SourcedEvent[], void> {
    const file = this.#fileName(name);
    if (content.kind === "none") {
      this.#skip({ file, bytes, reason: content.reason });
      return;
    }
    if (content.kind === "file" && bytes === 0) {
      this.#skip({ file, bytes, reason: "empty", sha256: sha256OfNothing });
      return;
    }
    const input = { file, ...this.#identity(file), bytes, named: false, open: content.open };
    const observer = new HoldingObserver(this.#observer, file);
    const reading = this.#openMember(input, observer);
    const outcome =
      content.kind === "unread" ? await reading.refuse(content.detail) : yield* whenAuditLog(reading, observer);
    if (outcome.isAuditLog) {
      observer.release();
      this.isAuditLog = true;
      this.members.push(outcome.account, ...outcome.members);
      for (const file of outcome.skipped) this.#skip(file);
    } else {
      const { account } = outcome;
      this.#skip({ file, bytes: account.bytes, reason: skipReason(account), sha256: account.sha256 });
    }
  }

  #skip(file: SkippedFile): void {
    if (this.#skipped.length < mostListed) this.#skipped.push(file);
    else {
      this.#unlisted.count++;
      this.#unlisted.bytes += file.bytes;
    }
  }

  /** `archive.tar.gz!/path/in/archive`; a name that occurs again gets `#2` behind it, which no member's own name can be. */
  #fileName(memberName: string): string {
    const name = safeMemberName(memberName);
    const hash = Number.parseInt(createHash("sha256").update(name).digest("hex").slice(0, 13), 16);
    const count = (this.#taken.get(hash) ?? 0) + 1;
    this.#taken.set(hash, count);
    return `${this.#archive.file}!/${name}${count === 1 ? "" : `#${count}`}`;
  }

  /** An archive is like a folder of its name without suffix: `m1.tar.gz!/logs/audit.log` gives `m1/logs`. */
  #identity(file: string): Pick<InputFile, "instance" | "instanceBasis"> {
    if (this.#instance !== undefined) return { instance: this.#instance, instanceBasis: "option" };
    const below = file.startsWith("-!/") ? `stdin${file.slice(1)}` : file;
    const folder = below.slice(0, below.lastIndexOf("/")).replaceAll(archiveSuffix, "");
    return { instance: mustGatherInstance(file.replaceAll("!/", "/")) ?? folder, instanceBasis: "directory" };
  }
}

const archiveSuffix = /(?:\.(?:tar|tgz|tzst|zip|gz|zst))*!(?=\/|$)/g;

/** Lets rejected records through from the member's first audit record on. */
async function* whenAuditLog(
  reading: OpenedFile,
  observer: HoldingObserver,
): AsyncGenerator<SourcedEvent[], FileOutcome> {
  const batches = reading.read();
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
      observer.release();
      yield next.value;
    }
  } finally {
    await batches.return(undefined as never);
  }
}

/** Holds rejected records back until it is told that they count. */
class HoldingObserver implements FileObserver {
  #held: RejectedRecord[] | undefined = [];
  #dropped: RejectedRecord | undefined;
  #droppedCount = 0;
  readonly #observer: FileObserver;
  readonly #file: string;

  constructor(observer: FileObserver, file: string) {
    this.#observer = observer;
    this.#file = file;
  }

  rejected(record: RejectedRecord): void {
    if (this.#held === undefined) this.#observer.rejected(record);
    else if (this.#held.length < mostHeld) this.#held.push(record);
    else {
      this.#dropped ??= record;
      this.#droppedCount++;
    }
  }

  bytesRead(count: number): void {
    this.#observer.bytesRead(count);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const record of held) this.#observer.rejected(record);
    if (this.#dropped === undefined) return;
    // Their number is in the tally; their places could not be kept.
    const more = this.#droppedCount - 1;
    const detail = `${this.#dropped.detail}; ${more} more records of this file, before its first audit record, were rejected`;
    this.#observer.rejected({ ...this.#dropped, file: this.#file, detail });
    this.#dropped = undefined;
  }
}
