import type { Readable } from "node:stream";
import type { ObjectInput } from "./object-reader.js";

/** A web stream of bytes, as far as it is used here: what `fetch` gives as `body`, of Node, a browser or a polyfill. */
export interface WebByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** Anything that gives bytes in pieces. Strings in it (a stream with an encoding set) are taken as UTF-8. */
export type ByteStream = Readable | AsyncIterable<Uint8Array> | WebByteStream;

/** Any source of bytes under a name of its own: a database, an archive, another program. */
export interface NamedInput {
  /** Its name in provenance and account, with `/` between parts; the part before the last `/` names the API server. */
  readonly name: string;
  /** Gives the raw bytes from the beginning; called once a reading. A failure of it ends the reading. */
  open(): ByteStream;
  /** How many raw bytes there are, for progress. Default: not known. */
  readonly bytes?: number;
}

/** Bytes in memory as one input under a name of its own. */
export interface NamedContent {
  /** Its name in provenance and account, with `/` between parts; the part before the last `/` names the API server. */
  readonly name: string;
  /** All of it, or its pieces in their order: cuts between them may lie anywhere. Must not change while it is read. */
  readonly content: Uint8Array | readonly Uint8Array[];
}

/** An answer of `fetch`, whose body has not been read. One with an error status cannot be read. */
export interface ResponseInput {
  readonly body: WebByteStream | null;
  readonly bodyUsed: boolean;
  readonly ok: boolean;
  readonly status: number;
}

/** One thing that events can be read from. A string is a path, a glob, `-` or an address, never content. */
export type EventInput = string | ByteStream | Uint8Array | NamedInput | NamedContent | ResponseInput | ObjectInput;
