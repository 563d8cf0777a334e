import { ByteReader } from "./byte-reader.js";
import type { DecompressionBudget } from "./decompression-budget.js";
import type { DecompressionFailure } from "./gzip.js";
import { createZstdDecoder } from "./zstd-decoder.js";
import type { ZstdDecoderFactory } from "./zstd-decoder.js";
import { readZstdHeader } from "./zstd-header.js";
import type { ZstdHeader } from "./zstd-header.js";

/** Blocks are decompressed in groups: at most 2 MiB come out of one. */
const groupBlocks = 16;
const blockHeaderLength = 3;

/**
 * Decompresses zstd of any number of frames (RFC 8878), frames that are to be skipped among them, each checked against
 * its check sum where it has one. Windows are limited to 128 MiB, as in `zstd -d`.
 *
 * Gives what could be decompressed, then returns why the rest could not, if so: a frame that breaks off (whole blocks,
 * 128 KiB, are kept), damaged data, a wrong check sum, a window that is too large, a dictionary, bytes behind the last
 * frame, or a budget that is used up.
 */
export async function* unzstd(
  chunks: AsyncIterable<Uint8Array>,
  budget: DecompressionBudget,
  createDecoder: ZstdDecoderFactory = createZstdDecoder,
): AsyncGenerator<Uint8Array, DecompressionFailure | undefined> {
  const input = new ByteReader(chunks);
  for (let frame = 1; ; frame++) {
    const frameAt = input.taken;
    const fail = (what: string): DecompressionFailure => ({
      detail: `zstd frame ${frame} at byte ${frameAt} of the compressed file: ${what}`,
      rawOffset: input.taken,
    });
    const header = readZstdHeader(Buffer.from(await input.peek(18)));
    switch (header.kind) {
      case "end":
        return undefined;
      case "other":
        return {
          detail: `bytes behind the last zstd frame, from byte ${frameAt} of the compressed file on`,
          rawOffset: frameAt,
        };
      case "refused":
        return fail(header.detail);
      case "skippable":
        if ((await input.skip(header.length)) < header.length) return fail("breaks off");
        break;
      case "frame": {
        const failure = yield* frameContent(input, header, budget, createDecoder);
        if (failure !== undefined) return fail(failure);
      }
    }
  }
}

async function* frameContent(
  input: ByteReader,
  header: ZstdHeader,
  budget: DecompressionBudget,
  createDecoder: ZstdDecoderFactory,
): AsyncGenerator<Uint8Array, string | undefined> {
  const decoder = createDecoder(header);
  input.take(header.length);
  try {
    for (;;) {
      const group = await takeBlocks(input, header);
      const { output, failure } = await decoder.decode(group.blocks, group.checksum);
      for (const bytes of output) {
        const exceeded = budget.spend(bytes.length);
        if (exceeded !== undefined) return exceeded;
        yield bytes;
      }
      if (failure !== undefined) return failure;
      if (group.end !== undefined) return group.end === "whole" ? undefined : group.end;
    }
  } finally {
    decoder.close();
  }
}

/** Whole blocks with their headers. */
interface BlockGroup {
  readonly blocks: readonly Buffer[];
  readonly checksum?: Buffer;
  /** Whether the frame ends behind them, or what is wrong there. */
  readonly end?: string;
}

async function takeBlocks(input: ByteReader, { hasChecksum }: ZstdHeader): Promise<BlockGroup> {
  const blocks: Buffer[] = [];
  while (blocks.length < groupBlocks) {
    const head = await input.peek(blockHeaderLength);
    if (head.length < blockHeaderLength) return { blocks, end: "breaks off before its end" };
    const number = head.readUIntLE(0, 3);
    const size = number >> 3;
    const type = (number >> 1) & 3;
    if (type === 3 || (type === 2 && size < 2) || size > 1 << 17) return { blocks, end: "damaged data" };
    // A block of type 1 is one byte, repeated.
    const length = blockHeaderLength + (type === 1 ? 1 : size);
    const block = await input.peek(length);
    if (block.length < length) return { blocks, end: "breaks off before its end" };
    blocks.push(Buffer.from(block));
    input.take(length);
    if ((number & 1) === 0) continue;
    if (!hasChecksum) return { blocks, end: "whole" };
    const checksum = Buffer.from(await input.peek(4));
    if (checksum.length < 4) return { blocks, end: "breaks off before its check sum" };
    input.take(4);
    return { blocks, checksum, end: "whole" };
  }
  return { blocks };
}
