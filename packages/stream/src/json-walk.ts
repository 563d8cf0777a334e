import { startsAuditEvent, startsTornAuditEvent } from "./event-start.js";

/**
 * What a walk met:
 * - `more`: all bytes given are used up;
 * - `end`: the document is complete, `position` is behind its last byte;
 * - `broken`: JSON grammar ends at `position`;
 * - `list`: the items of an EventList, of an array or of a list in another document begin;
 * - `item`: an item begins at `position`;
 * - `item-end`: the item is complete, `position` is behind its last byte.
 */
export type WalkStep = "more" | "end" | "broken" | "list" | "item" | "item-end";

/** How many bytes a walk wants to see beyond the one it looks at, so that a decision never depends on chunking. */
export const lookahead = 128;

/** The fields under which documents of other programs hold lists of records. */
const listKeys: ReadonlySet<string> = new Set([
  "items",
  "events",
  "records",
  "Records",
  "logEvents",
  "results",
  "value",
  "messages",
  "resourceLogs",
  "data",
]);
/** The same where the list is a field of a field: `hits.hits` of Elasticsearch, `data.result` of Loki. */
const innerListKeys: ReadonlyMap<string, string> = new Map([
  ["hits", "hits"],
  ["data", "result"],
]);

/** How many fields before a list are kept, and how many bytes one may have. */
const headerFields = 32;
const headerFieldBytes = 440;

/** Nesting at which a walk gives up for good: its own stack must stay small. */
const deepest = 1 << 20;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const newline = 0x0a;

const inValue = 0;
const inValueOrEnd = 1;
const inKeyOrEnd = 2;
const inKey = 3;
const inColon = 4;
const inAfterValue = 5;
const inString = 6;
const inEscape = 7;
const inHex = 8;
const inAtom = 9;

/** Values of the item depth beside a depth: no list met yet, and its end was met. */
const noList = -1;
const listIsOver = -2;

function isAtomByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  ); // prettier: numbers and the three literals, checked in full by JSON.parse later
}

function isHexByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}

/**
 * Follows the grammar of one JSON document byte by byte, over any number of chunks, without keeping bytes or values.
 *
 * It finds where a document ends (or breaks), and the items of an EventList of any size. It is only used where
 * splitting into lines and JSON.parse does not do: documents over several lines, several on one line, torn ones,
 * EventLists and records over the limit.
 *
 * Two places end a document although grammar would allow more, because only a torn record explains them:
 * a `{` at the first column inside a document of several lines, and, in a record that began as an audit event,
 * an audit event as the value of a field which kube-apiserver never fills with what a client sent.
 */
export class JsonWalk {
  /** Index of the next byte, in the window. */
  position: number;
  /** The greatest nesting met so far in the document, or in the item. */
  depthSeen = 0;
  /** Whether a line end was met inside the document, or inside the item. */
  manyLines = false;
  /** Index of the first byte of the line that the walk is in, if `manyLines`. */
  lineStart = 0;
  /** The document's own `kind` and `apiVersion`, where they came before the items. */
  kind: string | undefined;
  apiVersion: string | undefined;
  /** Whether the items are an EventList's (`event-list`), a bare array's (`json-array`) or another document's (`items`). */
  list: "event-list" | "json-array" | "items" | undefined;
  /** The fields that lead to the items of another document. */
  listKeys: readonly string[] = [];
  /** Whether a list was met whose items could be taken one by one. */
  listSeen = false;
  /** The document's own short values that came before its list, if `streamsLists`. */
  header = new Map<string, unknown>();
  /** Whether the walk broke because a new record begins at `position`. */
  newRecord = false;

  #state = inValue;
  #depth = 0;
  #isArray = new Uint8Array(64);
  #itemDepth = noList;
  #inItem = false;
  #stringIsKey = false;
  #hexDigits = 0;
  #atLineStart = false;
  #stringStart = 0;
  #topKey = "";
  #secondKey = "";
  readonly #startedAsEvent: boolean;
  readonly #isEventList: boolean;
  readonly #streamsLists: boolean;

  /**
   * `isEventList` says that it is known to be one, although its items come before its kind and version; `streamsLists`
   * that the items of other documents' lists are wanted one by one.
   */
  constructor(bytes: Uint8Array, start: number, { isEventList = false, streamsLists = false } = {}) {
    this.position = start;
    this.#isEventList = isEventList;
    this.#streamsLists = streamsLists;
    this.#startedAsEvent = startsTornAuditEvent(bytes, start);
  }

  /** Whether the document can be one that holds a list of records: an event never is. */
  get canHoldList(): boolean {
    return !this.#startedAsEvent && this.list === undefined;
  }

  /** Tells the walk that the window forgot its first `count` bytes. */
  moveBack(count: number): void {
    this.position -= count;
    this.lineStart -= count;
    this.#stringStart -= count;
  }

