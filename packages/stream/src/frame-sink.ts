/** A JSON value and where its bytes are. The bytes are only valid during the call that gives them. */
export interface FramedDocument {
  readonly bytes: Buffer;
  /** The document is `bytes[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Where it begins in the decompressed file. */
  readonly byteOffset: number;
  readonly text: string;
  readonly value: unknown;
  readonly envelope: Envelope;
  /** The version an EventList gives to its items. */
  readonly listVersion: string | undefined;
  /** Set for an item of a long list in a document that is not an EventList. */
  readonly list?: ItemList;
}

/** The shape in which the bytes hold a record. */
export type Envelope = "json-lines" | "json-document" | "json-array" | "event-list" | "csv";

/** The list that an item was taken out of. */
export interface ItemList {
  /** The fields that lead to it: `["events"]`, `["hits", "hits"]`. */
  readonly keys: readonly string[];
  /** What the document said before the list: its own texts, numbers and literals, as far as they are short. */
  readonly header: ReadonlyMap<string, unknown>;
}

/** Something that cannot be a document, and where it is. `head` is its beginning, at most 4 KiB. */
export interface DamagedRecord {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly reason: "not-json" | "truncated" | "too-long" | "too-deep";
  readonly detail: string;
  readonly head: Buffer;
  /** `text` for a line that does not begin like JSON. */
  readonly envelope: Envelope | "text";
  /** All its bytes, where they are there; only valid during the call that gives them. */
  readonly bytes?: Buffer;
}

/** Takes what the framer finds, in the order of the bytes. */
export interface FrameSink {
  document(document: FramedDocument): void;
  /** A line that does not begin like a JSON object or array. */
  text(bytes: Buffer, start: number, end: number, byteOffset: number): void;
  damaged(record: DamagedRecord): void;
  /** An EventList was met, perhaps without items. */
  eventList(): void;
  /** NUL bytes that stand before, between or behind records. */
  padding(nulBytes: number): void;
}

/** Limits of a framer. */
export interface FramingLimits {
  readonly maxRecordBytes: number;
  readonly maxDepth: number;
}
