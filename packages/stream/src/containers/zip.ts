import { crc32 } from "node:zlib";
import type { RandomAccess } from "../sources/random-access.js";
import { rangeBytes } from "../sources/random-access.js";
import type { ArchiveMember } from "./archive-member.js";
import { nameText } from "./name-text.js";
import { ByteReader } from "./byte-reader.js";
import type { DecompressionBudget } from "./decompression-budget.js";
import { inflate } from "./gzip.js";
import type { DecompressionFailure } from "./gzip.js";
import { findZipData, findZipDirectory, overlappingEntries, zipEntries } from "./zip-directory.js";
import type { ZipEntry } from "./zip-directory.js";

const stored = 0;
const deflated = 8;
const methods: Readonly<Record<number, string>> = {
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "zstd",
  95: "xz",
  99: "AES",
};

type MemberBytes = AsyncGenerator<Uint8Array, DecompressionFailure | undefined>;

/**
 * Gives the members of a zip in the order of its list of contents, which stands at the end: what is in the file but not
 * in the list is not read. Stored and deflated members are read and checked against their CRC and length; a member that
 * is encrypted, compressed otherwise, overlaps another or has two different names is given as unread.
 *
 * Returns why the rest could not be read, if so. `most` is the number of members looked at.
 */
export async function* zipMembers(
  file: RandomAccess,
  budget: DecompressionBudget,
  most: number,
): AsyncGenerator<ArchiveMember, DecompressionFailure | undefined> {
  const directory = await findZipDirectory(file);
  if (typeof directory === "string") return { detail: `zip: ${directory}`, rawOffset: 0 };
  const overlapping = await overlappingEntries(file, directory, most);
  const entries = zipEntries(file, directory);
  for (let number = 0; ; number++) {
    const next = await entries.next();
    if (next.done === true) {
      return next.value === undefined ? undefined : { detail: `zip: ${next.value}`, rawOffset: directory.start };
    }
    const entry = next.value;
    const name = nameText(entry.name);
    if (name.endsWith("/")) continue;
    if (entry.isLink) {
      yield { name, bytes: 0, content: { kind: "none", reason: "a symbolic link" } };
      continue;
    }
    const start = await findZipData(file, entry, directory);
    const refusal =
      typeof start === "string"
        ? start
        : overlapping.has(number)
          ? "its data overlaps that of another"
          : refusalOf(entry);
    const at = typeof start === "string" ? entry.headerAt : start;
    const raw = (): AsyncGenerator<Buffer> => counted(rangeBytes(file, at, entry.compressedBytes), budget);
    if (refusal === undefined) {
      yield { name, bytes: entry.bytes, content: { kind: "file", open: () => memberBytes(raw(), entry, budget) } };
    } else {
      const detail = `a member of a zip that is not read: ${refusal}`;
      // Its bytes may be those of others many times over: they are not read.
      const none = overlapping.has(number) || typeof start === "string";
      yield {
        name,
        bytes: entry.compressedBytes,
        content: { kind: "unread", detail, open: () => unreadBytes(raw(), none) },
      };
    }
  }
}

function refusalOf({ isEncrypted, method, bytes, compressedBytes }: ZipEntry): string | undefined {
  if (isEncrypted) return "it is encrypted; unpack it with its password";
  if (method === stored) return bytes === compressedBytes ? undefined : "it is stored, but its two sizes differ";
  if (method === deflated) return undefined;
  return `it is compressed by ${methods[method] ?? `method ${method}`}; unpack it first`;
}

async function* counted(chunks: AsyncIterable<Buffer>, budget: DecompressionBudget): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    budget.addRaw(chunk.length);
    yield chunk;
  }
}

async function* unreadBytes(raw: AsyncGenerator<Buffer>, none: boolean): MemberBytes {
  if (!none) yield* raw;
  return undefined;
}

async function* memberBytes(raw: AsyncGenerator<Buffer>, entry: ZipEntry, budget: DecompressionBudget): MemberBytes {
  const input = new ByteReader(raw);
  const content = entry.method === stored ? copied(input) : inflate(input, budget);
  const result = yield* content;
  const fail = (what: string): DecompressionFailure => ({
    detail: `member of a zip: ${what}`,
    rawOffset: result.length,
  });
  if (result.failure !== undefined) return fail(result.failure);
  if (result.crc !== entry.crc || result.length !== entry.bytes) {
    return fail("its check sum or its length does not match; its content was read but may be damaged");
  }
  return undefined;
}

async function* copied(
  input: ByteReader,
): AsyncGenerator<Uint8Array, { crc: number; length: number; failure?: string }> {
  let crc = 0;
  let length = 0;
  for (;;) {
    const bytes = await input.next(1 << 16);
    if (bytes.length === 0) return { crc, length };
    crc = crc32(bytes, crc);
    length += bytes.length;
    yield bytes;
  }
}
