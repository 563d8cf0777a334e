import type { ByteWindow } from "./byte-window.js";
import { startsLikeEvent } from "./event-start.js";
import type { Envelope, FrameSink, FramingLimits } from "./frame-sink.js";
import { JsonWalk, lookahead } from "./json-walk.js";
import { describeLimit, headOf, isAuditList, trimmedEnd } from "./record-bytes.js";

/** How a walk ended: where the next record may begin, and what the framer has to know about the rest of the line. */
export type WalkEnd =
  | { readonly kind: "done"; readonly position: number }
  /** The record broke off at NUL bytes; what follows on the line is behind a gap. */
  | { readonly kind: "gap"; readonly position: number }
  /** The rest of the line belongs to the record, which began at `byteOffset` and is not JSON. */
  | {
      readonly kind: "rest-of-line";
      readonly position: number;
      readonly byteOffset: number;
      readonly detail: string;
      readonly head: Buffer | undefined;
      readonly envelope: Envelope;
    }
  /** It must be walked again from its beginning: as an EventList, whose items came first, or taking the items of its lists one by one. */
  | { readonly kind: "again"; readonly as: "event-list" | "lists" };

/** How a document is to be walked. */
export interface WalkOptions {
  /** It is known to be an EventList. */
  readonly isEventList: boolean;
  /** It is known not to do as a whole (too long, torn): the items of its lists are records. */
  readonly streamsLists: boolean;
  /** NULs on the same line come before it. */
  readonly afterGap: boolean;
}

const newline = 0x0a;

/**
 * A document that has to be walked along JSON grammar, over any number of chunks: it hands its records (itself, or the
 * items of the list it is) to the sink, and finds out where it ends or breaks.
 */
export class WalkedDocument {
  readonly #window: ByteWindow;
  readonly #sink: FrameSink;
  readonly #limits: FramingLimits;
  readonly #walk: JsonWalk;
  readonly #options: WalkOptions;
  /** Where the document, or in a list the item, begins in the decompressed file. */
  #offset: number;
  /** Set once the record is over the limit: its bytes are no longer kept. */
  #head: Buffer | undefined;
  #inItem = false;
  #listVersion: string | undefined;

  /** Begins at index `start` of the window. */
  constructor(window: ByteWindow, sink: FrameSink, limits: FramingLimits, start: number, options: WalkOptions) {
    this.#window = window;
    this.#sink = sink;
    this.#limits = limits;
    this.#walk = new JsonWalk(window.bytes, start, options);
    this.#options = options;
    this.#offset = window.offset + start;
  }

  /** Index of the first byte that is still needed. */
  get keepFrom(): number {
    // The record that follows a torn string begins two bytes before the place where grammar breaks.
    const needed = Math.max(this.#walk.neededFrom - 2, 0);
    return this.#head === undefined ? Math.min(this.#start, needed) : needed;
  }

  /** Tells that the window forgot its first `count` bytes. */
  moveBack(count: number): void {
    this.#walk.moveBack(count);
  }

  /** Goes on as far as the bytes reach. Gives undefined when more are needed. */
  proceed(final: boolean): WalkEnd | undefined {
    const walk = this.#walk;
    for (;;) {
      const step = walk.run(this.#window.bytes, this.#window.length, final);
      if (this.#head === undefined && walk.position - this.#start > this.#limits.maxRecordBytes) {
        if (walk.canHoldList && !this.#options.streamsLists) return { kind: "again", as: "lists" };
        this.#head = headOf(this.#window.bytes, this.#start, walk.position, this.#limits);
      }
      switch (step) {
        case "more":
          if (!final) return undefined;
          return this.#holdsUnreadList() ? { kind: "again", as: "lists" } : this.#endOfInput();
        case "list":
          if (walk.list === "event-list") {
            this.#listVersion = walk.apiVersion;
            this.#sink.eventList();
          }
          this.#begin(false);
          break;
        case "item":
          this.#begin(true);
          break;
        case "item-end":
          this.#emit();
          this.#begin(false);
          break;
        case "end":
          return this.#endOfDocument();
        case "broken":
          return this.#holdsUnreadList() ? { kind: "again", as: "lists" } : this.#broken();
      }
    }
  }

  /** Whether the document is torn behind the beginning of a list whose items can be whole. */
  #holdsUnreadList(): boolean {
    return this.#walk.canHoldList && this.#walk.listSeen && !this.#options.streamsLists;
  }

  /** The shape of the record, as provenance has it. */
  get #envelope(): Envelope {
    const { list, manyLines } = this.#walk;
    if (list === "event-list" || list === "json-array") return list;
    return list === "items" || manyLines ? "json-document" : "json-lines";
  }

  get #start(): number {
    return this.#offset - this.#window.offset;
  }

