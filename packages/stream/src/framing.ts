import { ByteWindow } from "./byte-window.js";
import { startsAuditList } from "./event-start.js";
import type { DamagedRecord, FrameSink, FramingLimits } from "./frame-sink.js";
import { lookahead } from "./json-walk.js";
import { nestingBound } from "./nesting.js";
import { describeLimit, headLength, headOf, isAuditList, trimmedEnd } from "./record-bytes.js";
import { WalkedDocument } from "./walked-document.js";
import type { WalkOptions } from "./walked-document.js";

const newline = 0x0a;
const openBrace = 0x7b;
const openBracket = 0x5b;

/** Behind a bracket a word can only be a literal of JSON; `[pod/…]` is what stands before a line. */
function startsWithName(bytes: Buffer, start: number, end: number): boolean {
  return /^(?!true|false|null)[A-Za-z]/.test(bytes.toString("latin1", start, Math.min(start + 5, end)));
}

/** So much of a line is parsed at one go although an earlier document on it was found; a longer rest is walked. */
const triedBytes = 1 << 16;

/** A record that was found damaged before its end was seen. */
interface UnfinishedDamage {
  readonly byteOffset: number;
  readonly reason: DamagedRecord["reason"];
  readonly detail: string;
  /** Taken as soon as enough bytes are there; until then the bytes are kept. */
  head: Buffer | undefined;
  readonly envelope: DamagedRecord["envelope"];
}

/** Where in a file a framer begins, and who wants to know where another one could. */
export interface FramingStart {
  /** Where the first byte lies in the decompressed file. Default: 0. */
  readonly byteOffset?: number;
  /**
   * Called at each beginning of a line where a new framer would find what this one will: everything before it was
   * handed over, nothing behind it was.
   */
  readonly onBoundary?: (byteOffset: number) => void;
  /** The room to begin with: less than the default for input that is known to be short. */
  readonly windowBytes?: number;
}

/**
 * Cuts bytes into records: JSON lines first, and wherever that does not do, a walk along JSON grammar.
 *
 * A torn record is told from the whole one that follows it on the same line at the byte where grammar breaks, never by
 * searching for text: inside a valid JSON string a quote is escaped, so what a client sent cannot break grammar, and
 * what a client sent as an object stands where grammar does not break.
 */
export class RecordFramer {
  readonly #window: ByteWindow;
  readonly #sink: FrameSink;
  readonly #limits: FramingLimits;
  /** Index of the first byte that belongs to no record yet. */
  #position = 0;
  /** Up to where the line end was searched in vain. */
  #searched = 0;
  #document: WalkedDocument | undefined;
  #damage: UnfinishedDamage | undefined;
  /** Whether `#position` is in a line of which an earlier part was rejected and NULs were skipped since. */
  #afterGap = false;
  #brokenLine = false;
  readonly #onBoundary: ((byteOffset: number) => void) | undefined;
  /** Whether a whole document was found earlier on the line: then the rest of it is walked, not parsed at one go. */
  #inLine = false;

  constructor(sink: FrameSink, limits: FramingLimits, start: FramingStart = {}) {
    this.#window = new ByteWindow(start.windowBytes);
    this.#sink = sink;
    this.#limits = limits;
    this.#window.offset = start.byteOffset ?? 0;
    this.#onBoundary = start.onBoundary;
  }

  /** How many bytes are held back because their record is not complete: at most the limit and one chunk. */
  get heldBytes(): number {
    return this.#window.length - this.#keepFrom();
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    const moved = this.#window.append(chunk, this.#keepFrom());
    this.#position -= moved;
    this.#searched -= moved;
    this.#document?.moveBack(moved);
    this.#drain(false);
  }

  /** Says that no more bytes come. */
  end(): void {
    this.#drain(true);
  }

