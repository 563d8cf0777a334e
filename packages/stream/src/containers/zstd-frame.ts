import { Xxh64 } from "./xxh64.js";
import type { DecodedBlocks, ZstdDecoder } from "./zstd-decoder.js";
import {
  assertSound,
  BackwardBits,
  DamagedZstd,
  decodeHuffman,
  fseTable,
  readFseTable,
  readHuffmanTable,
  singleSymbolTable,
} from "./zstd-entropy.js";
import type { FseTable, HuffmanTable } from "./zstd-entropy.js";
import type { ZstdHeader } from "./zstd-header.js";

const mostBlockBytes = 1 << 17;

/** What the codes of one field of a sequence mean: `base + bits` more. */
interface CodeField {
  readonly bases: readonly number[];
  readonly bits: readonly number[];
  readonly mostAccuracy: number;
  readonly standard: FseTable;
}

function codeField(
  first: number,
  bits: readonly number[],
  mostAccuracy: number,
  standard: { readonly accuracy: number; readonly counts: readonly number[] },
): CodeField {
  const bases: number[] = [];
  let base = first;
  for (const width of bits) {
    bases.push(base);
    base += 2 ** width;
  }
  return { bases, bits, mostAccuracy, standard: fseTable(standard.counts, standard.accuracy) };
}

/** `length` times `width`, for each pair. */
function repeated(...pairs: readonly (readonly [width: number, length: number])[]): number[] {
  return pairs.flatMap(([width, length]) => Array.from({ length }, () => width));
}