  /** Index of the first byte that the walk itself still needs: it reads short keys and values of the document's top level. */
  get neededFrom(): number {
    const inShortValue =
      (this.#state === inString || this.#state === inEscape || this.#state === inHex || this.#state === inAtom) &&
      this.position - this.#stringStart <= headerFieldBytes;
    return inShortValue ? Math.min(this.#stringStart, this.position) : this.position;
  }

  /** Goes on until something is met. `final` says that no bytes follow `length`. */
  run(bytes: Buffer, length: number, final: boolean): WalkStep {
    const limit = final ? length : length - lookahead;
    let position = this.position;
    while (position < limit) {
      const byte = bytes[position] as number;
      switch (this.#state) {
        case inString: {
          let at = position;
          let inside = byte;
          while (inside !== quote && inside !== backslash && inside >= 0x20) {
            if (++at >= limit) break;
            inside = bytes[at] as number;
          }
          position = at;
          if (at >= limit) continue;
          if (inside === quote) {
            const step = this.#endString(bytes, position);
            if (step !== undefined) return step;
            position++;
          } else if (inside === backslash) {
            this.#state = inEscape;
            position++;
          } else return this.#break(position);
          continue;
        }
        case inEscape:
          if (byte === 0x75) {
            this.#state = inHex;
            this.#hexDigits = 4;
          } else if (
            byte === quote ||
            byte === backslash ||
            byte === 0x2f ||
            byte === 0x62 ||
            byte === 0x66 ||
            byte === 0x6e ||
            byte === 0x72 ||
            byte === 0x74
          ) {
            this.#state = inString;
          } else return this.#break(position);
          position++;
          continue;
        case inHex:
          if (!isHexByte(byte)) return this.#break(position);
          if (--this.#hexDigits === 0) this.#state = inString;
          position++;
          continue;
        case inAtom:
          if (isAtomByte(byte)) {
            position++;
            continue;
          }
          this.#endAtom(bytes, position);
          {
            const step = this.#afterValue(position);
            if (step !== undefined) return step;
          }
          continue;
      }
      if (byte === 0x20 || byte === 0x09 || byte === 0x0d) {
        this.#atLineStart = false;
        position++;
        continue;
      }
      if (byte === newline) {
        this.manyLines = true;
        this.lineStart = position + 1;
        this.#atLineStart = true;
        position++;
        continue;
      }
      const step = this.#token(bytes, byte, position);
      if (step === "moved") {
        this.#atLineStart = false;
        position++;
      } else if (step !== "stay") return step;
    }
    if (final && this.#state === inAtom && this.#depth === 0) {
      this.#endAtom(bytes, position);
      this.position = position;
      return "end";
    }
    this.position = position;
    return "more";
  }

  /** Handles one byte that is not white space, outside strings and atoms. */
  #token(bytes: Buffer, byte: number, position: number): WalkStep | "moved" | "stay" {
    switch (this.#state) {
      case inValueOrEnd:
        if (byte === closeBracket) return this.#close(byte, position);
        if (this.#depth === 1 && this.#itemDepth === noList && byte === openBrace) {
          this.list = "json-array";
          this.#itemDepth = 1;
          this.#state = inValue;
          this.position = position;
          return "list";
        }
        this.#state = inValue;
        return "stay";
      case inValue:
        if (this.#depth === this.#itemDepth && !this.#inItem) {
          this.#inItem = true;
          this.manyLines = false;
          this.depthSeen = 0;
          this.position = position;
          return "item";
        }
        return this.#value(bytes, byte, position);
      case inKeyOrEnd:
        return byte === closeBrace ? this.#close(byte, position) : this.#key(byte, position);
      case inKey:
        return this.#key(byte, position);
      case inColon:
        if (byte !== 0x3a) return this.#break(position);
        this.#state = inValue;
        return "moved";
      default:
        if (byte === 0x2c) {
          this.#state = this.#isArray[this.#depth - 1] === 1 ? inValue : inKey;
          return "moved";
        }
        if (byte === closeBrace || byte === closeBracket) return this.#close(byte, position);
        return this.#break(position);
    }
  }

  #key(byte: number, position: number): WalkStep | "moved" {
    if (byte !== quote) return this.#break(position);
    this.#state = inString;
    this.#stringIsKey = true;
    this.#stringStart = position + 1;
    return "moved";
  }

  #value(bytes: Buffer, byte: number, position: number): WalkStep | "moved" {
    if (byte === quote) {
      this.#state = inString;
      this.#stringIsKey = false;
      this.#stringStart = position + 1;
      return "moved";
    }
    if (byte === openBrace) {
      if (this.#isNewRecord(bytes, position)) {
        this.newRecord = true;
        return this.#break(position);
      }
      return this.#open(0, position);
    }
    if (byte === openBracket) {
      const list = this.#beginningList();
      const step = this.#open(1, position);
      if (list !== undefined && step === "moved") {
        this.list = list;
        this.#itemDepth = this.#depth;
        this.position = position + 1;
        return "list";
      }
      return step;
    }
    if (!isAtomByte(byte)) return this.#break(position);
    this.#stringStart = position;
    this.#state = inAtom;
    return "moved";
  }

