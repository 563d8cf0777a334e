import type { EventReading, FileAccount, SkippedFile, SourceAccount, SourcedEvent } from "@kaudit/schema";
import { throwIfAborted } from "./abort.js";
import { AccountBuilder } from "./account.js";
import { StreamError } from "./errors.js";
import type { FileObserver, FileOutcome } from "./file-reading.js";
import { resolveOptions } from "./options.js";
import type { ReadEventsOptions, ResolvedOptions } from "./options.js";
import { isArchive, readFile } from "./read-file.js";
import { skipReason } from "./skip-reason.js";
import type { EventInput } from "./sources/event-input.js";
import { resolveInputs } from "./sources/inputs.js";
import type { InputFile } from "./sources/input-file.js";

/** What events can be read from: one input or several. Several arrays of bytes are several inputs. */
export type EventInputs = EventInput | readonly EventInput[];

const progressEveryBytes = 1 << 22;

/** Counts over all files, reports progress and ends the reading when the signal says so. */
class ReadingObserver implements FileObserver {
  filesDone = 0;
  bytes = 0;
  events = 0;
  rejectedCount = 0;
  file = "";
  #reported = 0;
  readonly #files: number;
  readonly #totalBytes: number;
  readonly #options: ResolvedOptions;
  readonly #account: AccountBuilder;

  constructor(files: readonly InputFile[], options: ResolvedOptions, account: AccountBuilder) {
    this.#files = files.length;
    this.#totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#options = options;
    this.#account = account;
  }

  rejected(record: Parameters<FileObserver["rejected"]>[0]): void {
    this.rejectedCount++;
    this.#account.addRejected(record);
    this.#options.onRejected?.(record);
  }

  bytesRead(count: number): void {
    throwIfAborted(this.#options.signal);
    this.bytes += count;
    if (this.bytes - this.#reported >= progressEveryBytes) this.report();
  }

  report(): void {
    this.#reported = this.bytes;
    this.#options.onProgress?.({
      filesDone: this.filesDone,
      files: this.#files,
      bytes: this.bytes,
      totalBytes: this.#totalBytes,
      events: this.events,
      rejected: this.rejectedCount,
      file: this.file,
    });
  }
}

async function* readAll(
  inputs: EventInputs,
  options: ResolvedOptions,
): AsyncGenerator<readonly SourcedEvent[], SourceAccount> {
  throwIfAborted(options.signal);
  const { files, skipped: passedOver } = await resolveInputs(
    Array.isArray(inputs) ? inputs : [inputs as EventInput],
    options,
  );
  const account = new AccountBuilder();
  const observer = new ReadingObserver(files, options, account);
  for (const file of passedOver) account.addSkipped(file);
  for (const file of files) {
    observer.file = file.file;
    const skipped = file.named ? undefined : await reasonToSkip(file, options);
    if (skipped === undefined) {
      const outcome = yield* readOne(file, options, observer);
      if (file.named || outcome.isAuditLog) {
        for (const read of [outcome.account, ...outcome.members]) account.addFile(read);
        for (const member of outcome.skipped) account.addSkipped(member);
      } else account.addSkipped(skippedFile(outcome.account));
    } else {
      account.addSkipped(skipped);
      observer.bytes += file.bytes;
    }
    observer.filesDone++;
    observer.report();
  }
  return account.finish();
}

async function* readOne(
  file: InputFile,
  options: ResolvedOptions,
  observer: ReadingObserver,
): AsyncGenerator<readonly SourcedEvent[], FileOutcome> {
  const content = readFile(file, options, observer);
  try {
    for (;;) {
      const next = await content.next();
      if (next.done === true) return next.value;
      observer.events += next.value.length;
      if (next.value.length > 0) yield next.value;
    }
  } finally {
    // The iteration may have been left: the file must not stay open.
    await content.return(undefined as never);
  }
}

/**
 * Reads a file that was found in a folder until something in it is, or was, an audit record. Gives undefined when there is
 * such a record, which in a log is so after the first chunk, and for an archive, which is read once and decides at its end; otherwise what the account says about the skipped file.
 */
