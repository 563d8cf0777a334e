import type { ArchiveMember } from "./archive-member.js";
import { nameText } from "./name-text.js";
import { ByteReader } from "./byte-reader.js";
import type { DecompressionFailure } from "./gzip.js";
import { readTarHeader, tarBlock, textAt } from "./tar-header.js";

/** More than any path; attributes of this size are not read, so that they cannot fill the memory. */
const longestAttributes = 1 << 20;

const noContent: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
};
const unreadable: Readonly<Record<string, string>> = {
  S: "a sparse file in an archive, which is not read; unpack the archive",
  M: "one part of a file that continues from another archive, which is not read; unpack the archives",
};
/** GNU's list of a folder's names and a label of the volume: nobody's file. */
const notMembers = new Set(["5", "D", "V"]);

/** What headers before a member say about it. */
interface Attributes {
  path?: string;
  size?: number;
  isSparse?: boolean;
}

/**
 * Gives the members of a tar (v7, ustar, GNU, pax) in the order they stand, reading each byte once; folders are left out.
 * A member's content must be read before the next is asked for; what was not read of it is passed over.
 *
 * Returns why the rest could not be read, if so: the archive breaks off between members, a header is damaged, or one is
 * too large. A tar that ends without its two blocks of zeros is whole when it ends behind a member.
 */
export async function* tarMembers(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchiveMember, DecompressionFailure | undefined> {
  const input = new ByteReader(chunks);
  let next: Attributes = {};
  let all: Attributes = {};
  for (;;) {
    const headerAt = input.taken;
    const fail = (what: string): DecompressionFailure => ({
      detail: `tar at byte ${headerAt}: ${what}`,
      rawOffset: headerAt,
    });
    const block = await input.peek(tarBlock);
    if (block.length === 0) return undefined;
    if (block.length < tarBlock) return fail("breaks off inside a header");
    if (isZero(block)) {
      // Behind the end there is padding; an archive glued to it is read on, as `tar --ignore-zeros` does.
      input.take(tarBlock);
      continue;
    }
    const header = readTarHeader(block);
    if (header === undefined) return fail("a damaged header; members behind it cannot be found");
    input.take(tarBlock);
    const { type } = header;
    if ("xgLKN".includes(type)) {
      if (header.size > longestAttributes) return fail("a header that is too large");
      const attributes = await takeContent(input, header.size);
      if (attributes === undefined) return fail("breaks off inside a header");
      if (type === "x") next = { ...next, ...paxAttributes(attributes) };
      else if (type === "g") all = { ...all, ...paxAttributes(attributes) };
      else if (type === "L") next = { ...next, path: textAt(attributes, 0, attributes.length) };
      continue;
    }
    const { path: name = header.name, size = header.size, isSparse = false } = { ...all, ...next };
    next = {};
    const holdsContent = noContent[type] === undefined && type !== "5";
    const padded = holdsContent ? Math.ceil(size / tarBlock) * tarBlock : 0;
    const end = input.taken + padded;
    if (!notMembers.has(type))
      yield { name, bytes: holdsContent ? size : 0, content: contentOf(type, isSparse, input, size) };
    const rest = end - input.taken;
    if ((await input.skip(rest)) < rest && notMembers.has(type)) return fail("breaks off inside an entry");
  }
}

function contentOf(type: string, isSparse: boolean, input: ByteReader, size: number): ArchiveMember["content"] {
  const reason = noContent[type];
  if (reason !== undefined) return { kind: "none", reason };
  const open = (): AsyncGenerator<Uint8Array, DecompressionFailure | undefined> => memberBytes(input, size);
  const detail = isSparse ? unreadable["S"] : unreadable[type];
  return detail === undefined ? { kind: "file", open } : { kind: "unread", detail, open };
}

async function* memberBytes(
  input: ByteReader,
  size: number,
): AsyncGenerator<Uint8Array, DecompressionFailure | undefined> {
  let left = size;
  while (left > 0) {
    const bytes = await input.next(left);
    if (bytes.length === 0) return { detail: "the archive breaks off inside this member", rawOffset: size - left };
    left -= bytes.length;
    yield bytes;
  }
  return undefined;
}

/** The content of a small entry with its padding taken; undefined where it breaks off. */
async function takeContent(input: ByteReader, size: number): Promise<Buffer | undefined> {
  const padded = Math.ceil(size / tarBlock) * tarBlock;
  const content = Buffer.from(await input.peek(padded));
  input.take(content.length);
  return content.length < padded ? undefined : content.subarray(0, size);
}

/** Reads pax attributes, `<length> <name>=<value>\n` one after the other (POSIX pax, extended header). */
function paxAttributes(bytes: Buffer): Attributes {
  const attributes: Attributes = {};
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", at, space));
    if (!Number.isInteger(length) || length <= space - at || at + length > bytes.length) break;
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= at + length) break;
    const name = bytes.toString("latin1", space + 1, equals);
    const value = nameText(bytes.subarray(equals + 1, at + length - 1));
    if (name === "path" || name === "GNU.sparse.name") attributes.path = value;
    else if (name === "size" && /^\d{1,15}$/.test(value)) attributes.size = Number(value);
    if (name.startsWith("GNU.sparse.")) attributes.isSparse = true;
    at += length;
  }
  return attributes;
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}
