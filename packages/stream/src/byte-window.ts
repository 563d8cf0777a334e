/**
 * The bytes that are still needed, in one piece.
 *
 * Every record lies in it without a break whatever the chunks were, which is why chunking cannot change a result.
 * It holds at most one record and one chunk: it grows by doubling and never shrinks below its first size.
 */
export class ByteWindow {
  /** The bytes; only `[0, length)` is meaningful. */
  bytes: Buffer;
  /** `bytes` without the unused room, for native searches. */
  view: Buffer;
  /** How many bytes are held. */
  length = 0;
  /** Where `bytes[0]` lies in the decompressed file. */
  offset = 0;

  readonly #initialSize: number;

  constructor(initialSize = 1 << 19) {
    this.#initialSize = initialSize;
    this.bytes = Buffer.allocUnsafeSlow(initialSize);
    this.view = this.bytes.subarray(0, 0);
  }

  /** Adds a chunk and forgets everything before index `keepFrom`. Gives how far indices moved down. */
  append(chunk: Uint8Array, keepFrom: number): number {
    const kept = this.length - keepFrom;
    const needed = kept + chunk.length;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, keepFrom, this.length);
      this.bytes = grown;
    } else if (this.bytes.length > this.#initialSize * 4 && needed <= this.#initialSize) {
      const small = Buffer.allocUnsafeSlow(this.#initialSize);
      this.bytes.copy(small, 0, keepFrom, this.length);
      this.bytes = small;
    } else if (keepFrom > 0) {
      this.bytes.copyWithin(0, keepFrom, this.length);
    }
    this.bytes.set(chunk, kept);
    this.length = needed;
    this.offset += keepFrom;
    this.view = this.bytes.subarray(0, needed);
    return keepFrom;
  }
}
