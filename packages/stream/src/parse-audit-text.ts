import { hash } from "node:crypto";
import type { RejectedRecord, SourceAccount, SourcedEvent } from "@kaudit/schema";
import { AccountBuilder, FileTally } from "./account.js";
import { ContentFramer } from "./content-framer.js";
import { detectFileForm } from "./containers/file-form.js";
import type { FileForm } from "./containers/file-form.js";
import { readingLimits } from "./limits.js";
import type { ReadingLimits } from "./limits.js";
import { RecordReader } from "./record.js";

/** Text is given to the framer in portions, so that it is not held twice. */
const portionBytes = 1 << 18;

/** Options of `parseAuditText`. */
export interface ParseAuditTextOptions extends ReadingLimits {
  /** Name of the text in provenance and account. Default: `text`. */
  readonly name?: string;
  /** Name of the API server that wrote it. An envelope that names one itself goes before. Default: the name of the text. */
  readonly instance?: string;
  /** Name of the cluster that it is of. An envelope that names one itself goes before. Default: none. */
  readonly cluster?: string;
  /** Called for every rejected record, in order, also beyond the 1,000 that the account holds. Default: nothing. */
  readonly onRejected?: (record: RejectedRecord) => void;
}

/** What was in a text. */
export interface ParsedAuditText {
  readonly events: readonly SourcedEvent[];
  readonly account: SourceAccount;
}

/**
 * Reads audit events from a text, or from the bytes of one, at once and in memory: the events that `readEvents` gives for
 * the same bytes, with the same provenance and account. For browsers and workers; needs nothing of Node.
 *
 * Compressed bytes are not opened: they are rejected as `decompression-failed`. Damaged content is never an error.
 *
 * @throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for a limit that cannot be used.
 *
 * @example
 * const { events, account } = parseAuditText(await file.text(), { name: file.name });
 */
export function parseAuditText(text: string | Uint8Array, options: ParseAuditTextOptions = {}): ParsedAuditText {
  const limits = readingLimits(options);
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const file = options.name ?? "text";
  const identity = { instance: options.instance ?? file, instanceBasis: "option" as const };
  const account = new AccountBuilder();
  const tally = new FileTally();
  const records = new RecordReader({ file, ...identity, cluster: options.cluster }, limits, tally, (record) => {
    account.addRejected(record);
    options.onRejected?.(record);
  });

  const unread = unreadForm(detectFileForm(bytes, true) ?? { kind: "plain" });
  const decompressedBytes = unread === undefined ? bytes.length : 0;
  if (unread === undefined) {
    const framer = new ContentFramer(records, limits);
    for (let at = 0; at < bytes.length; at += portionBytes) framer.push(bytes.subarray(at, at + portionBytes));
    framer.end();
    records.end();
  } else {
    const { reason, detail } = unread;
    records.unread({ byteOffset: 0, byteLength: bytes.length, reason, detail });
  }
  const raw = { file, bytes: bytes.length, sha256: hash("sha256", bytes, "hex"), compression: "none" as const };
  account.addFile(tally.account({ ...raw, decompressedBytes }, identity));
  return { events: records.takeEvents(), account: account.finish() };
}

/** Why bytes of this form are not read; undefined for text. */
function unreadForm(form: FileForm): Pick<Extract<FileForm, { kind: "unread" }>, "reason" | "detail"> | undefined {
  if (form.kind === "plain") return undefined;
  if (form.kind === "unread") return form;
  const detail = `compressed with ${form.kind}, which is not read here; decompress it first`;
  return { reason: "decompression-failed", detail };
}
