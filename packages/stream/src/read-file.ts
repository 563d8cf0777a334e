import { createHash } from "node:crypto";
import type { FileAccount, RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { FileTally } from "./account.js";
import { detectFileForm, formBytes } from "./file-form.js";
import type { FileForm } from "./file-form.js";
import { RecordFramer } from "./framing.js";
import type { FramingLimits } from "./frame-sink.js";
import { gunzip } from "./gzip.js";
import { RecordReader } from "./record.js";
import type { InputFile } from "./sources/input-file.js";

/** Takes note of what happens while a file is read. */
export interface FileObserver {
  rejected(record: RejectedRecord): void;
  /** Raw bytes were read; throws to end the reading. */
  bytesRead(count: number): void;
}

/** What came of a file. */
export interface FileOutcome {
  readonly account: FileAccount;
  /** Whether it held anything that is, or was, an audit record. */
  readonly isAuditLog: boolean;
}

/**
 * Reads one file: raw bytes → decompressed bytes → records → events. Gives the events in batches, then the outcome.
 * An empty batch says that a record was found which is no event but was meant to be one.
 */
export async function* readFile(
  input: InputFile,
  options: FramingLimits & { readonly cluster?: string },
  observer: FileObserver,
): AsyncGenerator<SourcedEvent[], FileOutcome> {
  const tally = new FileTally();
  const origin = { ...input, cluster: options.cluster };
  const records = new RecordReader(origin, options, tally, (record) => observer.rejected(record));
  const framer = new RecordFramer(records, options);
  const sha256 = createHash("sha256");
  let bytes = 0;
  let decompressedBytes = 0;

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.open()) {
      bytes += chunk.length;
      sha256.update(chunk);
      observer.bytesRead(chunk.length);
      yield chunk;
    }
  }

  const { head, chunks } = await peek(counted(), formBytes);
  const form = detectFileForm(head);
  const content = contentOf(chunks, form);
  let unread: UnreadRest | undefined;
  let announced = false;
  try {
    for (;;) {
      const next = await content.next();
      if (next.done === true) {
        unread = next.value;
        break;
      }
      decompressedBytes += next.value.length;
      framer.push(next.value);
      if (records.events.length > 0 || (records.isAuditLog && !announced)) {
        announced = true;
        yield records.takeEvents();
      }
    }
  } finally {
    await content.return(undefined);
  }
  framer.end();
  records.end();
  if (unread !== undefined) {
    const { reason, detail, rawOffset } = unread;
    records.unread({ byteOffset: decompressedBytes, byteLength: bytes - rawOffset, reason, detail });
  }
  if (records.events.length > 0) yield records.takeEvents();

  const raw = {
    file: input.file,
    bytes,
    sha256: sha256.digest("hex"),
    compression: form.kind === "gzip" ? ("gzip" as const) : ("none" as const),
    decompressedBytes,
  };
  return { account: tally.account(raw, input), isAuditLog: records.isAuditLog };
}

/** Looks at the first bytes of a stream and gives the whole stream back. */
async function peek(
  source: AsyncGenerator<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; chunks: AsyncIterable<Uint8Array> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  }
  return { head, chunks: chunks() };
}

/** The end of a file that could not be turned into text. */
interface UnreadRest {
  readonly reason: "decompression-failed" | "invalid-utf8";
  readonly detail: string;
  /** Where it begins in the raw bytes. */
  readonly rawOffset: number;
}

async function* contentOf(
  chunks: AsyncIterable<Uint8Array>,
  form: FileForm,
): AsyncGenerator<Uint8Array, UnreadRest | undefined> {
  if (form.kind === "gzip") {
    const failure = yield* gunzip(chunks);
    return failure === undefined ? undefined : { ...failure, reason: "decompression-failed" };
  }
  if (form.kind === "plain") {
    for await (const chunk of chunks) yield chunk;
    return undefined;
  }
  for await (const _ of chunks);
  return { reason: form.reason, detail: form.detail, rawOffset: 0 };
}
