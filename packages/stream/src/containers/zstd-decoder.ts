import zlib from "node:zlib";
import type { Transform } from "node:stream";
import { ZstdFrameDecoder } from "./zstd-frame.js";
import type { ZstdHeader } from "./zstd-header.js";

/** What came out of a group of blocks: what is good, and what is wrong behind it. */
export interface DecodedBlocks {
  readonly output: readonly Uint8Array[];
  readonly failure?: string;
}

/** Decompresses the blocks of one frame. */
export interface ZstdDecoder {
  /** Takes whole blocks with their headers, and behind the last one the check sum, if the frame has one. */
  decode(blocks: readonly Buffer[], checksum: Buffer | undefined): Promise<DecodedBlocks>;
  close(): void;
}

export type ZstdDecoderFactory = (header: ZstdHeader) => ZstdDecoder;

/** Node's own, which it has since 22.15 and 23.8; the types are those of Node 20. */
const { createZstdDecompress } = zlib as unknown as {
  readonly createZstdDecompress?: (options: object) => Transform;
};

/** Whether this Node.js brings zstd. */
export const hasNativeZstd = createZstdDecompress !== undefined;

/** Decodes with Node's own zstd where it exists, else with {@link ZstdFrameDecoder}. */
export function createZstdDecoder(header: ZstdHeader): ZstdDecoder {
  return createZstdDecompress === undefined
    ? new ZstdFrameDecoder(header)
    : new NativeZstdDecoder(createZstdDecompress({ chunkSize: 1 << 18 }), header);
}

/** Decodes with Node's own zstd. */
class NativeZstdDecoder implements ZstdDecoder {
  readonly #stream: Transform;
  #header: Buffer;
  #output: Uint8Array[] = [];
  #failure: string | undefined;
  #settle = (): void => {};

  constructor(stream: Transform, header: ZstdHeader) {
    this.#stream = stream;
    this.#header = header.bytes;
    stream.on("data", (chunk: Uint8Array) => this.#output.push(chunk));
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#failure =
        error.code === "ZSTD_error_checksum_wrong"
          ? "the check sum does not match; its content was read but may be damaged"
          : "damaged data";
      this.#settle();
    });
  }

  async decode(blocks: readonly Buffer[], checksum: Buffer | undefined): Promise<DecodedBlocks> {
    await this.#write([this.#header, ...blocks]);
    this.#header = Buffer.alloc(0);
    // By itself, so that the content of the last block is there before its check sum can be wrong.
    if (checksum !== undefined && this.#failure === undefined) await this.#write([checksum]);
    const output = this.#output;
    this.#output = [];
    return this.#failure === undefined ? { output } : { output, failure: this.#failure };
  }

  close(): void {
    this.#stream.destroy();
  }

  async #write(parts: readonly Buffer[]): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      this.#stream.write(Buffer.concat(parts), () => resolve());
    });
  }
}
