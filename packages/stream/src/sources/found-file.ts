import type { RandomAccess } from "./random-access.js";

/** A file that was found under an input argument. */
export interface FoundFile {
  /** Where it lies; no two files have the same. Of an address it is all of it, so it is not shown. */
  readonly path: string;
  /** Its place relative to the argument's folder, with `/` between parts. */
  readonly relativePath: string;
  /** Raw bytes as far as known beforehand; 0 where they are not. */
  readonly bytes: number;
  /** Equal for two paths to one file: device and inode, or the address. */
  readonly identity: string;
  /** Whether the path is a link to the file. */
  readonly isLink: boolean;
  /** Gives the raw bytes, from the beginning. */
  open(): AsyncIterable<Uint8Array>;
  /** Opens it for reading at any place; missing where only `open` is possible. */
  openRandomAccess?(): Promise<RandomAccess>;
  /** Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` when it cannot be read; missing where only opening it tells. */
  check?(): Promise<void>;
}

/** Something in a folder that cannot hold audit records, or is read elsewhere. */
export interface PassedOver {
  readonly relativePath: string;
  readonly bytes: number;
  readonly reason: string;
}

/** What one path or glob led to. */
export interface FoundInput {
  /** The folder, or the address of one, that names in provenance are relative to. */
  readonly folder: string;
  /** Whether the input named a file itself. */
  readonly named: boolean;
  readonly files: readonly FoundFile[];
  readonly passedOver: readonly PassedOver[];
}