// Codes and their standard distributions: RFC 8878, 3.1.1.3.2.1.1 and 3.1.1.3.2.2.
const literalLengths = codeField(
  0,
  [...repeated([0, 16], [1, 4], [2, 2], [3, 2]), 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  9,
  { accuracy: 6, counts: [4, 3, ...repeated([2, 11], [1, 3], [2, 9], [3, 1], [2, 1], [1, 5], [-1, 4])] },
);
const matchLengths = codeField(
  3,
  [...repeated([0, 32], [1, 4], [2, 2], [3, 2], [4, 2]), 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  9,
  { accuracy: 6, counts: [1, 4, 3, 2, 2, 2, 2, 2, 2, ...repeated([1, 37], [-1, 7])] },
);
/** Code n means 2^n and n more bits; a match cannot lie farther back than the largest window. */
const offsets = codeField(
  1,
  Array.from({ length: 28 }, (_, code) => code),
  8,
  {
    accuracy: 5,
    counts: [...repeated([1, 6]), 2, 2, 2, ...repeated([1, 15], [-1, 5])],
  },
);
const fields = [literalLengths, offsets, matchLengths] as const;

/** Decompresses the blocks of a zstd frame in JavaScript, for a Node.js that has no zstd of its own (before 22.15). */
export class ZstdFrameDecoder implements ZstdDecoder {
  /** What was decompressed last: at least as far back as a match can lie. */
  readonly #history: Buffer;
  #end = 0;
  readonly #windowBytes: number;
  readonly #literals = new Uint8Array(mostBlockBytes);
  readonly #repeatOffsets = [1, 4, 8];
  readonly #tables: (FseTable | undefined)[] = [undefined, undefined, undefined];
  #huffman: HuffmanTable | undefined;
  readonly #hash: Xxh64 | undefined;

  constructor({ windowBytes, hasChecksum }: ZstdHeader) {
    this.#windowBytes = windowBytes;
    this.#history = Buffer.allocUnsafeSlow(windowBytes + 8 * mostBlockBytes);
    this.#hash = hasChecksum ? new Xxh64() : undefined;
  }

  async decode(blocks: readonly Buffer[], checksum: Buffer | undefined): Promise<DecodedBlocks> {
    const output: Uint8Array[] = [];
    try {
      for (const block of blocks) {
        const content = this.#block(block);
        this.#hash?.update(content);
        output.push(content);
      }
    } catch (error) {
      if (error instanceof DamagedZstd) return { output, failure: "damaged data" };
      throw error;
    }
    if (checksum === undefined || this.#hash?.low32() === checksum.readUInt32LE(0)) return { output };
    return { output, failure: "the check sum does not match; its content was read but may be damaged" };
  }

  close(): void {}

  #block(block: Buffer): Uint8Array {
    if (this.#end + mostBlockBytes > this.#history.length) {
      const keep = Math.min(this.#windowBytes, this.#end);
      this.#history.copyWithin(0, this.#end - keep, this.#end);
      this.#end = keep;
    }
    const head = block.readUIntLE(0, 3);
    const size = head >> 3;
    const type = (head >> 1) & 3;
    const start = this.#end;
    if (type === 0) this.#end += block.copy(this.#history, start, 3);
    else if (type === 1) {
      this.#history.fill(block[3] as number, start, start + size);
      this.#end += size;
    } else this.#compressedBlock(block.subarray(3));
    return Buffer.from(this.#history.subarray(start, this.#end));
  }

  #compressedBlock(block: Buffer): void {
    const { length, literals } = this.#readLiterals(block);
    const section = block.subarray(length);
    const first = section[0];
    assertSound(first !== undefined);
    let count = first;
    let at = 1;
    if (first === 255) {
      assertSound(section.length >= 3);
      count = section.readUInt16LE(1) + 0x7f00;
      at = 3;
    } else if (first > 127) {
      assertSound(section.length >= 2);
      count = ((first - 128) << 8) + (section[1] as number);
      at = 2;
    }
    if (count === 0) {
      assertSound(section.length === at);
      this.#append(literals);
      return;
    }
    const modes = section[at++] ?? 3;
    assertSound((modes & 3) === 0);
    for (const [i, field] of fields.entries()) {
      at += this.#readTable(i, field, (modes >> (6 - 2 * i)) & 3, section.subarray(at));
    }
    this.#execute(count, new BackwardBits(section.subarray(at)), literals);
  }

  /** Reads the literals section (RFC 8878, 3.1.1.3.1); gives the bytes it takes and the literals. */
  #readLiterals(block: Buffer): { readonly length: number; readonly literals: Uint8Array } {
    const first = block[0];
    assertSound(first !== undefined);
    const type = first & 3;
    const format = (first >> 2) & 3;
    if (type < 2) {
      const headLength = format === 1 ? 2 : format === 3 ? 3 : 1;
      assertSound(block.length > headLength - 1);
      const size = block.readUIntLE(0, headLength) >> (format % 2 === 0 ? 3 : 4);
      const length = headLength + (type === 1 ? 1 : size);
      assertSound(size <= mostBlockBytes && block.length >= length);
      if (type === 0) return { length, literals: block.subarray(headLength, length) };
      return { length, literals: this.#literals.subarray(0, size).fill(block[headLength] as number) };
    }
    const headLength = format < 2 ? 3 : format + 2;
    assertSound(block.length >= headLength);
    const width = format < 2 ? 10 : format === 2 ? 14 : 18;
    const numbers = Math.floor(block.readUIntLE(0, headLength) / 16);
    const size = numbers % 2 ** width;
    const packed = Math.floor(numbers / 2 ** width);
    const length = headLength + packed;
    assertSound(size <= mostBlockBytes && block.length >= length);
    let streams = block.subarray(headLength, length);
    if (type === 2) {
      const tree = readHuffmanTable(streams);
      this.#huffman = tree.table;
      streams = streams.subarray(tree.length);
    }
    const table = this.#huffman;
    assertSound(table !== undefined);
    const literals = this.#literals.subarray(0, size);
    if (format === 0) decodeHuffman(streams, table, literals);
    else decodeFourStreams(streams, table, literals);
    return { length, literals };
  }

  /** Prepares the table of one field; gives the bytes its description takes. */
  #readTable(i: number, field: CodeField, mode: number, bytes: Buffer): number {
    if (mode === 0) {
      this.#tables[i] = field.standard;
      return 0;
    }
    if (mode === 1) {
      const symbol = bytes[0];
      assertSound(symbol !== undefined && symbol < field.bits.length);
      this.#tables[i] = singleSymbolTable(symbol);
      return 1;
    }
    if (mode === 2) {
      const { table, length } = readFseTable(bytes, field.mostAccuracy, field === offsets ? 32 : field.bits.length);
      this.#tables[i] = table;
      return length;
    }
    assertSound(this.#tables[i] !== undefined);
    return 0;
  }

  /** Carries out the sequences: some literals, then a match, each (RFC 8878, 3.1.1.4). */
  #execute(count: number, bits: BackwardBits, literals: Uint8Array): void {
    const [lengthTable, offsetTable, matchTable] = this.#tables as [FseTable, FseTable, FseTable];
    let lengthState = bits.read(lengthTable.accuracy);
    let offsetState = bits.read(offsetTable.accuracy);
    let matchState = bits.read(matchTable.accuracy);
    const blockEnd = this.#end + mostBlockBytes;
    let taken = 0;
    for (let left = count; left > 0; left--) {
      const offsetCode = offsetTable.symbols[offsetState] as number;
      assertSound(offsetCode < offsets.bits.length);
      const offsetValue = 2 ** offsetCode + bits.read(offsetCode);
      const matchCode = matchTable.symbols[matchState] as number;
      const matchLength = (matchLengths.bases[matchCode] as number) + bits.read(matchLengths.bits[matchCode] as number);
      const lengthCode = lengthTable.symbols[lengthState] as number;
      const length =
        (literalLengths.bases[lengthCode] as number) + bits.read(literalLengths.bits[lengthCode] as number);
      if (left > 1) {
        lengthState = (lengthTable.bases[lengthState] as number) + bits.read(lengthTable.bits[lengthState] as number);
        matchState = (matchTable.bases[matchState] as number) + bits.read(matchTable.bits[matchState] as number);
        offsetState = (offsetTable.bases[offsetState] as number) + bits.read(offsetTable.bits[offsetState] as number);
      }
      assertSound(bits.left >= 0 && taken + length <= literals.length);
      assertSound(this.#end + length + matchLength <= blockEnd);
      this.#append(literals.subarray(taken, taken + length));
      taken += length;
      this.#copyMatch(this.#offset(offsetValue, length), matchLength);
    }
    assertSound(bits.left === 0 && this.#end + literals.length - taken <= blockEnd);
    this.#append(literals.subarray(taken));
  }

  /** The distance of a match: new, or one of the last three (RFC 8878, 3.1.1.5). */
  #offset(value: number, literalLength: number): number {
    const recent = this.#repeatOffsets as [number, number, number];
    if (value > 3) {
      recent.unshift(value - 3);
      recent.length = 3;
      return recent[0];
    }
    const index = value - 1 + (literalLength === 0 ? 1 : 0);
    if (index === 0) return recent[0];
    const offset = index === 3 ? recent[0] - 1 : (recent[index] as number);
    if (index > 1) recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = offset;
    return offset;
  }

  #copyMatch(offset: number, length: number): void {
    const history = this.#history;
    assertSound(offset > 0 && offset <= this.#end && offset <= this.#windowBytes);
    const end = this.#end + length;
    if (offset >= length && length > 32) history.copyWithin(this.#end, this.#end - offset, end - offset);
    else for (let at = this.#end; at < end; at++) history[at] = history[at - offset] as number;
    this.#end = end;
  }

  #append(bytes: Uint8Array): void {
    this.#history.set(bytes, this.#end);
    this.#end += bytes.length;
  }
}

function decodeFourStreams(streams: Buffer, table: HuffmanTable, literals: Uint8Array): void {
  assertSound(streams.length >= 6);
  const quarter = (literals.length + 3) >> 2;
  assertSound(quarter * 3 <= literals.length);
  let at = 6;
  for (let i = 0; i < 4; i++) {
    const end = i < 3 ? at + streams.readUInt16LE(i * 2) : streams.length;
    assertSound(end <= streams.length);
    const output = literals.subarray(i * quarter, i < 3 ? (i + 1) * quarter : literals.length);
    decodeHuffman(streams.subarray(at, end), table, output);
    at = end;
  }
}
