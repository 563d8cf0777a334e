/** Hands out the bytes of chunks in any portions, and remembers how many were taken. */
export class ByteReader {
  taken = 0;
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Gives up to `count` bytes without taking them; fewer only at the end. They are valid until the next call. */
  async peek(count: number): Promise<Buffer> {
    while (this.#pending.length < count && !this.#ended) {
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else this.#pending = Buffer.concat([this.#pending, next.value]);
    }
    return this.#pending.subarray(0, count);
  }

  take(count: number): void {
    this.taken += count;
    this.#pending = this.#pending.subarray(count);
  }

  /** Takes and gives whatever is at hand, at least one byte and at most `most`; nothing at the end. */
  async next(most: number): Promise<Buffer> {
    const bytes = (await this.peek(1)).length === 0 ? this.#pending : this.#pending.subarray(0, most);
    this.take(bytes.length);
    return bytes;
  }

  /** Takes `count` bytes; gives how many there were. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const bytes = await this.next(count - skipped);
      if (bytes.length === 0) break;
      skipped += bytes.length;
    }
    return skipped;
  }
}
