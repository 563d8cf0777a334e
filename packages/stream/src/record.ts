import { isUtf8 } from "node:buffer";
import { describeProblem, impliedObjectRef, safeParseEvent } from "@kaudit/schema";
import type { AuditEvent, EventProvenance, IdentityBasis, RejectedRecord, SourcedEvent } from "@kaudit/schema";
import type { FileTally } from "./account.js";
import { contentSha256, writtenEventSha256 } from "./content-hash.js";
import { isAuditRecord, isAuditVersion, mentionsAuditEvent } from "./envelopes/audit-record.js";
import { foreignKind } from "./envelopes/foreign-kind.js";
import { isJsonObject } from "./envelopes/json-fields.js";
import { isMergedEvent } from "./envelopes/merged-event.js";
import { inList, outermost, RecordOpener, typeName } from "./envelopes/open-record.js";
import type { Found, Layer } from "./envelopes/open-record.js";
import { writerOfPath } from "./envelopes/log-writer.js";
import { maskedExcerpt } from "./excerpt.js";
import type { DamagedRecord, FramedDocument, FrameSink, FramingLimits } from "./frame-sink.js";
import { PieceJoiner } from "./piece-joiner.js";
import type { RecordPlace } from "./record-place.js";
import { openShiftServer } from "./sources/must-gather.js";

/** Names a file, and the API server and cluster it belongs to where no envelope says otherwise. */
export interface RecordOrigin {
  readonly file: string;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  /** The cluster that the option names. */
  readonly cluster?: string | undefined;
}

/** How records are read. */
export interface RecordReaderOptions extends FramingLimits {
  /** Whether each event comes with its JSON, byte for byte. */
  readonly raw?: boolean;
}

type FoundEvent = Extract<Found, { kind: "event" }>;

