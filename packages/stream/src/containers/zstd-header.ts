/** The header of a frame that can be read (RFC 8878, 3.1.1.1). */
export interface ZstdHeader {
  readonly kind: "frame";
  readonly bytes: Buffer;
  readonly length: number;
  /** How far back a match may lie. */
  readonly windowBytes: number;
  readonly hasChecksum: boolean;
}

/** What stands where a frame should begin. */
export type ZstdStart =
  | ZstdHeader
  /** `length` bytes of something else, which every reader passes over. */
  | { readonly kind: "skippable"; readonly length: number }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "other" | "end" };

const mostWindowBytes = 1 << 27;
const contentSizeBytes = [0, 2, 4, 8] as const;
const dictionaryBytes = [0, 1, 2, 4] as const;

/** Reads the header of a frame; `head` holds 18 bytes, or fewer at the end. */
export function readZstdHeader(head: Buffer): ZstdStart {
  if (head.length === 0) return { kind: "end" };
  const breaksOff = { kind: "refused", detail: "breaks off inside its header" } as const;
  if (head.length < 4) return breaksOff;
  const magic = head.readUInt32LE(0);
  if (magic >>> 4 === 0x184d2a5) {
    return head.length < 8 ? breaksOff : { kind: "skippable", length: 8 + head.readUInt32LE(4) };
  }
  if (magic !== 0xfd2fb528) return { kind: "other" };
  if (head.length < 6) return breaksOff;
  const descriptor = head[4] as number;
  if (descriptor & 8) return { kind: "refused", detail: "damaged data" };
  const isSingleSegment = (descriptor & 32) !== 0;
  const dictionaryAt = isSingleSegment ? 5 : 6;
  const dictionaryLength = dictionaryBytes[(descriptor & 3) as 0 | 1 | 2 | 3];
  const sizeAt = dictionaryAt + dictionaryLength;
  const sizeFlag = (descriptor >> 6) as 0 | 1 | 2 | 3;
  const sizeLength = sizeFlag === 0 && isSingleSegment ? 1 : contentSizeBytes[sizeFlag];
  const length = sizeAt + sizeLength;
  if (head.length < length) return breaksOff;
  if (dictionaryLength > 0 && head.readUIntLE(dictionaryAt, dictionaryLength) !== 0) {
    return { kind: "refused", detail: "compressed with a dictionary, which is not there; decompress it first" };
  }
  const windowBytes = isSingleSegment ? contentSize(head, sizeAt, sizeLength) : windowOf(head[5] as number);
  if (windowBytes > mostWindowBytes) {
    const detail = "needs a window of more than 128 MiB; decompress it first (zstd -d --long=31)";
    return { kind: "refused", detail };
  }
  return {
    kind: "frame",
    bytes: head.subarray(0, length),
    length,
    windowBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

function contentSize(head: Buffer, at: number, length: number): number {
  if (length === 8) return Number(head.readBigUInt64LE(at));
  return head.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
