import { looksLikeTar } from "./tar-header.js";

/** What a file's first bytes say about how to read it. */
export type FileForm =
  | { readonly kind: "plain" | "gzip" | "zstd" | "tar" | "zip" }
  /** Something that can hold audit records but is not read. */
  | { readonly kind: "unread"; readonly reason: "decompression-failed" | "invalid-utf8"; readonly detail: string };

/** {@link detectFileForm} never wants to see more bytes than this. */
export const formBytes = 512;

const magics: readonly (readonly [kind: "gzip" | "zip", magic: readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  // A zip without members.
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
];

const unread: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["7-Zip", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
];
const magicBytes = 6;

/**
 * Tells by its first bytes how a file is to be read; never by its name. Gives undefined where more bytes are needed,
 * which is never so once `head` holds {@link formBytes} or `isWhole` says that there are no more.
 */
export function detectFileForm(head: Uint8Array, isWhole: boolean): FileForm | undefined {
  if (head.length < magicBytes && !isWhole) return undefined;
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte);
  for (const [kind, magic] of magics) if (startsWith(magic)) return { kind };
  if (startsWithZstd(head)) return { kind: "zstd" };
  for (const [name, magic] of unread) {
    if (!startsWith(magic)) continue;
    const detail = `compressed with ${name}, which is not read; decompress it first`;
    return { kind: "unread", reason: "decompression-failed", detail };
  }
  if (startsWith([0x50, 0x4b, 0x07, 0x08])) {
    const detail = "one part of a zip in several parts, which is not read; unpack it first";
    return { kind: "unread", reason: "decompression-failed", detail };
  }
  if (startsWith([0xff, 0xfe]) || startsWith([0xfe, 0xff])) {
    const detail = "UTF-16 text, which is not read; convert it to UTF-8 first";
    return { kind: "unread", reason: "invalid-utf8", detail };
  }
  const tar = looksLikeTar(head);
  if (tar === undefined && !isWhole) return undefined;
  return { kind: tar === true ? "tar" : "plain" };
}

/** A zstd frame, or one that is to be skipped, which some programs write first (RFC 8878, 3.1). */
function startsWithZstd(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return true;
  return a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
}