const eventStart = '{"kind":"Event","apiVersion":"audit.k8s.io/';
const listStart = '{"kind":"EventList","apiVersion":"audit.k8s.io/';
const scalarStart = /^["\-\dtfn]/;
const headBytes = 4096;

/** Turns framed records into events, and everything else into something that is counted. */
export class RecordReader implements FrameSink {
  /** The events found since they were last taken. */
  events: SourcedEvent[] = [];
  /** Whether anything was found that is, or was, an audit record. */
  isAuditLog = false;

  readonly #keepsRaw: boolean;
  readonly #origin: RecordOrigin;
  readonly #identity: Pick<EventProvenance, "instance" | "instanceBasis" | "cluster" | "clusterBasis" | "writer">;
  readonly #tally: FileTally;
  readonly #server: string | undefined;
  readonly #limits: FramingLimits;
  readonly #joins: PieceJoiner;
  readonly #reject: (record: RejectedRecord) => void;

  constructor(
    origin: RecordOrigin,
    options: RecordReaderOptions,
    tally: FileTally,
    reject: (record: RejectedRecord) => void,
  ) {
    const { file, instance, instanceBasis, cluster } = origin;
    const writer = writerOfPath(file);
    this.#keepsRaw = options.raw === true;
    this.#origin = origin;
    this.#identity = {
      instance,
      instanceBasis,
      ...(cluster === undefined ? {} : { cluster, clusterBasis: "option" as const }),
      ...(writer === undefined ? {} : { writer }),
    };
    this.#server = openShiftServer(file) ?? (instanceBasis === "directory" ? openShiftServer(instance) : undefined);
    this.#limits = options;
    this.#joins = new PieceJoiner(options.maxRecordBytes);
    this.#tally = tally;
    this.#reject = reject;
  }

  document(document: FramedDocument): void {
    const { value, list, envelope } = document;
    if (list !== undefined) return this.#open(document, (opener, layer) => opener.value(inList(list, value), layer));
    if (!isJsonObject(value)) {
      const detail = `expected a JSON object, got ${typeName(value)}`;
      return this.#rejectAt(placeOf(document), envelope, "not-an-event", detail);
    }
    if (isAuditRecord(value) && (envelope === "event-list" || !isMergedEvent(value))) {
      return this.#plainEvent(document, value);
    }
    if (value["kind"] === "EventList" && isAuditVersion(value["apiVersion"])) this.isAuditLog = true;
    this.#open(document, (opener, layer) => opener.value(value, layer, document.text));
  }

  text(bytes: Buffer, start: number, end: number, byteOffset: number): void {
    const place = {
      byteOffset,
      byteLength: end - start,
      head: bytes.subarray(start, Math.min(end, start + headBytes)),
    };
    const opener = new RecordOpener(this.#limits, this.#joins);
    const isKnown = opener.line(bytes.subarray(start, end), outermost(place));
    if (isKnown) return this.#count(opener.found, "text", bytes, start, end);
    const beginning = place.head.toString("latin1");
    const value = scalarStart.test(beginning) ? parsedScalar(bytes.toString("utf8", start, end)) : undefined;
    if (typeof value === "string") {
      opener.text(JSON.stringify(value), outermost(place));
      return this.#count(opener.found, "text", bytes, start, end);
    }
    if (mentionsAuditEvent(beginning)) {
      this.isAuditLog = true;
      this.#rejectAt(place, "text", "not-json", "text around an audit event");
    } else if (value !== undefined) {
      this.#rejectAt(place, "text", "not-an-event", `expected a JSON object, got ${typeName(value)}`);
    } else {
      this.#rejectAt(place, "text", "not-json", "text, expected a JSON object");
    }
  }

  damaged(record: DamagedRecord): void {
    if (wasAuditRecord(record.head)) this.isAuditLog = true;
    const opener = new RecordOpener(this.#limits, this.#joins);
    opener.damaged(record, outermost(record, listShape(record.envelope)));
    const bytes = record.bytes ?? record.head;
    this.#count(opener.found, record.envelope, bytes, 0, bytes.length);
  }

  /** The rest of a file that could not be turned into text. Whether it held audit records nobody knows. */
  unread(rest: Pick<RejectedRecord, "byteOffset" | "byteLength" | "reason" | "detail">): void {
    this.isAuditLog = true;
    const { byteOffset, byteLength, reason, detail } = rest;
    this.#rejectAt({ byteOffset, byteLength, head: Buffer.alloc(0) }, undefined, reason, detail);
  }

  /** Whether pieces of a record were read whose rest has not come yet. */
  get isJoining(): boolean {
    return this.#joins.isJoining;
  }

  /** Says that no more bytes come: records whose last pieces are missing are counted now. */
  end(): void {
    const opener = new RecordOpener(this.#limits, this.#joins);
    for (const join of this.#joins.end()) opener.unfinished(join);
    const none = Buffer.alloc(0);
    for (const found of opener.found) this.#count([found], "text", none, 0, 0);
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

  /** The usual case: an event as kube-apiserver wrote it. */
  #plainEvent(document: FramedDocument, value: Readonly<Record<string, unknown>>): void {
    const { text, bytes, start, end, byteOffset, envelope, listVersion } = document;
    const parsed = safeParseEvent(value, listVersion === undefined ? undefined : { listVersion });
    if (!parsed.success) {
      const kind = foreignKind(value);
      if (kind !== undefined) return this.#tally.countForeign(kind);
      this.isAuditLog = true;
      return this.#rejectAt(placeOf(document), envelope, "invalid-event", describeProblems(parsed.problems));
    }
    this.isAuditLog = true;
    const { event, upgradedFrom } = parsed;
    this.#tally.countEvent(event.stage, event.requestReceivedTimestamp);
    this.#tally.countEnvelope(envelope);
    if (text.includes("\ufffd") && !isUtf8(bytes.subarray(start, end))) this.#tally.invalidUtf8Events++;
    const sha256 = contentSha256(text, bytes, start, end, event, upgradedFrom !== undefined);
    const { file } = this.#origin;
    const provenance = { file, byteOffset, envelope, ...this.#identity, ...implied(event), contentSha256: sha256 };
    const sourced = { event, provenance: upgradedFrom === undefined ? provenance : { ...provenance, upgradedFrom } };
    this.events.push(
      this.#keepsRaw ? { ...sourced, raw: Uint8Array.prototype.slice.call(bytes, start, end) } : sourced,
    );
  }

  #open(document: FramedDocument, open: (opener: RecordOpener, layer: Layer) => void): void {
    const { bytes, start, end, envelope } = document;
    const opener = new RecordOpener(this.#limits, this.#joins);
    open(opener, outermost(placeOf(document), listShape(envelope)));
    this.#count(opener.found, envelope, bytes, start, end);
  }

  /** Counts what was found in the record that is `bytes[start, end)`. */
  #count(found: readonly Found[], shape: string, bytes: Buffer, start: number, end: number): void {
    const isBroken = !isUtf8(bytes.subarray(start, end));
    found.forEach((one, at) => {
      const item = found.length > 1 ? at : undefined;
      const { layer } = one;
      const envelope = layer.path.length > 0 ? layer.path.join(" > ") : shape;
      if (one.kind === "foreign") this.#tally.countForeign(one.name);
      else if (one.kind === "rejected") {
        if (one.isAudit) this.isAuditLog = true;
        this.#rejectAt(layer.place, envelope, one.reason, one.detail, item);
      } else this.#foundEvent(one, envelope, item, isBroken);
    });
  }

  #foundEvent(found: FoundEvent, envelope: string, item: number | undefined, isBroken: boolean): void {
    const { value, text, listVersion, layer, reconstructed, truncated } = found;
    const parsed = safeParseEvent(value, listVersion === undefined ? undefined : { listVersion });
    const foreign = parsed.success ? undefined : foreignKind(value);
    if (foreign !== undefined) return this.#tally.countForeign(foreign);
    this.isAuditLog = true;
    if (!parsed.success) {
      return this.#rejectAt(layer.place, envelope, "invalid-event", describeProblems(parsed.problems), item);
    }
    const { event, upgradedFrom } = parsed;
    const { origin, cluster, instance, blindSpots } = layer.facts;
    // The kubelet's name of the file is around everything that the file holds.
    const writer = this.#identity.writer ?? layer.logged.writer;
    this.#tally.countEvent(event.stage, event.requestReceivedTimestamp);
    this.#tally.countEnvelope(envelope);
    for (const blindSpot of blindSpots ?? []) this.#tally.countBlindSpot(blindSpot);
    if (truncated === true) this.#tally.truncatedEvents++;
    if (isBroken && (text ?? JSON.stringify(event)).includes("\ufffd")) this.#tally.invalidUtf8Events++;
    this.events.push({
      event,
      provenance: {
        file: this.#origin.file,
        byteOffset: layer.place.byteOffset,
        ...(item === undefined ? {} : { item }),
        envelope,
        ...(origin === undefined ? {} : { origin }),
        ...this.#identity,
        ...(cluster === undefined || cluster === "" ? {} : { cluster, clusterBasis: "envelope" }),
        ...(instance === undefined || instance === ""
          ? {}
          : { instance: this.#onNode(instance), instanceBasis: "envelope" }),
        ...(reconstructed === undefined || reconstructed.length === 0 ? {} : { reconstructed }),
        ...(blindSpots === undefined || blindSpots.length === 0 ? {} : { blindSpots }),
        ...(truncated === undefined ? {} : { truncated }),
        ...(writer === undefined ? {} : { writer }),
        ...(layer.logged.time === undefined ? {} : { loggedAt: layer.logged.time }),
        ...implied(event),
        contentSha256: sha256Of(text, event, upgradedFrom !== undefined),
        ...(upgradedFrom === undefined ? {} : { upgradedFrom }),
      },
      ...(this.#keepsRaw && text !== undefined ? { raw: new TextEncoder().encode(text) } : {}),
    });
  }

  /** The API server that an envelope names by its node; where the file is another server's of that node, with its name. */
  #onNode(instance: string): string {
    return this.#server === undefined || instance.includes("/") ? instance : `${instance}/${this.#server}`;
  }

  #rejectAt(
    { byteOffset, byteLength, head }: RecordPlace,
    envelope: string | undefined,
    reason: RejectedRecord["reason"],
    detail: string,
    item?: number,
  ): void {
    this.#tally.countRejected(reason);
    if (envelope !== undefined) this.#tally.countEnvelope(envelope);
    const excerpt = maskedExcerpt(head, byteLength);
    const place = { file: this.#origin.file, byteOffset, ...(item === undefined ? {} : { item }), byteLength };
    this.#reject({ ...place, reason, detail, excerpt });
  }
}

function implied({ requestURI }: AuditEvent): Pick<EventProvenance, "impliedObjectRef"> {
  const reference = impliedObjectRef(requestURI);
  return reference === undefined ? {} : { impliedObjectRef: reference };
}

function placeOf({ bytes, start, end, byteOffset }: FramedDocument): RecordPlace {
  const head = bytes.subarray(start, Math.min(end, start + headBytes));
  return { byteOffset, byteLength: end - start, head };
}

/** The shape of a record that is an envelope of its own: a list around it. */
function listShape(shape: string): string | undefined {
  return shape === "event-list" || shape === "json-array" ? shape : undefined;
}

function sha256Of(text: string | undefined, event: AuditEvent, wasUpgraded: boolean): string {
  if (text === undefined) return writtenEventSha256(event);
  const bytes = Buffer.from(text);
  return contentSha256(text, bytes, 0, bytes.length, event, wasUpgraded);
}

function describeProblems([first, ...others]: readonly Parameters<typeof describeProblem>[0][]): string {
  const more = others.length > 0 ? `, and ${others.length} more` : "";
  return first === undefined ? "" : describeProblem(first) + more;
}

/** Tells from the beginning of a damaged record whether it was meant to be an event or a list of them. */
function wasAuditRecord(head: Buffer): boolean {
  if (head.includes('"auditID":') || head.includes("audit.k8s.io/")) return true;
  const text = head.toString("latin1");
  return text.length >= '{"kind":"E'.length && (eventStart.startsWith(text) || listStart.startsWith(text));
}

/** A JSON string, number or literal; undefined for other text. */
function parsedScalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
