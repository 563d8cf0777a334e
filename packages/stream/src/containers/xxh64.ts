/** A number of 64 bits in two halves. */
interface Halves {
  high: number;
  low: number;
}

const prime1 = { high: 0x9e3779b1, low: 0x85ebca87 };
const prime2 = { high: 0xc2b2ae3d, low: 0x27d4eb4f };
const prime3 = { high: 0x165667b1, low: 0x9e3779f9 };
const prime4 = { high: 0x85ebca77, low: 0xc2b2ae63 };
const prime5 = { high: 0x27d4eb2f, low: 0x165667c5 };
const stripeBytes = 32;

/** XXH64 with seed 0, of which zstd keeps the lower 32 bits as check sum of a frame. */
export class Xxh64 {
  readonly #lanes: readonly [Halves, Halves, Halves, Halves];
  #pending: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor() {
    const [one, two, three, four] = [zero(), zero(), zero(), zero()];
    add(one, prime1);
    add(one, prime2);
    add(two, prime2);
    multiply(four, prime1);
    subtract(four, prime1);
    this.#lanes = [one, two, three, four];
  }

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    let at = 0;
    for (; at + stripeBytes <= all.length; at += stripeBytes) {
      for (let i = 0; i < 4; i++) {
        const lane = this.#lanes[i as 0 | 1 | 2 | 3];
        round(lane, view.getUint32(at + 8 * i + 4, true), view.getUint32(at + 8 * i, true));
      }
    }
    this.#pending = Buffer.from(all.subarray(at));
  }

  /** The lower half of the hash. */
  low32(): number {
    const hash = zero();
    if (this.#length < stripeBytes) add(hash, prime5);
    else {
      for (const [i, turns] of [1, 7, 12, 18].entries()) {
        const lane = { ...(this.#lanes[i] as Halves) };
        rotate(lane, turns);
        add(hash, lane);
      }
      for (const lane of this.#lanes) {
        const mixed = zero();
        round(mixed, lane.high, lane.low);
        exclusiveOr(hash, mixed);
        multiply(hash, prime1);
        add(hash, prime4);
      }
    }
    add(hash, { high: Math.floor(this.#length / 2 ** 32), low: this.#length >>> 0 });
    this.#mixTail(hash);
    exclusiveOr(hash, shifted(hash, 33));
    multiply(hash, prime2);
    exclusiveOr(hash, shifted(hash, 29));
    multiply(hash, prime3);
    exclusiveOr(hash, shifted(hash, 32));
    return hash.low >>> 0;
  }

  #mixTail(hash: Halves): void {
    const tail = this.#pending;
    let at = 0;
    for (; at + 8 <= tail.length; at += 8) {
      const mixed = zero();
      round(mixed, tail.readUInt32LE(at + 4), tail.readUInt32LE(at));
      exclusiveOr(hash, mixed);
      rotate(hash, 27);
      multiply(hash, prime1);
      add(hash, prime4);
    }
    if (at + 4 <= tail.length) {
      const word = { high: 0, low: tail.readUInt32LE(at) };
      multiply(word, prime1);
      exclusiveOr(hash, word);
      rotate(hash, 23);
      multiply(hash, prime2);
      add(hash, prime3);
      at += 4;
    }
    for (; at < tail.length; at++) {
      const byte = { high: 0, low: tail[at] as number };
      multiply(byte, prime5);
      exclusiveOr(hash, byte);
      rotate(hash, 11);
      multiply(hash, prime1);
    }
  }
}

function zero(): Halves {
  return { high: 0, low: 0 };
}

function round(lane: Halves, high: number, low: number): void {
  const input = { high, low };
  multiply(input, prime2);
  add(lane, input);
  rotate(lane, 31);
  multiply(lane, prime1);
}

function add(to: Halves, { high, low }: Halves): void {
  const sum = (to.low >>> 0) + (low >>> 0);
  to.high = (to.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
  to.low = sum | 0;
}

function subtract(from: Halves, { high, low }: Halves): void {
  add(from, { high: ~high, low: ~low });
  add(from, { high: 0, low: 1 });
}

function exclusiveOr(to: Halves, { high, low }: Halves): void {
  to.high ^= high;
  to.low ^= low;
}

/** Turns left by fewer than 32 bits. */
function rotate(number: Halves, bits: number): void {
  const { high, low } = number;
  number.high = (high << bits) | (low >>> (32 - bits));
  number.low = (low << bits) | (high >>> (32 - bits));
}

/** `number >>> bits`, for 29 bits and more. */
function shifted({ high, low }: Halves, bits: number): Halves {
  if (bits < 32) return { high: high >>> bits, low: (low >>> bits) | (high << (32 - bits)) };
  return { high: 0, low: bits === 32 ? high : high >>> (bits - 32) };
}

function multiply(number: Halves, { high, low }: Halves): void {
  const a = number.low >>> 16;
  const b = number.low & 0xffff;
  const c = low >>> 16;
  const d = low & 0xffff;
  // The 64 bits of low × low, from products of 16 bits.
  const small = b * d;
  const middle = a * d + (small >>> 16);
  const other = b * c + (middle & 0xffff);
  const carried = a * c + Math.floor(middle / 65536) + Math.floor(other / 65536);
  number.high = (carried + Math.imul(number.high, low) + Math.imul(number.low, high)) | 0;
  number.low = ((other & 0xffff) << 16) | (small & 0xffff);
}