  /** What the array that begins here is, if its items are to be taken one by one. */
  #beginningList(): "event-list" | "items" | undefined {
    if (this.#beginsItems()) return "event-list";
    if (this.#startedAsEvent || this.#itemDepth !== noList) return undefined;
    const keys = this.#keysOfList();
    if (keys === undefined) return undefined;
    this.listSeen = true;
    if (!this.#streamsLists) return undefined;
    this.listKeys = keys;
    return "items";
  }

  #keysOfList(): readonly string[] | undefined {
    if (this.#isArray[0] === 1) return undefined;
    if (this.#depth === 1) return listKeys.has(this.#topKey) ? [this.#topKey] : undefined;
    if (this.#depth !== 2 || this.#isArray[1] === 1) return undefined;
    const inner = innerListKeys.get(this.#topKey);
    return inner !== undefined && inner === this.#secondKey ? [this.#topKey, inner] : undefined;
  }

  /** Whether the array that begins here holds the items of an EventList. */
  #beginsItems(): boolean {
    if (this.#depth !== 1 || this.#isArray[0] === 1 || this.#itemDepth !== noList || this.#topKey !== "items")
      return false;
    if (this.#isEventList) return true;
    // A core/v1 EventList (`kubectl get --raw /api/v1/events`) is one record of another kind.
    const isAudit = this.apiVersion?.startsWith("audit.k8s.io/");
    return this.kind === "EventList" ? isAudit !== false : this.kind === undefined && isAudit === true;
  }

  #isNewRecord(bytes: Buffer, position: number): boolean {
    const base = this.#itemDepth < 0 ? 0 : this.#itemDepth;
    if (this.#depth <= base) return false;
    if (this.#atLineStart) return true;
    if (!this.#startedAsEvent || !startsAuditEvent(bytes, position)) return false;
    return this.#topKey !== "requestObject" && this.#topKey !== "responseObject";
  }

  #open(kind: 0 | 1, position: number): WalkStep | "moved" {
    if (this.#depth === this.#isArray.length) {
      if (this.#depth >= deepest) return this.#break(position);
      const grown = new Uint8Array(this.#depth * 2);
      grown.set(this.#isArray);
      this.#isArray = grown;
    }
    this.#isArray[this.#depth++] = kind;
    const nesting = this.#itemDepth < 0 ? this.#depth : this.#depth - this.#itemDepth;
    if (nesting > this.depthSeen) this.depthSeen = nesting;
    this.#state = kind === 1 ? inValueOrEnd : inKeyOrEnd;
    return "moved";
  }

  #close(byte: number, position: number): WalkStep | "moved" {
    if (byte !== (this.#isArray[this.#depth - 1] === 1 ? closeBracket : closeBrace)) return this.#break(position);
    this.#depth--;
    if (this.#depth < this.#itemDepth) this.#itemDepth = this.list === "items" ? noList : listIsOver;
    this.#state = inAfterValue;
    return this.#afterValue(position + 1) ?? "moved";
  }

  #endString(bytes: Buffer, position: number): WalkStep | undefined {
    if (!this.#stringIsKey) {
      if (this.#depth === 1 && this.#itemDepth === noList) this.#noteTopValue(bytes, position);
      this.#state = inAfterValue;
      return this.#afterValue(position + 1);
    }
    if (this.#depth === 1) this.#topKey = this.#keyEndingAt(bytes, position);
    else if (this.#depth === 2)
      this.#secondKey = innerListKeys.has(this.#topKey) ? this.#keyEndingAt(bytes, position) : "";
    this.#state = inColon;
    return undefined;
  }

  #keyEndingAt(bytes: Buffer, position: number): string {
    return position - this.#stringStart <= 32 ? bytes.toString("latin1", this.#stringStart, position) : "";
  }

  #endAtom(bytes: Buffer, position: number): void {
    this.#state = inAfterValue;
    if (this.#depth === 1 && this.#itemDepth === noList) this.#addToHeader(bytes, this.#stringStart, position);
  }

  #addToHeader(bytes: Buffer, start: number, end: number): void {
    if (!this.#streamsLists || this.#isArray[0] === 1 || this.#topKey === "") return;
    if (end - start > headerFieldBytes || this.header.size >= headerFields) return;
    try {
      this.header.set(this.#topKey, JSON.parse(bytes.toString("utf8", start, end)));
    } catch {
      // A literal that JSON does not know: the document is broken, which is found elsewhere.
    }
  }

  #noteTopValue(bytes: Buffer, position: number): void {
    this.#addToHeader(bytes, this.#stringStart - 1, position + 1);
    if (this.#topKey !== "kind" && this.#topKey !== "apiVersion") return;
    if (position - this.#stringStart > 64) return;
    const value = bytes.toString("latin1", this.#stringStart, position);
    if (this.#topKey === "kind") this.kind = value;
    else this.apiVersion = value;
  }

  /** A value ended before `position`: the document, an item, or just a value. */
  #afterValue(position: number): WalkStep | undefined {
    if (this.#depth === 0) {
      this.position = position;
      return "end";
    }
    if (this.#inItem && this.#depth === this.#itemDepth) {
      this.#inItem = false;
      this.position = position;
      return "item-end";
    }
    return undefined;
  }

  #break(position: number): "broken" {
    this.position = position;
    return "broken";
  }
}
