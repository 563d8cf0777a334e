import { nameText } from "./name-text.js";

/** A tar is made of blocks of this size. */
export const tarBlock = 512;

/** Start and length of the fields that hold numbers: mode, uid, gid, size, mtime, check sum. */
const numberFields: readonly (readonly [start: number, length: number])[] = [
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [148, 8],
];

/** One header of a tar, of whatever kind. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** The kind of entry: `0` a file, `5` a folder, `x` attributes of the next one, … */
  readonly type: string;
}

/**
 * Tells whether a file that begins with `head` is a tar: the check sum of its first header must match. Gives undefined
 * where fewer than 512 bytes do not decide it; text is told from a tar by its first 156.
 */
export function looksLikeTar(head: Uint8Array): boolean | undefined {
  for (const [start, length] of numberFields) {
    // A number too large for octal digits is binary, marked by its first byte.
    if ((head[start] ?? 0) >= 0x80) continue;
    for (const byte of head.subarray(start, start + length)) {
      if (byte !== 0 && byte !== 0x20 && (byte < 0x30 || byte > 0x37)) return false;
    }
  }
  if (head.length < tarBlock) return undefined;
  return checkSumMatches(head.subarray(0, tarBlock));
}

/** Reads a header; gives undefined where its check sum or its size is wrong. */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  if (!checkSumMatches(block)) return undefined;
  const size = numberAt(block, 124, 12);
  if (size === undefined) return undefined;
  // Only ustar has a prefix there; GNU keeps times in the same place and marks itself by a space.
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? textAt(block, 345, 155) : "";
  const name = textAt(block, 0, 100);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type: String.fromCharCode(block[156] as number) };
}

function checkSumMatches(block: Uint8Array): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < tarBlock; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] as number);
    unsigned += byte;
    // Old programs added signed bytes.
    signed += byte > 0x7f ? byte - 0x100 : byte;
  }
  const expected = numberAt(Buffer.from(block.buffer, block.byteOffset, tarBlock), 148, 8);
  return expected === unsigned || expected === signed;
}

/** A number in octal digits, or binary where it is too large for them. Undefined where it is no size of a file. */
function numberAt(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] as number;
  if (first >= 0x80) {
    if (first !== 0x80) return undefined;
    let value = 0;
    for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = textAt(block, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** Text up to the first NUL, as UTF-8 where it is that. */
export function textAt(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const nul = field.indexOf(0);
  const text = nul < 0 ? field : field.subarray(0, nul);
  return nameText(text);
}
