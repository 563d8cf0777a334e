import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { damaged, sha256Hex } from "../chain/commit.js";
import { parseRow } from "./segment-row.js";
import type { SegmentRow } from "./segment-row.js";

const newline = 0x0a;

/** The SHA-256 (hex) that the name of an object claims. */
export function hashInKey(key: string): string {
  return /([0-9a-f]{64})\.jsonl\.gz$/.exec(key)?.[1] ?? "";
}

/**
 * Reads the rows of an object, after holding its bytes against the hash in its name. Throws StoreError
 * `KAUDIT_STORE_DAMAGED` when they do not fit, or when a line is no row.
 */
export async function* readSegment(
  key: string,
  content: Uint8Array,
  onBytes: (decompressed: number) => void = () => {},
): AsyncGenerator<SegmentRow, void> {
  if (sha256Hex(content) !== hashInKey(key)) throw damaged(key, "is not what its name says");
  let number = 0;
  for await (const line of linesOf(content, onBytes)) {
    number++;
    const row = parseRow(line);
    if (row === undefined) throw damaged(key, `holds no row in line ${number}`);
    yield row;
  }
}

/** The lines of gzipped text, of one member or several. */
async function* linesOf(content: Uint8Array, onBytes: (decompressed: number) => void): AsyncGenerator<string, void> {
  const chunks = Readable.from(pieces(content)).compose(createGunzip()) as AsyncIterable<Buffer>;
  let held: Buffer[] = [];
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const last = chunk.subarray(start, end);
      yield (held.length === 0 ? last : Buffer.concat([...held, last])).toString("utf8");
      held = [];
      start = end + 1;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
  }
  if (held.length > 0) yield Buffer.concat(held).toString("utf8");
}

function* pieces(content: Uint8Array): Generator<Uint8Array> {
  const size = 1 << 18;
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
