import type { RejectionReason } from "@kaudit/schema";
import type { DamagedRecord, FramedDocument, FrameSink, FramingLimits } from "../frame-sink.js";
import { RecordFramer } from "../framing.js";
import { parseLegacyLine } from "../legacy-text.js";
import { nestingBound } from "../nesting.js";
import type { Join, PieceJoiner } from "../piece-joiner.js";
import { describeLimit } from "../record-bytes.js";
import type { RecordPlace } from "../record-place.js";
import { salvagedEvent } from "../salvaged-event.js";
import type {
  EnvelopeContent,
  EnvelopeFacts,
  EnvelopeReader,
  LoggedBy,
  OpenedEnvelope,
  RecordPiece,
} from "./envelope.js";
import { isAuditRecord, isAuditVersion, mentionsAuditEvent } from "./audit-record.js";
import { gunzipBounded } from "./gunzip-bounded.js";
import { mergeFacts, noFacts } from "./merge-facts.js";
import { foreignKind } from "./foreign-kind.js";
import { isJsonObject } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";
import { isMergedEvent } from "./merged-event.js";
import { envelopeReaders, lineReaders, mergedReaders } from "./registry.js";
import { unknownEnvelope } from "./unknown-envelope.js";

/** How many envelopes can lie inside each other, and how many things in the envelopes of one record. */
const deepest = 8;
const mostContents = 1 << 17;
/** What the compressed contents of one record may grow to, in longest records. */
const growth = 4;

const pushedBytes = 1 << 18;
const klogText = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6}\s+\d+ [^\s\]]{1,200}\]/;
const legacyText = /^\d{4}-\d\d-\d\dT\S{1,40} AUDIT: id="/;

/** Where something lies: in which record, and inside which envelopes. */
export interface Layer {
  readonly place: RecordPlace;
  /** The envelopes around it, the outermost first. */
  readonly path: readonly string[];
  readonly facts: EnvelopeFacts;
  readonly depth: number;
  /** When and by which container it was logged, as far as what is around it tells. */
  readonly logged: LoggedBy;
}

/** Something that was found in a record: each is counted as one. */
export type Found = { readonly layer: Layer } & (
  | {
      readonly kind: "event";
      readonly value: Record<string, unknown>;
      /** The event's own text, where it is known. */
      readonly text?: string;
      readonly listVersion?: string;
      readonly reconstructed?: readonly string[];
      readonly truncated?: true;
    }
  | { readonly kind: "foreign"; readonly name: string }
  | {
      readonly kind: "rejected";
      readonly reason: RejectionReason;
      readonly detail: string;
      /** Whether it was an audit record, or could hide one. */
      readonly isAudit: boolean;
    }
);

/** The layer of a record that lies in no envelope; `shape` is the list around it, if there is one. */
export function outermost(place: RecordPlace, shape?: string): Layer {
  return { place, path: shape === undefined ? [] : [shape], facts: noFacts, depth: 0, logged: {} };
}

/**
 * Opens one record, and what lies inside, until events are found, or what never was one. It never looks inside an event:
 * what stands there was sent by a client. Never throws.
 */
export class RecordOpener {
  /** What was found, in its order. */
  readonly found: Found[] = [];
  readonly #limits: FramingLimits;
  readonly #joins: PieceJoiner;
  #contentsLeft = mostContents;
  #bytesLeft: number;

  constructor(limits: FramingLimits, joins: PieceJoiner) {
    this.#limits = limits;
    this.#joins = joins;
    this.#bytesLeft = limits.maxRecordBytes * growth;
  }

  /** Opens a JSON value: an event, a list, or an envelope. `text` is the value's own, where it is known. */
  value(value: unknown, layer: Layer, text?: string): void {
    if (Array.isArray(value)) {
      this.#nest(layer, "json-array", (inside) => {
        for (const item of value) {
          if (!this.#takes(inside)) return;
          this.value(item, inside);
        }
      });
      return;
    }
    if (!isJsonObject(value)) {
      this.#reject(layer, "not-an-event", `expected a JSON object, got ${typeName(value)}`, true);
    } else if (isAuditRecord(value)) {
      if (!isMergedEvent(value) || !this.#openWith(mergedReaders, value, layer)) this.#event(value, layer, text);
    } else if (value["kind"] === "EventList" && isAuditVersion(value["apiVersion"])) {
      this.#eventList(value, layer);
    } else if (!this.#openWith(envelopeReaders, value, layer)) {
      this.#openUnknown(value, layer, text);
    }
  }

