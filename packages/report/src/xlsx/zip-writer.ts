import { crc32 } from "node:zlib";
import { Deflate } from "fflate";

/** Sizes and places in the archive are 32-bit numbers (APPNOTE.TXT 4.4); ZIP64 is not written. */
export const zipLimitBytes = 0xffff_ffff;

const signatures = { local: 0x04034b50, descriptor: 0x08074b50, central: 0x02014b50, end: 0x06054b50 } as const;

/** Needed to read: 2.0, which is deflate. Flags: sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const version = 20;
const flags = 0x0808;
const deflated = 8;

/** Faster than the default of 6, and a few hundredths larger. Another level gives other bytes. */
const level = 4;

interface Entry {
  readonly name: Uint8Array;
  readonly offset: number;
  crc: number;
  compressed: number;
  size: number;
}

/**
 * Writes a ZIP archive piece by piece: memory holds the compressor's window and the list of entries, not the data.
 *
 * The same content gives the same bytes everywhere: the compressor is written in JavaScript (Node's zlib gives other bytes
 * on other processors), and the entries' time is given in UTC instead of taken from the machine's time zone.
 */
export class ZipWriter {
  readonly #time: number;
  readonly #entries: Entry[] = [];
  #pieces: Uint8Array[] = [];
  #offset = 0;
  #deflate: Deflate | undefined;

  /** `time`: of every entry; years before 1980 and after 2107 cannot be written and become the nearest that can. */
  constructor(time: Date) {
    this.#time = dosTime(time);
  }

  /** Bytes of the archive so far. */
  get bytes(): number {
    return this.#offset;
  }

  /** Bytes of the entry that is being written, before compression. */
  get entryBytes(): number {
    return this.#entries.at(-1)?.size ?? 0;
  }

  /** Begins an entry. */
  open(path: string): void {
    const entry: Entry = { name: Buffer.from(path, "utf8"), offset: this.#offset, crc: 0, compressed: 0, size: 0 };
    this.#entries.push(entry);
    this.#put(record(30, [[4, signatures.local], ...this.#common(entry), [2, entry.name.length], [2, 0]]));
    this.#put(entry.name);
    this.#deflate = new Deflate({ level }, (piece) => {
      entry.compressed += piece.length;
      this.#put(piece);
    });
  }

  /** Adds text to the entry that was opened last. */
  write(text: string): void {
    const entry = this.#entries.at(-1);
    if (entry === undefined || text === "") return;
    const bytes = Buffer.from(text, "utf8");
    entry.crc = crc32(bytes, entry.crc);
    entry.size += bytes.length;
    this.#deflate?.push(bytes);
  }

  /** Ends the entry that was opened last. */
  close(): void {
    const entry = this.#entries.at(-1);
    if (entry === undefined) return;
    this.#deflate?.push(new Uint8Array(0), true);
    this.#deflate = undefined;
    this.#put(
      record(16, [
        [4, signatures.descriptor],
        [4, entry.crc],
        [4, entry.compressed],
        [4, entry.size],
      ]),
    );
  }

  /** Writes the list of entries, which ends the archive. */
  finish(): void {
    const start = this.#offset;
    for (const entry of this.#entries) {
      const { name, offset } = entry;
      const head = [[4, signatures.central], [2, version], ...this.#common(entry), [2, name.length]] as const;
      this.#put(record(46, [...head, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]));
      this.#put(name);
    }
    const size = this.#offset - start;
    const count = this.#entries.length;
    this.#put(
      record(22, [
        [4, signatures.end],
        [4, 0],
        [2, count],
        [2, count],
        [4, size],
        [4, start],
        [2, 0],
      ]),
    );
  }

  /** Gives the pieces that are ready, and forgets them. */
  take(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** What the local header and the central directory say alike; the local one has no sizes yet. */
  #common({ crc, compressed, size }: Entry): readonly Field[] {
    return [
      [2, version],
      [2, flags],
      [2, deflated],
      [4, this.#time],
      [4, crc],
      [4, compressed],
      [4, size],
    ];
  }

  #put(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#offset += piece.length;
  }
}

type Field = readonly [bytes: 2 | 4, value: number];

function record(length: number, fields: readonly Field[]): Uint8Array {
  const buffer = Buffer.alloc(length);
  let at = 0;
  for (const [bytes, value] of fields) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}

/** MS-DOS date and time, in UTC: seconds are even. */
function dosTime(time: Date): number {
  const year = time.getUTCFullYear() - 1980;
  if (!(year >= 0)) return dosTime(new Date("1980-01-01T00:00:00Z"));
  if (year > 127) return dosTime(new Date("2107-12-31T00:00:00Z"));
  const date = (year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return date * 0x1_0000 + clock;
}
