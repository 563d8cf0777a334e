type Encoding = "utf8" | "latin1";

const encoder = new TextEncoder();
// Buffer keeps a byte order mark as well.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** How many arguments a call may have, everywhere. */
const charactersAtOnce = 1 << 13;

/** What the reading of records uses of Node's Buffer, over plain web platform. Text and bytes come out the same. */
class ByteBuffer extends Uint8Array {
  override toString(encoding: Encoding = "utf8", start = 0, end = this.length): string {
    const bytes = this.subarray(start, end);
    if (encoding === "utf8") return decoder.decode(bytes);
    let text = "";
    for (let at = 0; at < bytes.length; at += charactersAtOnce) {
      text += String.fromCharCode(...bytes.subarray(at, at + charactersAtOnce));
    }
    return text;
  }

  override indexOf(wanted: number | string, from = 0): number {
    if (typeof wanted === "number") return super.indexOf(wanted, from);
    const bytes = encoder.encode(wanted);
    let at = from;
    for (;;) {
      at = super.indexOf(bytes[0] as number, at);
      if (at < 0 || bytes.every((byte, i) => this[at + i] === byte)) return at;
      at++;
    }
  }

  override includes(wanted: number | string, from = 0): boolean {
    return this.indexOf(wanted, from) >= 0;
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, i) => other[i] === byte);
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    target.set(this.subarray(start, end), targetStart);
    return end - start;
  }
}

/**
 * Stands in for Node's `Buffer` in the build of `@kaudit/stream/text`: the same code reads there and here, so that it
 * cannot read differently. Holds what that code uses, no more.
 */
export const Buffer = {
  /** A copy of bytes, or a text as UTF-8. */
  from(value: string | ArrayLike<number>): ByteBuffer {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    const copy = new ByteBuffer(bytes.length);
    copy.set(bytes);
    return copy;
  },
  alloc: (length: number): ByteBuffer => new ByteBuffer(length),
  allocUnsafeSlow: (length: number): ByteBuffer => new ByteBuffer(length),
  concat(parts: readonly Uint8Array[]): ByteBuffer {
    const all = new ByteBuffer(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  },
};
