import { crc32, deflateRawSync } from "node:zlib";

/** What a tar entry is made of; everything else is as `tar` writes it. */
export interface TarEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Default: a regular file. */
  readonly type?: string;
  /** Where it differs from the content's. */
  readonly size?: number;
  readonly magic?: string;
}

/** Writes a tar of these entries, with the two blocks of zeros behind it. */
export function tar(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);
}

/** Writes one entry: header, content, padding. */
export function tarEntry({ name, content = "", type = "0", size, magic = "ustar\x0000" }: TarEntry): Buffer {
  const bytes = Buffer.from(content as Uint8Array);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write("14515043000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(magic, 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** One pax attribute with its own length before it. */
export function paxRecord(name: string, value: string): string {
  const rest = ` ${name}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length++;
  return `${length}${rest}`;
}

/** What a zip entry is made of; everything else is as `zip` writes it. */
export interface ZipFileEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** 8 (deflated) by default. */
  readonly method?: number;
  readonly flags?: number;
  /** Its name in its own header, where that differs. */
  readonly localName?: string;
  readonly crc?: number;
  /** Where its data lies, instead of data of its own. */
  readonly headerAt?: number;
  readonly compressedBytes?: number;
  readonly unixMode?: number;
  /** Sizes and place in fields of zip64. */
  readonly isLarge?: boolean;
}

/** Writes a zip of these entries. */
export function zip(...entries: readonly ZipFileEntry[]): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const content = Buffer.from((entry.content ?? "") as Uint8Array);
    const { method = 8, headerAt = at } = entry;
    const data = method === 8 ? deflateRawSync(content) : content;
    const crc = entry.crc ?? crc32(content);
    if (entry.headerAt === undefined) {
      const local = Buffer.concat([zipHeader(entry, 0x04034b50, data.length, content.length, crc), data]);
      parts.push(local);
      at += local.length;
    }
    list.push(zipHeader(entry, 0x02014b50, entry.compressedBytes ?? data.length, content.length, crc, headerAt));
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  if (!entries.some(({ isLarge }) => isLarge)) return Buffer.concat([...parts, directory, end]);
  const largeEnd = Buffer.alloc(56);
  largeEnd.writeUInt32LE(0x06064b50, 0);
  largeEnd.writeBigUInt64LE(44n, 4);
  largeEnd.writeBigUInt64LE(BigInt(directory.length), 40);
  largeEnd.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([...parts, directory, largeEnd, locator, end]);
}

function zipHeader(
  entry: ZipFileEntry,
  signature: number,
  compressedBytes: number,
  bytes: number,
  crc: number,
  headerAt?: number,
): Buffer {
  const isCentral = headerAt !== undefined;
  const name = Buffer.from(isCentral ? entry.name : (entry.localName ?? entry.name));
  const large = isCentral && entry.isLarge === true;
  const extra = Buffer.alloc(large ? 28 : 0);
  if (large) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(bytes), 4);
    extra.writeBigUInt64LE(BigInt(compressedBytes), 12);
    extra.writeBigUInt64LE(BigInt(headerAt), 20);
  }
  const shift = isCentral ? 2 : 0;
  const header = Buffer.alloc(isCentral ? 46 : 30);
  header.writeUInt32LE(signature, 0);
  if (isCentral) header.writeUInt16LE(0x031e, 4);
  header.writeUInt16LE(entry.flags ?? 0, 6 + shift);
  header.writeUInt16LE(entry.method ?? 8, 8 + shift);
  header.writeUInt32LE(crc, 14 + shift);
  header.writeUInt32LE(large ? 0xffffffff : compressedBytes, 18 + shift);
  header.writeUInt32LE(large ? 0xffffffff : bytes, 22 + shift);
  header.writeUInt16LE(name.length, 26 + shift);
  header.writeUInt16LE(extra.length, 28 + shift);
  if (isCentral) {
    header.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 38);
    header.writeUInt32LE(large ? 0xffffffff : headerAt, 42);
  }
  return Buffer.concat([header, name, extra]);
}
