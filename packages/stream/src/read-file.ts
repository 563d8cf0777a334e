import { createHash } from "node:crypto";
import type { FileAccount, SourcedEvent } from "@kaudit/schema";
import { FileTally } from "./account.js";
import { ContentFramer } from "./content-framer.js";
import { DecompressionBudget } from "./containers/decompression-budget.js";
import type { DecompressionLimits } from "./containers/decompression-budget.js";
import type { DecompressionFailure } from "./containers/gzip.js";
import { tarMembers } from "./containers/tar.js";
import { unwrap } from "./containers/unwrap.js";
import type { UnreadRest, UnwrappedContent } from "./containers/unwrap.js";
import { zipMembers } from "./containers/zip.js";
import type { FileObserver, FileOutcome, OpenedFile, ReadFileOptions, Surroundings } from "./file-reading.js";
import { ArchiveReader, mostMembers } from "./read-archive.js";
import type { ArchiveContent } from "./read-archive.js";
import { RecordReader } from "./record.js";
import type { InputFile } from "./sources/input-file.js";

/**
 * Reads one file: raw bytes → decompressed bytes → records → events, or archive → its members, each as a file of its own.
 * Gives the events in batches, then the outcome. An empty batch says that a record was found which is no event but was
 * meant to be one.
 */
export function readFile(
  input: InputFile,
  options: ReadFileOptions,
  observer: FileObserver,
): AsyncGenerator<SourcedEvent[], FileOutcome> {
  return new FileReading(input, options, observer, { layers: 0, budget: new DecompressionBudget(options) }).read();
}

/** Tells by its first bytes whether a file is an archive. */
export async function isArchive(input: InputFile, limits: DecompressionLimits): Promise<boolean> {
  const raw = input.open()[Symbol.asyncIterator]();
  try {
    const content = await unwrap(
      { [Symbol.asyncIterator]: () => ({ next: () => raw.next() }) },
      new DecompressionBudget(limits),
      0,
    );
    await content.close();
    return content.form.kind === "tar" || content.form.kind === "zip";
  } finally {
    await raw.return?.();
  }
}

/** The reading of one file, or of one member of an archive. */
class FileReading implements OpenedFile {
  readonly #input: InputFile;
  readonly #options: ReadFileOptions;
  readonly #observer: FileObserver;
  readonly #around: Surroundings;
  readonly #tally = new FileTally();
  readonly #records: RecordReader;
  readonly #sha256 = createHash("sha256");
  readonly #raw: AsyncIterator<Uint8Array, DecompressionFailure | undefined>;
  #bytes = 0;
  /** Why a member's raw bytes ended too early. */
  #rawFailure: DecompressionFailure | undefined;
  #decompressedBytes = 0;

  constructor(input: InputFile, options: ReadFileOptions, observer: FileObserver, around: Surroundings) {
    this.#input = input;
    this.#options = options;
    this.#observer = observer;
    this.#around = around;
    const origin = { ...input, cluster: options.cluster };
    this.#records = new RecordReader(origin, options, this.#tally, (record) => observer.rejected(record));
    this.#raw = this.#counted();
  }

