import type { Evidence } from "@kaudit/evidence";
import type { RejectedRecord } from "@kaudit/schema";

/**
 * The forms of evidence that a pack can hold. `README.txt`, `bundle.json`, `rejected.csv`, `manifest.json` and
 * `SHA256SUMS` are always in it; `json` asks for nothing more than these.
 */
export const packFormats = ["pdf", "html", "csv", "json"] as const;
export type PackFormat = (typeof packFormats)[number];

/** What is true of one run only. It goes into `manifest.json` and nowhere else, so that all other files repeat byte for byte. */
export interface RunFacts {
  /** When the run began, RFC 3339 UTC. */
  readonly startedAt: string;
  /** Asked once, when everything but the manifest is written: the time, RFC 3339 UTC. */
  readonly finishedAt: () => string;
  readonly host: string;
  readonly user: string;
  /** The command line, one argument an entry, secrets masked by the caller. */
  readonly arguments: readonly string[];
  readonly nodeVersion: string;
}

/** What a pack is made from. */
export interface PackInput {
  readonly evidence: Evidence;
  /** All rejected records, in the order of reading; read once. */
  readonly rejected: AsyncIterable<RejectedRecord> | Iterable<RejectedRecord>;
  readonly run: RunFacts;
  /** The pack's folder. It must not exist unless `force` is given; its parent is created where it is missing. */
  readonly out: string;
}

export interface PackOptions {
  /** Default: all. */
  readonly formats?: readonly PackFormat[];
  /** Ids of the frameworks to report on. Default: all of the bundle's. */
  readonly frameworks?: readonly string[];
  /** Replaces an existing pack; its manifest's hash goes into the new one. Default: false. */
  readonly force?: boolean;
  /** Stops the writing and removes what was written so far; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A file of a written pack. */
export interface PackFile {
  /** Inside the pack, with `/` between parts. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What was written. */
export interface PackResult {
  /** The pack's folder, absolute. */
  readonly out: string;
  /** SHA-256 (hex) of `bundle.json`. */
  readonly evidenceId: string;
  /** Every file of the pack by path, `manifest.json` and `SHA256SUMS` included. */
  readonly files: readonly PackFile[];
  /** Bytes of all files. */
  readonly bytes: number;
}