  /** Opens text: one record or several. `cut` says that its end is missing. */
  text(text: string, layer: Layer, cut = false): void {
    const record = text.trim();
    if (record === "") return;
    const first = record[0];
    if (first === "{") {
      const value = this.#parsed(record);
      if (value !== undefined) this.value(value, layer, record);
      else if (cut) this.#cutText(record, layer);
      else this.#frame(Buffer.from(record), layer);
      return;
    }
    const inner = first === '"' ? this.#parsed(record) : undefined;
    // An empty string is no blank line: somebody wrote it, so it is counted.
    if (typeof inner === "string" && inner.trim() === "") this.#strangeText(record, layer, cut);
    else if (typeof inner === "string") this.#nest(layer, "json-string", (inside) => this.text(inner, inside, cut));
    else if (first === "[" || record.includes("\n")) this.#frame(Buffer.from(record), layer);
    else if (!this.line(Buffer.from(record), layer)) this.#strangeText(record, layer, cut);
  }

  /** Opens a line that does not begin like JSON. Gives false when nothing is known of it. */
  line(bytes: Buffer, layer: Layer): boolean {
    const head = bytes.toString("latin1", 0, Math.min(bytes.length, 4096));
    if (klogText.test(head)) {
      this.found.push({ kind: "foreign", name: "klog", layer });
      return true;
    }
    if (legacyText.test(head)) {
      this.#legacyLine(bytes.toString("utf8"), layer);
      return true;
    }
    for (const read of lineReaders) {
      const opened = read(head);
      if (opened === undefined) continue;
      const { envelope, start, piece } = opened;
      this.#nest(
        layer,
        envelope,
        (inside) => {
          const rest = bytes.subarray(start);
          if (piece === undefined) this.#prefixed(rest.toString("utf8"), inside);
          else this.#piece(rest, piece, inside);
        },
        opened.facts,
        opened,
      );
      return true;
    }
    return false;
  }

  /** Opens what stands behind a prefix: where that is an empty list, the line is other text and counted as such. */
  #prefixed(text: string, layer: Layer): void {
    const before = this.found.length;
    this.text(text, layer);
    if (this.found.length === before && text.trim() !== "") {
      this.found.push({ kind: "foreign", name: "text", layer });
    }
  }

  /** Opens a record whose last pieces never came: what is whole of it is kept. */
  unfinished({ bytes, layer, isTooLong }: Join): void {
    if (isTooLong) this.#tooLong(layer);
    else this.#cutText(bytes.toString("utf8").trim(), layer);
  }

  #openUnknown(value: Record<string, unknown>, layer: Layer, text: string | undefined): void {
    const unknown = unknownEnvelope(value);
    if (unknown !== undefined) this.#open(unknown, layer, value);
    else if (text !== undefined && mentionsAuditEvent(text)) {
      this.#reject(layer, "not-an-event", "an audit event somewhere inside an unknown envelope", true);
    } else this.found.push({ kind: "foreign", name: foreignKind(value) ?? "json", layer });
  }

  #openWith(readers: readonly EnvelopeReader[], value: Record<string, unknown>, layer: Layer): boolean {
    for (const read of readers) {
      const opened = read(value);
      if (opened === undefined) continue;
      this.#open(opened, layer, value);
      return true;
    }
    return false;
  }

  #open({ envelope, facts, contents }: OpenedEnvelope, layer: Layer, opened: Record<string, unknown>): void {
    this.#nest(
      layer,
      envelope,
      (inside) => {
        for (const content of contents) {
          if (!this.#takes(inside)) return;
          const facts = mergeFacts(inside.facts, content.facts);
          this.#content(content, { ...inside, facts, logged: loggedInside(inside.logged, content) }, opened);
        }
      },
      facts,
      loggedBy(opened),
    );
  }

  #content(content: EnvelopeContent, layer: Layer, opened: Record<string, unknown>): void {
    switch (content.kind) {
      case "text":
        if (content.piece !== undefined)
          return this.#textPiece(content.text, content.piece, layer, content.cut === true);
        return this.text(content.text, layer, content.cut === true);
      case "value":
        // A reader that only says whence an event came gives the event back: it is not opened again.
        if (content.value === opened) return this.#event(opened, layer, undefined);
        return this.value(content.value, layer);
      case "bytes":
        return this.#bytes(content.bytes, layer);
      case "event":
        this.found.push({ kind: "event", value: content.value, reconstructed: content.reconstructed, layer });
        return;
      case "foreign":
        this.found.push({ kind: "foreign", name: content.name, layer });
        return;
      case "rejected":
        this.#reject(layer, content.reason, content.detail, true);
    }
  }

  #event(value: Record<string, unknown>, layer: Layer, text: string | undefined, listVersion?: string): void {
    this.found.push({
      kind: "event",
      value,
      layer,
      ...(text === undefined ? {} : { text }),
      ...(listVersion === undefined ? {} : { listVersion }),
    });
  }

  #eventList(list: Record<string, unknown>, layer: Layer): void {
    const { items, apiVersion } = list;
    // Go writes an empty list as null; such a list holds no record.
    if (items === null || items === undefined) return;
    if (!Array.isArray(items)) {
      this.#reject(layer, "invalid-event", `items: expected an array, got ${typeName(items)}`, true);
      return;
    }
    this.#nest(layer, "event-list", (inside) => {
      for (const item of items as unknown[]) {
        if (!this.#takes(inside)) return;
        if (isJsonObject(item) && isAuditRecord(item)) this.#event(item, inside, undefined, apiVersion as string);
        else this.value(item, inside);
      }
    });
  }

  #bytes(bytes: Uint8Array, layer: Layer): void {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return this.#frame(Buffer.from(bytes), layer);
    const unzipped = gunzipBounded(bytes, this.#bytesLeft);
    this.#bytesLeft -= unzipped.bytes.length;
    this.#frame(unzipped.bytes, layer);
    if (unzipped.failure !== undefined) this.#reject(layer, "decompression-failed", unzipped.failure, true);
  }

  /** Cuts text into records as a file is cut. */
  #frame(bytes: Buffer, layer: Layer): void {
    const framer = new RecordFramer(this.#sink(layer), this.#limits, {
      windowBytes: Math.min(bytes.length + 1, pushedBytes),
    });
    for (let at = 0; at < bytes.length; at += pushedBytes) framer.push(bytes.subarray(at, at + pushedBytes));
    framer.end();
  }

  #sink(layer: Layer): FrameSink {
    return {
      document: (document) => this.#framed(document, layer),
      text: (bytes, start, end) => {
        if (!this.#takes(layer)) return;
        const line = Buffer.from(bytes.subarray(start, end));
        if (!this.line(line, layer)) this.#strangeText(line.toString("utf8"), layer, false);
      },
      damaged: (record) => {
        if (this.#takes(layer)) this.damaged(record, layer);
      },
      eventList: () => {},
      padding: () => {},
    };
  }

  #framed({ value, text, listVersion, envelope, list }: FramedDocument, layer: Layer): void {
    if (!this.#takes(layer)) return;
    const inside = envelope === "event-list" || envelope === "json-array" ? within(layer, envelope) : layer;
    if (listVersion !== undefined && isJsonObject(value) && isAuditRecord(value)) {
      this.#event(value, inside, text, listVersion);
    } else if (list === undefined) this.value(value, inside, text);
    else this.value(inList(list, value), inside);
  }

  /** Takes what grammar says is no whole record: an event that lost its end is kept as far as it goes. */
  damaged({ reason, detail, bytes, head }: DamagedRecord, layer: Layer): void {
    const event =
      reason === "truncated" && bytes !== undefined
        ? salvagedEvent(bytes.toString("utf8"), layer.logged.time)
        : undefined;
    if (event !== undefined) this.found.push({ kind: "event", ...event, truncated: true, layer });
    else this.#reject(layer, reason, detail, head.includes("auditID"));
  }

  #cutText(text: string, layer: Layer): void {
    const event = salvagedEvent(text, layer.logged.time);
    if (event !== undefined) this.found.push({ kind: "event", ...event, truncated: true, layer });
    else this.#reject(layer, "truncated", "its end was cut off on the way", text.includes("auditID"));
  }

  #legacyLine(line: string, layer: Layer): void {
    const inside = within(layer, "legacy-text");
    const parsed = parseLegacyLine(line);
    if (parsed === undefined) {
      this.#reject(inside, "not-json", "a damaged audit line of the legacy text format", true);
      return;
    }
    const { event: value, reconstructed } = parsed;
    this.found.push({ kind: "event", value, reconstructed, layer: inside });
  }

  #strangeText(text: string, layer: Layer, cut: boolean): void {
    if (cut) this.#cutText(text, layer);
    else if (mentionsAuditEvent(text)) this.#reject(layer, "not-json", "text around an audit event", true);
    else this.found.push({ kind: "foreign", name: "text", layer });
  }

  /** Takes a piece of a record that may be a record of its own: unless one has begun, complete JSON or other text is. */
  #textPiece(text: string, piece: RecordPiece, layer: Layer, cut: boolean): void {
    const isBegun = this.#joins.has(joinName(piece.stream, layer));
    const isWhole = piece.isLast || !/^\s*\{/.test(text) || this.#parsed(text) !== undefined;
    if (!isBegun && isWhole) this.text(text, layer, cut);
    else this.#piece(Buffer.from(text), piece, layer);
  }

  #piece(bytes: Buffer, { stream, isLast }: RecordPiece, layer: Layer): void {
    const name = joinName(stream, layer);
    if (isLast && !this.#joins.has(name)) return this.text(bytes.toString("utf8"), layer);
    const { whole, evicted } = this.#joins.add(name, bytes, isLast, layer);
    if (evicted !== undefined) this.unfinished(evicted);
    if (whole === undefined) return;
    if (whole.isTooLong) this.#tooLong(whole.layer);
    else this.text(whole.bytes.toString("utf8"), whole.layer);
  }

  #nest(layer: Layer, envelope: string, open: (inside: Layer) => void, facts?: EnvelopeFacts, logged?: LoggedBy): void {
    const inside = within(layer, envelope, facts, logged);
    if (inside.depth <= deepest) open(inside);
    else this.#reject(layer, "too-deep", `more than ${deepest} envelopes inside each other`, true);
  }

  /** Counts one more thing in the record; gives false, and says so once, when there are too many. */
  #takes(layer: Layer): boolean {
    if (this.#contentsLeft === 0) {
      const detail = `more than ${mostContents.toLocaleString("en")} things in one record`;
      this.#reject(layer, "too-long", detail, true);
    }
    return --this.#contentsLeft >= 0;
  }

  #tooLong(layer: Layer): void {
    this.#reject(layer, "too-long", describeLimit(this.#limits), true);
  }

  #reject(layer: Layer, reason: RejectionReason, detail: string, isAudit: boolean): void {
    this.found.push({ kind: "rejected", reason, detail, isAudit, layer });
  }

  #parsed(text: string): unknown {
    const bytes = Buffer.from(text);
    if (nestingBound(bytes, 0, bytes.length) > this.#limits.maxDepth) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

/** Gives an item as a document that holds nothing else: `{...header, key: [item]}`. */
export function inList(list: NonNullable<FramedDocument["list"]>, item: unknown): Record<string, unknown> {
  const [first = "items", ...inner] = list.keys;
  const value = inner.reduceRight<unknown>((held, key) => ({ [key]: held }), [item]);
  // fromEntries defines own properties: a field called `__proto__` stays data.
  return Object.fromEntries([...list.header, [first, value]]);
}

function within(layer: Layer, envelope: string, facts?: EnvelopeFacts, logged: LoggedBy = {}): Layer {
  const { place, path, depth } = layer;
  return {
    place,
    path: [...path, envelope],
    facts: mergeFacts(layer.facts, facts),
    depth: depth + 1,
    logged: loggedInside(layer.logged, logged),
  };
}

/** The inner time is closer to the writing; of the writer only what stands around its words is to be believed. */
function loggedInside(outer: LoggedBy, inner: LoggedBy): LoggedBy {
  const time = inner.time ?? outer.time;
  const writer = outer.writer ?? inner.writer;
  return { ...(time === undefined ? {} : { time }), ...(writer === undefined ? {} : { writer }) };
}

function joinName(stream: string, { path }: Layer): string {
  return `${path.join(" > ")} ${stream}`;
}

/** Names the JSON type of a value, with its article. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