  #keepFrom(): number {
    if (this.#damage !== undefined && this.#damage.head === undefined) {
      return this.#damage.byteOffset - this.#window.offset;
    }
    return this.#document?.keepFrom ?? this.#position;
  }

  #drain(final: boolean): void {
    for (;;) {
      const goesOn =
        this.#damage !== undefined
          ? this.#restOfLine(final)
          : this.#document !== undefined
            ? this.#continueWalk(this.#document, final)
            : this.#nextRecord(final);
      if (!goesOn) return;
    }
  }

  /** Skips what stands between records. Gives false when the bytes are used up. */
  #toRecordStart(): boolean {
    const { bytes, length } = this.#window;
    let at = this.#position;
    let nuls = 0;
    while (at < length) {
      const byte = bytes[at] as number;
      if (byte === 0) {
        nuls++;
        if (this.#brokenLine) this.#afterGap = true;
      } else if (byte === newline) {
        this.#brokenLine = false;
        this.#afterGap = false;
        this.#onBoundary?.(this.#window.offset + at + 1);
        this.#inLine = false;
      } else if (byte === 0xef) {
        // A byte order mark; with fewer bytes the caller waits for more.
        if (length - at < 3 || bytes[at + 1] !== 0xbb || bytes[at + 2] !== 0xbf) break;
        at += 2;
      } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) break;
      at++;
    }
    if (nuls > 0) this.#sink.padding(nuls);
    this.#position = at;
    if (this.#searched < at) this.#searched = at;
    return at < length;
  }

  #nextRecord(final: boolean): boolean {
    if (!this.#toRecordStart()) return false;
    const { bytes, view, length } = this.#window;
    const start = this.#position;
    if (length - start < lookahead && !final) return false;
    const first = bytes[start];
    const isJson = first === openBrace || (first === openBracket && !startsWithName(bytes, start + 1, length));
    if (isJson && this.#inLine && this.#hasLongLine(start)) {
      // Documents without line ends between them: to try whether the rest is one would take square time.
      this.#startWalk(start, { isEventList: false, streamsLists: false });
      return true;
    }

    let lineEnd = view.indexOf(newline, this.#searched);
    if (lineEnd < 0) {
      this.#searched = length;
      if (final) lineEnd = length;
      else if (length - start <= this.#limits.maxRecordBytes + 1) return false;
    }
    // One byte more than the limit, for a carriage return. The line is measured untrimmed so that chunking cannot matter.
    const tooLong = lineEnd < 0 || lineEnd - start > this.#limits.maxRecordBytes + 1;
    const end = tooLong ? length : trimmedEnd(bytes, start, lineEnd);

    if (!isJson) {
      if (tooLong) {
        const byteOffset = this.#window.offset + start;
        const envelope = "text" as const;
        this.#damage = {
          byteOffset,
          reason: "too-long",
          detail: describeLimit(this.#limits),
          head: undefined,
          envelope,
        };
      } else {
        // Only the line end is taken off: the line can be a piece of a record that is cut at a space.
        const textEnd = lineEnd > start && bytes[lineEnd - 1] === 0x0d ? lineEnd - 1 : lineEnd;
        this.#sink.text(bytes, start, textEnd, this.#window.offset + start);
        this.#position = lineEnd;
      }
      return true;
    }
    const fits = !tooLong && end - start <= this.#limits.maxRecordBytes;
    if (fits && first === openBrace && !startsAuditList(bytes, start) && this.#parseLine(start, end)) {
      this.#position = lineEnd;
      return true;
    }
    this.#startWalk(start, { isEventList: false, streamsLists: false });
    return true;
  }

  /** Whether the rest of the line is longer than what may be tried again for each document on it. */
  #hasLongLine(start: number): boolean {
    const { view, length } = this.#window;
    const lineEnd = view.indexOf(newline, this.#searched);
    this.#searched = lineEnd < 0 ? length : lineEnd;
    return this.#searched - start > triedBytes;
  }

  #startWalk(start: number, how: Omit<WalkOptions, "afterGap">): void {
    const options = { ...how, afterGap: this.#afterGap };
    this.#document = new WalkedDocument(this.#window, this.#sink, this.#limits, start, options);
    this.#position = start;
  }

  /** The usual case: one line, one document. Gives false where a walk has to look closer. */
  #parseLine(start: number, end: number): boolean {
    const { bytes, view, offset } = this.#window;
    if (end - start > this.#limits.maxDepth * 2 && nestingBound(bytes, start, end) > this.#limits.maxDepth)
      return false;
    const text = view.toString("utf8", start, end);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return false;
    }
    if (isAuditList(value)) return false;
    this.#sink.document({
      bytes: view,
      start,
      end,
      byteOffset: offset + start,
      text,
      value,
      envelope: "json-lines",
      listVersion: undefined,
    });
    return true;
  }

  #continueWalk(document: WalkedDocument, final: boolean): boolean {
    const end = document.proceed(final);
    if (end === undefined) return false;
    if (end.kind === "again") {
      this.#startWalk(this.#position, { isEventList: end.as === "event-list", streamsLists: end.as === "lists" });
      return true;
    }
    this.#document = undefined;
    this.#goTo(end.position);
    this.#inLine = end.kind === "done";
    this.#brokenLine = end.kind === "gap";
    if (end.kind === "rest-of-line") {
      this.#damage = {
        byteOffset: end.byteOffset,
        reason: "not-json",
        detail: end.detail,
        head: end.head,
        envelope: end.envelope,
      };
    }
    return true;
  }

  /** Goes on behind what was handed over. */
  #goTo(position: number): void {
    this.#position = position;
    this.#searched = position;
    this.#afterGap = false;
    this.#brokenLine = false;
  }

  /** Takes the rest of a line that is given up, whatever its length. */
  #restOfLine(final: boolean): boolean {
    const damage = this.#damage as UnfinishedDamage;
    const { bytes, view, length, offset } = this.#window;
    const start = damage.byteOffset - offset;
    const found = view.indexOf(newline, this.#position);
    const lineEnd = found < 0 ? length : found;
    if (damage.head === undefined && (found >= 0 || final || length - start >= headLength(this.#limits))) {
      damage.head = headOf(bytes, start, lineEnd, this.#limits);
    }
    if (found < 0 && !final) {
      // The last byte is looked at again: it can be a carriage return.
      this.#position = Math.max(this.#position, length - 1);
      return false;
    }
    const end = lineEnd > start && bytes[lineEnd - 1] === 0x0d ? lineEnd - 1 : lineEnd;
    const byteLength = end - start;
    const tooLong = byteLength > this.#limits.maxRecordBytes;
    this.#sink.damaged({
      byteOffset: damage.byteOffset,
      byteLength,
      reason: tooLong ? "too-long" : damage.reason,
      detail: tooLong ? describeLimit(this.#limits) : damage.detail,
      head: damage.head ?? headOf(bytes, start, end, this.#limits),
      envelope: damage.envelope,
    });
    this.#damage = undefined;
    this.#goTo(lineEnd);
    return true;
  }
}