async function reasonToSkip(file: InputFile, options: ResolvedOptions): Promise<SkippedFile | undefined> {
  if (await isArchive(file, options)) return undefined;
  const probe = readFile(file, options, { rejected() {}, bytesRead: () => throwIfAborted(options.signal) });
  for (;;) {
    const next = await probe.next();
    if (next.done !== true) {
      await probe.return(undefined as never);
      return undefined;
    }
    const { account, isAuditLog } = next.value;
    if (isAuditLog) return undefined;
    return skippedFile(account);
  }
}

function skippedFile(account: FileAccount): SkippedFile {
  const { file, bytes, sha256 } = account;
  return { file, bytes, reason: skipReason(account), sha256 };
}

/**
 * Reads audit events: an async iterable of `{ event, provenance }`, and `account`, the control totals of all that was
 * read. Can be iterated once.
 *
 * Inputs are paths to files and folders (recursively), globs, `-` (standard input), `s3://` addresses, with `allowHttp`
 * also those of web servers, objects of any store, streams of bytes, bytes, or several of these. gzip, zstd, tar and zip
 * are recognised by their first bytes; each file in an archive is one of its own. Events come from JSON lines, from
 * EventLists of any size, from JSON over several lines and from other programs' envelopes around them,
 * in the order of the files: a folder's rotated files before the one being written.
 *
 * Whatever cannot be read as an event is counted: as rejected, with place and reason (`onRejected`, `account.rejected`),
 * or as foreign when it is a well-formed record of another program. A file found in a folder or by a glob in which
 * nothing is or was an audit record is listed in `account.skipped`; a file that was named itself never is. Memory is
 * bounded by the longest record and a few chunks, whatever the size of the input.
 *
 * `account` settles once the iteration has ended and rejects if it failed or was left early
 * (`KAUDIT_STREAM_UNFINISHED`).
 *
 * @throws StreamError while iterating: `KAUDIT_STREAM_INPUT_EMPTY`, `KAUDIT_STREAM_PACKAGE_MISSING` and, for an input
 * that cannot be used, `KAUDIT_STREAM_OPTION_INVALID` before the first event; `KAUDIT_STREAM_INPUT_MISSING` (of files
 * before the first event), `KAUDIT_STREAM_INPUT_UNREADABLE`, `KAUDIT_STREAM_INPUT_CHANGED` and `KAUDIT_STREAM_ABORTED`
 * at any time; at once, for a limit that cannot be used, `KAUDIT_STREAM_OPTION_INVALID`.
 *
 * @example
 * const reading = readEvents("/var/log/kubernetes/audit");
 * for await (const { event, provenance } of reading) console.log(provenance.file, event.verb, event.requestURI);
 * const { totals } = await reading.account;
 */
export function readEvents(inputs: EventInputs, options: ReadEventsOptions = {}): EventReading {
  const batches = readAll(inputs, resolveOptions(options));
  let settle!: (account: SourceAccount) => void;
  let fail!: (error: unknown) => void;
  const account = new Promise<SourceAccount>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever only iterates gets the error from the iteration; it must not also count as unhandled.
  account.catch(() => {});

  let batch: readonly SourcedEvent[] = [];
  let at = 0;
  const iterator: AsyncIterator<SourcedEvent> = {
    async next() {
      try {
        while (at >= batch.length) {
          const next = await batches.next();
          if (next.done === true) {
            settle(next.value);
            return { done: true, value: undefined };
          }
          batch = next.value;
          at = 0;
        }
        return { done: false, value: batch[at++] as SourcedEvent };
      } catch (error) {
        fail(error);
        throw error;
      }
    },
    async return() {
      fail(new StreamError("KAUDIT_STREAM_UNFINISHED", "There is no account: the iteration was left before its end."));
      batch = [];
      await batches.return(undefined as never);
      return { done: true, value: undefined };
    },
  };
  return { account, [Symbol.asyncIterator]: () => iterator };
}
