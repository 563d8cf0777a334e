import type { RandomAccess } from "../sources/random-access.js";
import { rangeBytes } from "../sources/random-access.js";
import { ByteReader } from "./byte-reader.js";

/** Where a zip's list of contents lies. */
export interface ZipDirectory {
  readonly start: number;
  readonly length: number;
}

/** One entry of the list of contents. Sizes and places are what the zip says: hostile. */
export interface ZipEntry {
  readonly name: Buffer;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its own header begins. */
  readonly headerAt: number;
  readonly isLink: boolean;
}

const endLength = 22;
const endSignature = 0x06054b50;
const locatorSignature = 0x07064b50;
const largeEndSignature = 0x06064b50;
const entrySignature = 0x02014b50;
const entryLength = 46;
const localHeaderLength = 30;
/** In a field of 16 or 32 bits: the number is in the fields of zip64. */
const inZip64 = { short: 0xffff, long: 0xffffffff } as const;

/** Finds the list of contents at the end of a zip; gives what is wrong where there is none. */
export async function findZipDirectory(file: RandomAccess): Promise<ZipDirectory | string> {
  // The end record is followed by a comment of at most 65,535 bytes.
  const tailLength = Math.min(file.size, endLength + 0xffff);
  const tailAt = file.size - tailLength;
  const tail = await file.read(tailAt, tailLength);
  let at = tail.length - endLength;
  while (
    at >= 0 &&
    !(tail.readUInt32LE(at) === endSignature && at + endLength + tail.readUInt16LE(at + 20) === tail.length)
  )
    at--;
  if (at < 0) return "breaks off: the list of its contents, which stands at the end, is missing";
  let length = tail.readUInt32LE(at + 12);
  let start = tail.readUInt32LE(at + 16);
  let endAt = tailAt + at;
  const isLarge = tail.readUInt16LE(at + 10) === inZip64.short || length === inZip64.long || start === inZip64.long;
  if (isLarge && at >= 20 && tail.readUInt32LE(at - 20) === locatorSignature) {
    endAt = Number(tail.readBigUInt64LE(at - 12));
    const large = await file.read(endAt, 56);
    if (large.length < 56 || large.readUInt32LE(0) !== largeEndSignature) return "a damaged end record (zip64)";
    length = Number(large.readBigUInt64LE(40));
    start = Number(large.readBigUInt64LE(48));
  }
  // Anything between the list and its end would be read by one program and not by another.
  if (start + length !== endAt) return "a damaged list of contents: it does not lie where the end record says";
  return { start, length };
}

/** Gives the entries in the order of the list; returns what is wrong where the list is damaged. */
export async function* zipEntries(
  file: RandomAccess,
  directory: ZipDirectory,
): AsyncGenerator<ZipEntry, string | undefined> {
  const input = new ByteReader(rangeBytes(file, directory.start, directory.length));
  const damaged = "a damaged list of contents";
  for (;;) {
    const fixed = Buffer.from(await input.peek(entryLength));
    if (fixed.length === 0) return undefined;
    if (fixed.length < entryLength || fixed.readUInt32LE(0) !== entrySignature) return damaged;
    const nameLength = fixed.readUInt16LE(28);
    const extraLength = fixed.readUInt16LE(30);
    const length = entryLength + nameLength + extraLength + fixed.readUInt16LE(32);
    const whole = await input.peek(length);
    if (whole.length < length) return damaged;
    const name = Buffer.from(whole.subarray(entryLength, entryLength + nameLength));
    const extra = whole.subarray(entryLength + nameLength, entryLength + nameLength + extraLength);
    const sizes = sizesOf(fixed, extra);
    if (sizes === undefined) return damaged;
    const madeOnUnix = fixed[5] === 3;
    yield {
      name,
      ...sizes,
      // Bit 0: encrypted; bit 6: strongly; bit 13: the list of contents is encrypted too.
      isEncrypted: (fixed.readUInt16LE(8) & 0x2041) !== 0,
      method: fixed.readUInt16LE(10),
      crc: fixed.readUInt32LE(16),
      isLink: madeOnUnix && (fixed.readUInt16LE(40) & 0xf000) === 0xa000,
    };
    input.take(length);
  }
}

/** Sizes and place of an entry, from the fields of zip64 where they do not fit. Undefined where those are missing. */
function sizesOf(fixed: Buffer, extra: Buffer): Pick<ZipEntry, "compressedBytes" | "bytes" | "headerAt"> | undefined {
  const numbers = [fixed.readUInt32LE(24), fixed.readUInt32LE(20), fixed.readUInt32LE(42)];
  if (numbers.includes(inZip64.long)) {
    const large = zip64Field(extra);
    let at = 0;
    for (const [i, number] of numbers.entries()) {
      if (number !== inZip64.long) continue;
      if (large === undefined || large.length < at + 8) return undefined;
      numbers[i] = Number(large.readBigUInt64LE(at));
      at += 8;
    }
  }
  const [bytes, compressedBytes, headerAt] = numbers as [number, number, number];
  return numbers.every(Number.isSafeInteger) ? { bytes, compressedBytes, headerAt } : undefined;
}

function zip64Field(extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1 && end <= extra.length) return extra.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

/** Where an entry's data begins, or what is wrong with its own header. */
export async function findZipData(
  file: RandomAccess,
  entry: ZipEntry,
  directory: ZipDirectory,
): Promise<number | string> {
  const header = await file.read(entry.headerAt, localHeaderLength + entry.name.length);
  if (header.length < localHeaderLength + entry.name.length || header.readUInt32LE(0) !== 0x04034b50)
    return "its header is damaged";
  const nameLength = header.readUInt16LE(26);
  // A name that differs makes two programs see two different archives.
  if (nameLength !== entry.name.length || !header.subarray(localHeaderLength).equals(entry.name)) {
    return "its two headers give different names";
  }
  const start = entry.headerAt + localHeaderLength + nameLength + header.readUInt16LE(28);
  return start + entry.compressedBytes > directory.start ? "its data reaches into the list of contents" : start;
}

/** The numbers of the entries whose data overlaps that of an entry before them, as in a zip bomb. */
export async function overlappingEntries(
  file: RandomAccess,
  directory: ZipDirectory,
  most: number,
): Promise<ReadonlySet<number>> {
  const starts: number[] = [];
  const ends: number[] = [];
  for await (const { headerAt, name, compressedBytes } of zipEntries(file, directory)) {
    if (starts.length >= most) break;
    starts.push(headerAt);
    ends.push(headerAt + localHeaderLength + name.length + compressedBytes);
  }
  const order = [...starts.keys()].toSorted((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
  const overlapping = new Set<number>();
  let reached = 0;
  for (const entry of order) {
    if ((starts[entry] as number) < reached) overlapping.add(entry);
    reached = Math.max(reached, ends[entry] as number);
  }
  return overlapping;
}