  async *read(): AsyncGenerator<SourcedEvent[], FileOutcome> {
    // The source is only closed here, at the end: all raw bytes are hashed, whatever comes of them.
    const source = { [Symbol.asyncIterator]: () => ({ next: () => this.#raw.next() }) };
    let content: UnwrappedContent | undefined;
    try {
      content = await unwrap(source, this.#around.budget, this.#around.layers);
      const archive = this.#members(content);
      return archive === undefined ? yield* this.#readRecords(content) : yield* this.#readMembers(content, archive);
    } finally {
      await content?.close();
      await this.#raw.return?.();
    }
  }

  /** Counts and hashes the bytes without reading them, and rejects them for the reason given. */
  async refuse(detail: string): Promise<FileOutcome> {
    try {
      await this.#drainRaw();
      this.#reject({ reason: "decompression-failed", detail, byteLength: this.#bytes }, 0);
      return { account: this.#account("none"), isAuditLog: true, members: [], skipped: [] };
    } finally {
      await this.#raw.return?.();
    }
  }

  async *#counted(): AsyncGenerator<Uint8Array, DecompressionFailure | undefined> {
    const chunks = this.#input.open()[Symbol.asyncIterator]() as AsyncIterator<
      Uint8Array,
      DecompressionFailure | undefined
    >;
    let ended = false;
    try {
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) {
          ended = true;
          this.#rawFailure = next.value;
          return undefined;
        }
        this.#bytes += next.value.length;
        this.#sha256.update(next.value);
        if (this.#around.archive === undefined) {
          this.#around.budget.addRaw(next.value.length);
          this.#observer.bytesRead(next.value.length);
        } else this.#observer.bytesRead(0);
        yield next.value;
      }
    } finally {
      if (!ended) await chunks.return?.();
    }
  }

  async #drainRaw(): Promise<void> {
    while ((await this.#raw.next()).done !== true);
  }

  async *#readRecords(content: UnwrappedContent): AsyncGenerator<SourcedEvent[], FileOutcome> {
    const { form } = content;
    const records = this.#records;
    if (form.kind === "plain") {
      const framer = new ContentFramer(records, this.#options);
      let announced = false;
      for await (const chunk of content.chunks) {
        this.#decompressedBytes += chunk.length;
        framer.push(chunk);
        if (records.events.length > 0 || (records.isAuditLog && !announced)) {
          announced = true;
          yield records.takeEvents();
        }
      }
      framer.end();
      records.end();
    }
    await this.#drainRaw();
    if (form.kind === "unread") this.#reject({ ...form, byteLength: this.#bytes });
    else if (form.kind !== "plain") this.#reject(zipWithoutPlaces(this.#bytes));
    this.#rejectRest(content);
    if (records.events.length > 0) yield records.takeEvents();
    return { account: this.#account(content.compression), isAuditLog: records.isAuditLog, members: [], skipped: [] };
  }

  /** Gives the members where the content is an archive that can be read. */
  #members(content: UnwrappedContent): ArchiveContent | undefined {
    if (content.form.kind === "tar")
      return { container: "tar", members: () => tarMembers(this.#countedContent(content)) };
    const { openRandomAccess } = this.#input;
    if (content.form.kind !== "zip" || content.compression !== "none" || openRandomAccess === undefined)
      return undefined;
    return {
      container: "zip",
      members: async function* (this: FileReading) {
        await this.#drainRaw();
        this.#decompressedBytes = this.#bytes;
        const file = await openRandomAccess();
        try {
          return yield* zipMembers(file, this.#around.budget, mostMembers);
        } finally {
          await file.close();
        }
      }.bind(this),
    };
  }

  async *#countedContent(content: UnwrappedContent): AsyncGenerator<Uint8Array> {
    for await (const chunk of content.chunks) {
      this.#decompressedBytes += chunk.length;
      yield chunk;
    }
  }

  async *#readMembers(content: UnwrappedContent, archive: ArchiveContent): AsyncGenerator<SourcedEvent[], FileOutcome> {
    const around = { layers: content.layers, budget: this.#around.budget, archive: this.#input.file };
    const reader = new ArchiveReader(
      this.#input,
      this.#options.instance,
      this.#observer,
      (input, observer) => new FileReading(input, this.#options, observer, around),
    );
    const failure = yield* reader.read(archive.members());
    await this.#drainRaw();
    if (failure !== undefined) {
      const byteLength = Math.max(0, this.#decompressedBytes - failure.rawOffset);
      this.#reject({ reason: "decompression-failed", detail: failure.detail, byteLength }, failure.rawOffset);
    }
    this.#rejectRest(content);
    const isAuditLog = reader.isAuditLog || this.#records.isAuditLog;
    const account = this.#account(content.compression, archive.container);
    return { account, isAuditLog, members: reader.members, skipped: reader.skippedMembers() };
  }

  /** Rejects what a decompressor or the archive around could not give. */
  #rejectRest(content: UnwrappedContent): void {
    const failure = content.failure();
    if (failure !== undefined) this.#reject(failure);
    if (this.#rawFailure !== undefined) {
      this.#reject({ reason: "decompression-failed", detail: this.#rawFailure.detail, byteLength: 0 });
    }
  }

  #reject({ reason, detail, byteLength }: UnreadRest, byteOffset = this.#decompressedBytes): void {
    this.#records.unread({ byteOffset, byteLength, reason, detail });
  }

  #account(compression: FileAccount["compression"], container?: "tar" | "zip"): FileAccount {
    const raw = {
      file: this.#input.file,
      bytes: this.#bytes,
      sha256: this.#sha256.digest("hex"),
      compression,
      decompressedBytes: this.#decompressedBytes,
      ...(container === undefined ? {} : { container }),
      ...(this.#around.archive === undefined ? {} : { archive: this.#around.archive }),
    };
    return this.#tally.account(raw, this.#input);
  }
}

function zipWithoutPlaces(byteLength: number): UnreadRest {
  const detail =
    "a zip inside a stream, a compressed file or another archive, which is not read: save it as a file or unpack it";
  return { reason: "decompression-failed", detail, byteLength };
}
