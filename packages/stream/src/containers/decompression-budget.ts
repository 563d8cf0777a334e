/** How much may come out of compressed data. */
export interface DecompressionLimits {
  readonly maxDecompressedBytes: number;
  readonly maxCompressionRatio: number;
}

/**
 * Limits that no real log meets. Measured: zstd makes ordinary audit logs 20 to 30 times smaller, and 500 MB of events of
 * 2 MB each that hardly differ 809 times; longer logs of that kind can come near 4,000.
 */
export const generousLimits: DecompressionLimits = { maxDecompressedBytes: 2 ** 38, maxCompressionRatio: 10_000 };

/** Below this, no ratio is too high: it costs nothing to go on. */
const alwaysAllowedBytes = 1 << 26;

/**
 * Counts what all decompressors of one file give, those inside others too, against the raw bytes they were given: so
 * that a small file cannot keep a reader busy for days.
 */
export class DecompressionBudget {
  #rawBytes = 0;
  #output = 0;
  #exceeded: string | undefined;
  readonly #limits: DecompressionLimits;

  constructor(limits: DecompressionLimits) {
    this.#limits = limits;
  }

  /** Raw bytes of the file were read. */
  addRaw(count: number): void {
    this.#rawBytes += count;
  }

  /** Counts decompressed bytes; gives why there may be no more, once that is so. */
  spend(count: number): string | undefined {
    this.#output += count;
    this.#exceeded ??= this.#check();
    return this.#exceeded;
  }

  #check(): string | undefined {
    const { maxDecompressedBytes, maxCompressionRatio } = this.#limits;
    if (this.#output > maxDecompressedBytes) {
      return exceeded("decompresses to too many bytes", "maxDecompressedBytes", maxDecompressedBytes);
    }
    if (this.#output > alwaysAllowedBytes && this.#output > maxCompressionRatio * this.#rawBytes) {
      return exceeded("decompresses to too many times its size", "maxCompressionRatio", maxCompressionRatio);
    }
    return undefined;
  }
}

function exceeded(what: string, option: string, limit: number): string {
  const allowed = `more than the option ${option} allows (${limit.toLocaleString("en-US")})`;
  return `${what}, ${allowed}; raise it if you trust the file`;
}
