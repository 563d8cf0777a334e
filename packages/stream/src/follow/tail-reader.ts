import type { RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { FileTally } from "../account.js";
import { ByteWindow } from "../byte-window.js";
import type { FramingLimits } from "../frame-sink.js";
import { RecordFramer } from "../framing.js";
import { RecordReader } from "../record.js";
import type { RecordOrigin } from "../record.js";
import type { FollowedSource, ReadWindow, RecordCounts } from "./checkpoint.js";
import { fingerprint, windowBytes } from "./log-content.js";

/** What bytes gave, and where a new reader has to go on. */
export interface TailRecords {
  readonly events: readonly SourcedEvent[];
  readonly rejected: readonly RejectedRecord[];
  readonly foreign: number;
  readonly position: ReadPosition;
}

/** A place at which reading can go on without losing or repeating a record. */
export type ReadPosition = Pick<FollowedSource, "offset" | "taken" | "window">;

const nothingTaken: RecordCounts = { events: 0, rejected: 0, foreign: 0 };

/** The beginning of a content. */
export const beginning: ReadPosition = { offset: 0, taken: nothingTaken, window: fingerprint(Buffer.alloc(0)) };

/**
 * Reads a content from a position on, and says after each chunk from which position on a new reader would give exactly
 * what this one has not given yet.
 */
export class TailReader {
  /** Decompressed bytes before the next chunk. */
  length: number;
  readonly #tally = new FileTally();
  readonly #records: RecordReader;
  readonly #framer: RecordFramer;
  readonly #recent = new ByteWindow(1 << 16);
  /** What the records were of which another reader gave the first. */
  readonly #skipped: RecordCounts;
  #rejected: RejectedRecord[] = [];
  readonly #start: number;
  #boundary: number;
  #window: ReadWindow;
  /** What had been found when the boundary was reached. */
  #atBoundary = nothingTaken;
  #given = nothingTaken;

  /** `before` is what stands right before the position. */
  constructor(
    origin: RecordOrigin,
    limits: FramingLimits & { readonly raw: boolean },
    from: ReadPosition,
    before: Uint8Array,
  ) {
    this.length = from.offset;
    this.#start = from.offset;
    this.#skipped = from.taken;
    this.#boundary = from.offset;
    this.#window = from.window;
    this.#recent.offset = from.offset - before.length;
    this.#recent.append(before, 0);
    this.#records = new RecordReader(origin, limits, this.#tally, (record) => this.#rejected.push(record));
    this.#framer = new RecordFramer(this.#records, limits, {
      byteOffset: from.offset,
      onBoundary: (byteOffset) => {
        // Whoever begins anew here would not have the pieces of a record whose end has not come yet.
        if (this.#records.isJoining) return;
        this.#boundary = byteOffset;
        this.#atBoundary = this.#found();
      },
    });
  }

  /** Whether anything was found that is, or was, an audit record. */
  get isAuditLog(): boolean {
    return this.#records.isAuditLog;
  }

  /** Whether the last byte was a line end. */
  get endsLine(): boolean {
    return this.#recent.view.at(-1) === 0x0a;
  }

  /** Takes the next bytes and gives what came of them. */
  push(chunk: Uint8Array): TailRecords {
    const before = this.#boundary;
    // A boundary can lie in what the framer held back; what stands before it is its fingerprint.
    const keepFrom = this.length - this.#framer.heldBytes - windowBytes - this.#recent.offset;
    this.#recent.append(chunk, Math.max(0, keepFrom));
    this.#framer.push(chunk);
    this.length += chunk.length;
    return this.#take(before);
  }

  /** Says that the content ends here, with or without a line end, and gives what is left of it. */
  end(): TailRecords {
    const before = this.#boundary;
    this.#framer.end();
    this.#records.end();
    this.#boundary = this.length;
    this.#atBoundary = this.#found();
    return this.#take(before);
  }

  #found(): RecordCounts {
    const { events, rejected, foreign } = this.#tally;
    return { events, rejected, foreign };
  }

  #take(boundaryBefore: number): TailRecords {
    if (this.#boundary !== boundaryBefore) this.#window = this.#windowBefore(this.#boundary);
    const [given, found, skipped] = [this.#given, this.#found(), this.#skipped];
    const rejected = this.#rejected;
    this.#rejected = [];
    this.#given = found;
    return {
      events: this.#records.takeEvents().slice(Math.max(0, skipped.events - given.events)),
      rejected: rejected.slice(Math.max(0, skipped.rejected - given.rejected)),
      foreign: Math.max(0, found.foreign - Math.max(given.foreign, skipped.foreign)),
      position: {
        offset: this.#boundary,
        window: this.#window,
        taken: this.#takenSince(found),
      },
    };
  }

  #takenSince(found: RecordCounts): RecordCounts {
    const at = this.#atBoundary;
    // Where no line was finished yet, the former reader may have come further than this one.
    const least = this.#boundary === this.#start ? this.#skipped : nothingTaken;
    return {
      events: Math.max(least.events, found.events - at.events),
      rejected: Math.max(least.rejected, found.rejected - at.rejected),
      foreign: Math.max(least.foreign, found.foreign - at.foreign),
    };
  }

  #windowBefore(offset: number): ReadWindow {
    const { offset: first, bytes } = this.#recent;
    const end = offset - first;
    return fingerprint(bytes.subarray(Math.max(0, end - windowBytes), end));
  }
}