  /** From here on it is another item's bytes that are kept, or the frame's between items. */
  #begin(inItem: boolean): void {
    this.#inItem = inItem;
    this.#head = undefined;
    this.#offset = this.#window.offset + this.#walk.position;
  }

  #endOfInput(): WalkEnd {
    const inFrame = this.#walk.list !== undefined && !this.#inItem;
    const { length } = this.#window;
    this.#emitTorn(
      length,
      inFrame ? "the list is not closed before the end of the file" : "breaks off at the end of the file",
    );
    return { kind: "done", position: length };
  }

  #endOfDocument(): WalkEnd {
    const { list, position } = this.#walk;
    if (list !== undefined) return { kind: "done", position };
    // Between a gap and more text, an object can be a piece of a body that a client sent: not evidence of an event.
    if (this.#options.afterGap && !this.#endsLine(position)) return this.#restOfLine("text behind a gap of NUL bytes");
    return this.#emit() ? { kind: "done", position } : { kind: "again", as: "event-list" };
  }

  #endsLine(position: number): boolean {
    const { bytes, length } = this.#window;
    const limit = Math.min(length, position + lookahead / 2);
    let at = position;
    while (at < limit && (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
    return at >= length || bytes[at] === newline || startsLikeEvent(bytes, at);
  }

  /** Hands over the document, or the item, that ends here. Gives false when it must be walked again as an EventList. */
  #emit(): boolean {
    const { list, listKeys: keys, header, position: end, depthSeen } = this.#walk;
    const { maxRecordBytes, maxDepth } = this.#limits;
    const start = this.#start;
    if (end - start > maxRecordBytes) return this.#emitDamaged(end, "too-long", describeLimit(this.#limits));
    if (depthSeen > maxDepth) {
      return this.#emitDamaged(end, "too-deep", `nested more than ${maxDepth.toLocaleString("en")} deep`);
    }
    const bytes = this.#window.view;
    const text = bytes.toString("utf8", start, end);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#emitDamaged(end, "not-json", "a number or a literal that JSON does not know");
    }
    if (list === undefined && isAuditList(value)) return false;
    const envelope = this.#envelope;
    const document = { bytes, start, end, byteOffset: this.#offset, text, value, envelope };
    const listVersion = this.#listVersion;
    this.#sink.document(
      list === "items" ? { ...document, listVersion, list: { keys, header } } : { ...document, listVersion },
    );
    return true;
  }

  #broken(): WalkEnd {
    const { list, lineStart, position: at } = this.#walk;
    const { bytes } = this.#window;
    const start = this.#start;
    const next = this.#nextRecord();
    if (next !== undefined && (next > start || (next === start && list !== undefined))) {
      this.#emitTorn(next, "breaks off where the next record begins");
      return { kind: "done", position: next };
    }
    if (at > start && bytes[at] === newline) {
      this.#emitTorn(at, "breaks off at the end of a line");
      return { kind: "done", position: at };
    }
    if (at > start && bytes[at] === 0) {
      this.#emitTorn(at, "breaks off at a gap of NUL bytes");
      return { kind: "gap", position: at };
    }
    if (this.#head === undefined && lineStart > start) {
      this.#emitTorn(lineStart, "breaks off at the end of a line");
      return { kind: "done", position: lineStart };
    }
    return this.#restOfLine(`not JSON from byte ${at - start} of the record on`);
  }

  /** Where, beside the place at which grammar breaks, the next record begins. */
  #nextRecord(): number | undefined {
    const { newRecord, position } = this.#walk;
    const { bytes } = this.#window;
    if (newRecord || startsLikeEvent(bytes, position)) return position;
    // A string that was torn ends at the opening quote of the next record's first key: grammar breaks two bytes later.
    return startsLikeEvent(bytes, position - 2) ? position - 2 : undefined;
  }

  #restOfLine(detail: string): WalkEnd {
    const envelope = this.#envelope;
    const byteOffset = this.#offset;
    return { kind: "rest-of-line", position: this.#walk.position, byteOffset, detail, head: this.#head, envelope };
  }

  #emitTorn(position: number, detail: string): void {
    const end = this.#head === undefined ? trimmedEnd(this.#window.bytes, this.#start, position) : position;
    if (end - this.#start > this.#limits.maxRecordBytes)
      this.#emitDamaged(end, "too-long", describeLimit(this.#limits));
    else this.#emitDamaged(end, "truncated", detail);
  }

  #emitDamaged(end: number, reason: "too-long" | "too-deep" | "not-json" | "truncated", detail: string): true {
    const { view } = this.#window;
    const start = this.#start;
    const head = this.#head ?? headOf(view, start, end, this.#limits);
    const envelope = this.#envelope;
    const record = { byteOffset: this.#offset, byteLength: end - start, reason, detail, head, envelope };
    this.#sink.damaged(this.#head === undefined ? { ...record, bytes: view.subarray(start, end) } : record);
    return true;
  }
}
