import type { Layer } from "./envelopes/open-record.js";

/** How many records can lie in pieces at a time. */
const mostJoins = 64;

/** A record that was cut into pieces, as far as they came. */
export interface Join {
  readonly bytes: Buffer;
  /** Where its first piece lies; the place's length is that of all pieces. */
  readonly layer: Layer;
  /** The pieces together are longer than the limit: `bytes` is empty. */
  readonly isTooLong: boolean;
}

interface OpenJoin {
  pieces: Buffer[];
  length: number;
  layer: Layer;
  isTooLong: boolean;
}

/**
 * Puts the records together that a container runtime cut into pieces, each stream for itself. All that is held together
 * is at most `maxRecordBytes`; a record that would need more is given up and only measured.
 */
export class PieceJoiner {
  readonly #maxRecordBytes: number;
  readonly #open = new Map<string, OpenJoin>();
  #held = 0;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** Whether any record has begun and not ended. */
  get isJoining(): boolean {
    return this.#open.size > 0;
  }

  /** Whether a record of this stream has begun and not ended. */
  has(stream: string): boolean {
    return this.#open.has(stream);
  }

  /**
   * Takes the next piece; gives the whole record with the last one. `bytes` and the head of the place are copied. Gives the
   * record that was begun first, unfinished, in `evicted` where too many are open.
   */
  add(stream: string, bytes: Uint8Array, isLast: boolean, layer: Layer): { whole?: Join; evicted?: Join } {
    const open = this.#open.get(stream);
    const { evicted, join } = open === undefined ? this.#begin(stream, layer) : { evicted: undefined, join: open };
    if (open !== undefined) {
      const { place } = join.layer;
      join.layer = { ...join.layer, place: { ...place, byteLength: place.byteLength + layer.place.byteLength } };
    }
    if (this.#held + bytes.length > this.#maxRecordBytes) {
      this.#held -= join.length;
      join.isTooLong = true;
      join.pieces = [];
      join.length = 0;
    } else if (!join.isTooLong) {
      join.pieces.push(Buffer.from(bytes));
      join.length += bytes.length;
      this.#held += bytes.length;
    }
    const whole = isLast ? this.#close(stream, join) : undefined;
    return { ...(whole === undefined ? {} : { whole }), ...(evicted === undefined ? {} : { evicted }) };
  }

  /** Gives what is unfinished when no more pieces come, in the order in which it began. */
  end(): Join[] {
    return [...this.#open].map(([stream, join]) => this.#close(stream, join));
  }

  #begin(stream: string, layer: Layer): { join: OpenJoin; evicted: Join | undefined } {
    let evicted: Join | undefined;
    const [first] = this.#open;
    if (this.#open.size >= mostJoins && first !== undefined) evicted = this.#close(...first);
    const place = { ...layer.place, head: Buffer.from(layer.place.head) };
    const join = { pieces: [], length: 0, layer: { ...layer, place }, isTooLong: false };
    this.#open.set(stream, join);
    return { join, evicted };
  }

  #close(stream: string, { pieces, length, layer, isTooLong }: OpenJoin): Join {
    this.#open.delete(stream);
    this.#held -= length;
    return { bytes: Buffer.concat(pieces), layer, isTooLong };
  }
}
