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
}

/** The shape around an event. */
export type Envelope = "json-lines" | "json-document" | "json-array" | "event-list" | "csv";

/** Something that cannot be a document, and where it is. `head` is its beginning, at most 4 KiB. */
export interface DamagedRecord {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly reason: "not-json" | "truncated" | "too-long" | "too-deep";
  readonly detail: string;
  readonly head: Buffer;
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
