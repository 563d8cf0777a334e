import type { Evidence } from "@kaudit/evidence";
import type { RejectedRecord } from "@kaudit/schema";
import type { Organisation } from "../organisation/organisation.js";
import type { PackSigner } from "../signing/keys.js";

/**
 * The forms of evidence that a pack can hold. `README.txt`, `bundle.json`, `rejected.csv`, `manifest.json` and
 * `SHA256SUMS` are always in it; `json` asks for nothing more than these. `md` (a summary of
 * each framework in Markdown), `control-pages` (a PDF of one page for each control, `controls/soc2-CC6.1.pdf`) and `ocsf` (OCSF
 * Compliance Findings) are only written when they are asked for.
 */
export const packFormats = ["pdf", "html", "xlsx", "csv", "json", "oscal", "md", "control-pages", "ocsf"] as const;
export type PackFormat = (typeof packFormats)[number];

/** What a pack holds when nothing else is asked for. */
export const defaultPackFormats: readonly PackFormat[] = packFormats.slice(0, 6);

/** The value of an option as the manifest records it. */
export type PackOptionValue = string | number | boolean | readonly string[];

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
  /** The options in effect by name, wherever they came from; nothing secret. Default: none. */
  readonly options?: Readonly<Record<string, PackOptionValue>>;
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
  /** Default: all but `md`, `control-pages` and `ocsf`. */
  readonly formats?: readonly PackFormat[];
  /** Ids of the frameworks to report on. Default: all of the bundle's. */
  readonly frameworks?: readonly string[];
  /** Replaces an existing pack; its manifest's hash goes into the new one. Default: false. */
  readonly force?: boolean;
  /** The folder of the pack before this one, of another period or an earlier run: its manifest's hash goes into the new one. */
  readonly previous?: string;
  /** Whose reports they are: name and logo on the cover and at the head of each page. Default: none. */
  readonly organisation?: Organisation;
  /** Signs the pack: `manifest.json.sig` and `manifest.dsse.json`. Default: not signed. */
  readonly signer?: PackSigner;
  /** Fonts for characters that the PDF's own fonts have not, in order; checked by `assertFont`. Default: none. */
  readonly fonts?: readonly Uint8Array[];
  /** Writes `manifest.tsq`, a request (RFC 3161) for a time stamp of the manifest. Default: false. */
  readonly timestampRequest?: boolean;
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
