import { isUtf8 } from "node:buffer";
import { describeProblem, isEventLike, safeParseEvent } from "@kaudit/schema";
import type { IdentityBasis, RejectedRecord, RejectionReason, SourcedEvent } from "@kaudit/schema";
import type { FileTally } from "./account.js";
import { contentSha256 } from "./content-hash.js";
import { maskedExcerpt } from "./excerpt.js";
import type { DamagedRecord, FramedDocument, FrameSink } from "./frame-sink.js";

/** Names a file and the API server it belongs to, as provenance does. */
export interface RecordOrigin {
  readonly file: string;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
}

const auditVersions = "audit.k8s.io/";
const legacyText = /^\d{4}-\d\d-\d\dT\S{1,40} AUDIT: id="/;
const eventStart = `{"kind":"Event","apiVersion":"${auditVersions}`;
const listStart = `{"kind":"EventList","apiVersion":"${auditVersions}`;
const scalarStart = /^["\-\dtfn]/;
const klogText = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6}\s+\d+ [^\s\]]{1,200}\]/;

/** Turns framed records into events, and everything else into something that is counted. */
export class RecordReader implements FrameSink {
  /** The events found since they were last taken. */
  events: SourcedEvent[] = [];
  /** Whether anything was found that is, or was, an audit record. */
  isAuditLog = false;

  readonly #keepsRaw: boolean;
  readonly #origin: RecordOrigin;
  readonly #tally: FileTally;
  readonly #reject: (record: RejectedRecord) => void;

  /** `keepsRaw`: each event comes with a copy of its bytes. */
  constructor(origin: RecordOrigin, tally: FileTally, reject: (record: RejectedRecord) => void, keepsRaw = false) {
    this.#keepsRaw = keepsRaw;
    this.#origin = origin;
    this.#tally = tally;
    this.#reject = reject;
  }

  document(document: FramedDocument): void {
    const { value } = document;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#rejectDocument(document, "not-an-event", `expected a JSON object, got ${typeName(value)}`);
      return;
    }
    const record = value as Record<string, unknown>;
    if (!isAuditRecord(record)) {
      if (wrapsAuditRecord(document.text)) {
        this.isAuditLog = true;
        this.#rejectDocument(document, "not-an-event", "an audit event inside another program's envelope");
      } else if (record["kind"] === "EventList" && isAuditVersion(record["apiVersion"]))
        this.#listWithoutItems(document, record);
      else this.#tally.foreign++;
      return;
    }
    this.isAuditLog = true;
    const { listVersion } = document;
    const parsed = safeParseEvent(value, listVersion === undefined ? undefined : { listVersion });
    if (!parsed.success) {
      const [first, ...others] = parsed.problems;
      const more = others.length > 0 ? `, and ${others.length} more` : "";
      this.#rejectDocument(document, "invalid-event", first === undefined ? "" : describeProblem(first) + more);
      return;
    }
    const { event, upgradedFrom } = parsed;
    this.#tally.countEvent(event.stage, event.requestReceivedTimestamp);
    const { text, bytes, start, end, byteOffset, envelope } = document;
    if (text.includes("\ufffd") && !isUtf8(bytes.subarray(start, end))) this.#tally.invalidUtf8Events++;
    const { file, instance, instanceBasis } = this.#origin;
    const sha256 = contentSha256(text, bytes, start, end, event, upgradedFrom !== undefined);
    const provenance = { file, byteOffset, envelope, instance, instanceBasis, contentSha256: sha256 };
    const sourced = { event, provenance: upgradedFrom === undefined ? provenance : { ...provenance, upgradedFrom } };
    this.events.push(
      this.#keepsRaw ? { ...sourced, raw: Uint8Array.prototype.slice.call(bytes, start, end) } : sourced,
    );
  }

  text(bytes: Buffer, start: number, end: number, byteOffset: number): void {
    const head = bytes.subarray(start, Math.min(end, start + 4096));
    const beginning = head.toString("latin1");
    if (klogText.test(beginning)) {
      this.#tally.foreign++;
      return;
    }
    const place = { byteOffset, byteLength: end - start, head };
    const value = scalarStart.test(beginning) ? parsedScalar(bytes.toString("utf8", start, end)) : undefined;
    if (wrapsAuditRecord(beginning)) {
      this.isAuditLog = true;
      this.#addRejected({ ...place, reason: "not-json", detail: "text around an audit event" });
    } else if (legacyText.test(beginning)) {
      this.isAuditLog = true;
      this.#addRejected({ ...place, reason: "not-json", detail: "legacy text audit line (--audit-log-format=legacy)" });
    } else if (value !== undefined) {
      this.#addRejected({ ...place, reason: "not-an-event", detail: `expected a JSON object, got ${typeName(value)}` });
    } else {
      this.#addRejected({ ...place, reason: "not-json", detail: "text, expected a JSON object" });
    }
  }

  damaged(record: DamagedRecord): void {
    if (wasAuditRecord(record.head)) this.isAuditLog = true;
    this.#addRejected(record);
  }

  /** The rest of a file that could not be turned into text. Whether it held audit records nobody knows. */
  unread(rest: Omit<DamagedRecord, "reason" | "head"> & { readonly reason: RejectionReason }): void {
    this.isAuditLog = true;
    this.#addRejected({ ...rest, head: Buffer.alloc(0) });
  }

  takeEvents(): SourcedEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  eventList(): void {
    this.isAuditLog = true;
  }

  padding(nulBytes: number): void {
    this.#tally.nulBytes += nulBytes;
  }

  #listWithoutItems(document: FramedDocument, list: Record<string, unknown>): void {
    this.isAuditLog = true;
    // Go writes an empty list as null; such a list holds no record.
    if (list["items"] === null || list["items"] === undefined) return;
    this.#rejectDocument(document, "invalid-event", `items: expected an array, got ${typeName(list["items"])}`);
  }

  #rejectDocument(document: FramedDocument, reason: RejectionReason, detail: string): void {
    const { bytes, start, end, byteOffset } = document;
    const head = bytes.subarray(start, Math.min(end, start + 4096));
    this.#addRejected({ byteOffset, byteLength: end - start, reason, detail, head });
  }

  #addRejected(record: Omit<DamagedRecord, "reason"> & { readonly reason: RejectionReason }): void {
    this.#tally.countRejected(record.reason);
    const { byteOffset, byteLength, reason, detail } = record;
    const excerpt = maskedExcerpt(record.head, byteLength);
    this.#reject({ file: this.#origin.file, byteOffset, byteLength, reason, detail, excerpt });
  }
}

/** An event is known by `auditID` with `stage` or `verb`, since items of an EventList have no kind; or by its kind. */
function isAuditRecord(record: Record<string, unknown>): boolean {
  return isEventLike(record) || (record["kind"] === "Event" && isAuditVersion(record["apiVersion"]));
}

/** Tells from the beginning of a damaged record whether it was meant to be an event or a list of them. */
function wasAuditRecord(head: Buffer): boolean {
  if (head.includes('"auditID":') || head.includes(auditVersions)) return true;
  const text = head.toString("latin1");
  return text.length >= '{"kind":"E'.length && (eventStart.startsWith(text) || listStart.startsWith(text));
}

function isAuditVersion(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(auditVersions);
}

function wrapsAuditRecord(text: string): boolean {
  return (
    (text.includes('\\"auditID\\":') && text.includes('\\"stage\\":')) ||
    (text.includes('"auditID":') && text.includes('"stage":'))
  );
}

/** A JSON string, number or literal; undefined for other text. */
function parsedScalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
