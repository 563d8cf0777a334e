import type { IdentityBasis } from "@kaudit/schema";
import type { RandomAccess } from "./random-access.js";

/** One file or stream that will be read. */
export interface InputFile {
  /** Its name in provenance and account: relative to the input argument, with `/` between parts; `-` for standard input. */
  readonly file: string;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  /** Raw bytes as far as known beforehand; 0 for a stream. */
  readonly bytes: number;
  /** Whether it was named itself, not found in a folder: such a file is never skipped. */
  readonly named: boolean;
  /** Gives the raw bytes, from the beginning. A file can be opened again, a stream cannot. */
  open(): AsyncIterable<Uint8Array>;
  /** Opens it for reading at any place, which a zip needs. Missing: only `open` is possible. */
  openRandomAccess?(): Promise<RandomAccess>;
}
