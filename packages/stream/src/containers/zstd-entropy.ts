/** Thrown inside the decoder on data that no encoder writes; never leaves it. */
export class DamagedZstd extends Error {}

/** Throws {@link DamagedZstd} unless `condition` holds. */
export function assertSound(condition: boolean): asserts condition {
  if (!condition) throw new DamagedZstd();
}

/** Reads bits from the end of bytes to their beginning, as FSE and Huffman streams are written. */
export class BackwardBits {
  /** Bits that are left; below 0 once more were read than there are. Those read as zeros. */
  left: number;
  readonly #bytes: Uint8Array;

  /** The highest bit that is set in the last byte marks the end. */
  constructor(bytes: Uint8Array) {
    const last = bytes[bytes.length - 1] ?? 0;
    assertSound(last !== 0);
    this.#bytes = bytes;
    this.left = bytes.length * 8 - 8 + (31 - Math.clz32(last));
  }

  /** Takes up to 28 bits. */
  read(count: number): number {
    if (count > 24) return this.read(count - 14) * (1 << 14) + this.read(14);
    this.left -= count;
    return this.#at(this.left, count);
  }

  /** Looks at up to 24 bits. */
  peek(count: number): number {
    return this.#at(this.left - count, count);
  }

  #at(bit: number, count: number): number {
    if (bit < 0) return bit + count <= 0 ? 0 : this.#at(0, count + bit) << -bit;
    const bytes = this.#bytes;
    const at = bit >> 3;
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    return (word >>> (bit & 7)) & ((1 << count) - 1);
  }
}

/** A table of finite state entropy: per state its symbol, the bits to read for the next one, and what to add to them. */
export interface FseTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Builds a table from counts; -1 is a symbol less likely than 1 (RFC 8878, 4.1.1). */
export function fseTable(counts: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    if (count !== -1) continue;
    symbols[--high] = symbol;
    next[symbol] = 1;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries()) {
    if (count <= 0) continue;
    next[symbol] = count;
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  assertSound(at === 0);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const number = (next[symbol] as number)++;
    bits[state] = accuracy - (31 - Math.clz32(number));
    bases[state] = (number << (bits[state] as number)) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** The table of one symbol that needs no bits. */
export function singleSymbolTable(symbol: number): FseTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}

/** Reads a table's description (RFC 8878, 4.1.1); gives it and the number of bytes it takes. */
export function readFseTable(
  bytes: Uint8Array,
  mostAccuracy: number,
  mostSymbols: number,
): { readonly table: FseTable; readonly length: number } {
  let bit = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) value |= (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) << i;
    return value;
  };
  const accuracy = read(4) + 5;
  assertSound(accuracy <= mostAccuracy);
  const counts: number[] = [];
  let remaining = 1 << accuracy;
  while (remaining > 0 && counts.length < mostSymbols) {
    const width = 32 - Math.clz32(remaining + 1);
    let value = read(width);
    const lowMask = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 1 - (remaining + 1);
    if ((value & lowMask) < threshold) {
      bit--;
      value &= lowMask;
    } else if (value > lowMask) value -= threshold;
    const count = value - 1;
    counts.push(count);
    remaining -= Math.abs(count);
    if (count !== 0) continue;
    let zeros: number;
    do {
      zeros = read(2);
      for (let i = 0; i < zeros; i++) counts.push(0);
    } while (zeros === 3 && counts.length <= mostSymbols);
  }
  const length = (bit + 7) >> 3;
  assertSound(remaining === 0 && counts.length <= mostSymbols && length <= bytes.length);
  return { table: fseTable(counts, accuracy), length };
}

/** A Huffman table: per value of the next `bits` bits a symbol and how many bits it takes. */
export interface HuffmanTable {
  readonly bits: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

/** Reads a Huffman tree's description (RFC 8878, 4.2.1); gives it and the number of bytes it takes. */
export function readHuffmanTable(bytes: Uint8Array): { readonly table: HuffmanTable; readonly length: number } {
  const first = bytes[0] ?? 0;
  const packed = first < 128 ? first : (first - 127 + 1) >> 1;
  const length = 1 + packed;
  assertSound(bytes.length >= length);
  const body = bytes.subarray(1, length);
  const weights = first < 128 ? fseWeights(body) : nibbles(body, first - 127);
  return { table: huffmanTable(weights), length };
}

function nibbles(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const byte = bytes[i >> 1] as number;
    return i % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

/** Weights come from two states in turn, until the bits are used up. */
function fseWeights(bytes: Uint8Array): number[] {
  const { table, length } = readFseTable(bytes, 6, 16);
  const bits = new BackwardBits(bytes.subarray(length));
  const states = [bits.read(table.accuracy), bits.read(table.accuracy)];
  const weights: number[] = [];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn] as number;
    assertSound(weights.length < 254);
    weights.push(table.symbols[state] as number);
    states[turn] = (table.bases[state] as number) + bits.read(table.bits[state] as number);
    if (bits.left < 0) {
      weights.push(table.symbols[states[turn ^ 1] as number] as number);
      return weights;
    }
  }
}

function huffmanTable(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    assertSound(weight <= 11);
    if (weight > 0) sum += 1 << (weight - 1);
  }
  assertSound(sum > 0);
  const bits = 32 - Math.clz32(sum);
  const rest = (1 << bits) - sum;
  // The last weight is not written: it fills the tree.
  assertSound(bits <= 11 && (rest & (rest - 1)) === 0);
  const all = [...weights, 32 - Math.clz32(rest)];
  const symbols = new Uint8Array(1 << bits);
  const lengths = new Uint8Array(1 << bits);
  let at = 0;
  for (let weight = 1; weight <= bits; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      lengths.fill(bits + 1 - weight, at, end);
      at = end;
    }
  }
  assertSound(at === 1 << bits);
  return { bits, symbols, lengths };
}

/** Decodes one Huffman stream, which must give exactly as many bytes as `output` holds. */
export function decodeHuffman(bytes: Uint8Array, table: HuffmanTable, output: Uint8Array): void {
  const stream = new BackwardBits(bytes);
  const { bits, symbols, lengths } = table;
  for (let at = 0; at < output.length; at++) {
    const index = stream.peek(bits);
    output[at] = symbols[index] as number;
    stream.left -= lengths[index] as number;
    assertSound(stream.left >= 0);
  }
  assertSound(stream.left === 0);
}
