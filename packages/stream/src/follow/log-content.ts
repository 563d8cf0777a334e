import { createHash, hash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { DecompressionBudget, generousLimits } from "../containers/decompression-budget.js";
import { detectFileForm, formBytes } from "../containers/file-form.js";
import type { FileForm } from "../containers/file-form.js";
import { gunzip } from "../containers/gzip.js";
import { unzstd } from "../containers/zstd.js";
import type { ReadWindow } from "./checkpoint.js";

const chunkBytes = 1 << 18;
/** How many bytes before an offset tell a file that was rewritten from one that has grown. */
export const windowBytes = 4096;
const newline = 0x0a;

/** Why a content's bytes ended. */
export type ContentEnd =
  | { readonly kind: "end" }
  /** The file was truncated or rewritten meanwhile: what it holds now is something else. */
  | { readonly kind: "changed" }
  /** The compressed data breaks off or is damaged. */
  | { readonly kind: "damaged"; readonly detail: string; readonly rawOffset: number };

/** Bytes of a content. A chunk is only valid until the next one is asked for. */
export type ContentBytes = AsyncGenerator<Uint8Array, ContentEnd>;

/** Bytes that follow those that were read, and the last of these. */
export interface Continuation {
  readonly before: Uint8Array;
  readonly bytes: ContentBytes;
}

/** What an open file was when it was opened. */
export interface DiskState {
  readonly bytes: number;
  /** Time of the last change of its content, milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode: equal for one file under two names, and perhaps for a later file. */
  readonly inode: string;
  /** Differs whenever the file, or anything about it, is another. */
  readonly key: string;
}

/** What a file is, from its `stat`. */
export function diskState({ dev, ino, size, mtimeMs, mtimeNs, ctimeNs }: BigIntStats): DiskState {
  const inode = `${dev}:${ino}`;
  return { bytes: Number(size), modified: Number(mtimeMs), inode, key: [inode, size, mtimeNs, ctimeNs].join(":") };
}

/** The decompressed content of a file that is open, which others may be writing, renaming or deleting. */
export class LogContent {
  readonly disk: DiskState;
  readonly form: FileForm;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, disk: DiskState, form: FileForm) {
    this.#handle = handle;
    this.disk = disk;
    this.form = form;
  }

  /** Opens a file. Throws the system's own error. */
  static async open(path: string): Promise<LogContent> {
    const handle = await open(path, "r");
    try {
      const disk = diskState(await handle.stat({ bigint: true }));
      const head = Buffer.alloc(formBytes);
      const { bytesRead } = await handle.read(head, 0, formBytes, 0);
      return new LogContent(handle, disk, detectFileForm(head.subarray(0, bytesRead), true) ?? { kind: "plain" });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /**
   * SHA-256 (hex) of the first line that is not blank; NULs, which copytruncate leaves, count as blank. Of a longer line
   * than `longest` its first bytes. Undefined when no such line is complete, unless `isFinal` says of the last byte that is
   * not blank that no more will come.
   */
  async firstLineSha256(longest: number, isFinal: (last: number) => boolean): Promise<string | undefined> {
    const sha256 = createHash("sha256");
    const bytes = this.read(0);
    let length = 0;
    let last = 0;
    try {
      for (;;) {
        const next = await bytes.next();
        if (next.done === true) return length > 0 && isFinal(last) ? sha256.digest("hex") : undefined;
        const chunk = next.value;
        let start = 0;
        if (length === 0) while (start < chunk.length && isBlank(chunk[start] as number)) start++;
        if (start === chunk.length) continue;
        const found = chunk.indexOf(newline, start);
        const end = Math.min(found < 0 ? chunk.length : found, start + longest - length);
        sha256.update(chunk.subarray(start, end));
        length += end - start;
        for (let i = start; i < end; i++) if (!isBlank(chunk[i] as number)) last = chunk[i] as number;
        if (found >= 0 || length >= longest) return sha256.digest("hex");
      }
    } finally {
      await bytes.return({ kind: "end" });
    }
  }

  /**
   * The bytes from `offset` on, if those before it are the ones that were read. "shorter" when the content ends before
   * it, "different" when it holds something else there, "changed" when it was rewritten just now.
   */
  async continueAt(offset: number, window: ReadWindow): Promise<Continuation | "shorter" | "different" | "changed"> {
    const bytes = this.read(offset - window.bytes);
    const before = Buffer.alloc(window.bytes);
    let rest: Uint8Array = new Uint8Array();
    for (let filled = 0; filled < before.length;) {
      const next = await bytes.next();
      if (next.done === true) return next.value.kind === "changed" ? "changed" : "shorter";
      const used = Math.min(next.value.length, before.length - filled);
      before.set(next.value.subarray(0, used), filled);
      filled += used;
      rest = next.value.subarray(used);
    }
    if (hash("sha256", before, "hex") === window.sha256) return { before, bytes: startingWith(rest, bytes) };
    await bytes.return({ kind: "end" });
    return "different";
  }

  /** The decompressed bytes from `offset` on; nothing when there are no more. */
  read(offset: number): ContentBytes {
    if (this.form.kind === "gzip" || this.form.kind === "zstd") return this.#decompressed(offset);
    return this.form.kind === "plain" ? this.#plain(offset) : none();
  }

  /** SHA-256 (hex) of the first bytes on disk, for a file whose content cannot be read. */
  async rawSha256(): Promise<string> {
    return fingerprint(await this.#at(0, windowBytes)).sha256;
  }

  /** The last place at the beginning of a line, and what stands before it. For content that is not compressed. */
  async lastLineStart(): Promise<{ readonly offset: number; readonly window: ReadWindow }> {
    const { size } = await this.#handle.stat();
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - chunkBytes);
      const found = (await this.#at(start, end - start)).lastIndexOf(newline);
      if (found >= 0) {
        const offset = start + found + 1;
        const from = Math.max(0, offset - windowBytes);
        return { offset, window: fingerprint(await this.#at(from, offset - from)) };
      }
      end = start;
    }
    return { offset: 0, window: fingerprint(Buffer.alloc(0)) };
  }

  async *#plain(offset: number): ContentBytes {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    let at = offset;
    let before = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return { kind: "end" };
      // Truncated and grown again between two reads, the file would give a chunk that does not follow the last one.
      if (!before.equals(await this.#at(at - before.length, before.length))) return { kind: "changed" };
      const chunk = buffer.subarray(0, bytesRead);
      at += bytesRead;
      before = Buffer.from(chunk.subarray(-windowBytes));
      yield chunk;
    }
  }

  async *#decompressed(offset: number): ContentBytes {
    const budget = new DecompressionBudget(generousLimits);
    const decompress = this.form.kind === "zstd" ? unzstd : gunzip;
    const bytes = decompress(this.#raw(budget), budget);
    let at = 0;
    try {
      for (;;) {
        const next = await bytes.next();
        if (next.done === true) return next.value === undefined ? { kind: "end" } : { kind: "damaged", ...next.value };
        const skipped = Math.min(next.value.length, Math.max(0, offset - at));
        at += next.value.length;
        if (skipped < next.value.length) yield next.value.subarray(skipped);
      }
    } finally {
      await bytes.return(undefined);
    }
  }

  async *#raw(budget: DecompressionBudget): AsyncGenerator<Uint8Array> {
    for (let at = 0; ;) {
      const buffer = Buffer.allocUnsafeSlow(chunkBytes);
      const { bytesRead } = await this.#handle.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      budget.addRaw(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  }

  async #at(position: number, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  }
}

/** The fingerprint of bytes that were read. */
export function fingerprint(bytes: Uint8Array): ReadWindow {
  return { bytes: bytes.length, sha256: hash("sha256", bytes, "hex") };
}

/** Tells whether all of `content`, as far as it can be read, stands at the beginning of `whole`. */
export async function isBeginningOf(content: LogContent, whole: LogContent): Promise<boolean> {
  const [short, long] = [content.read(0), whole.read(0)];
  try {
    let [a, b]: [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()];
    for (;;) {
      if (a.length === 0) {
        const next = await short.next();
        if (next.done === true) return true;
        a = next.value;
      }
      if (b.length === 0) {
        const next = await long.next();
        if (next.done === true) return false;
        b = next.value;
      }
      const length = Math.min(a.length, b.length);
      if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) !== 0) return false;
      a = a.subarray(length);
      b = b.subarray(length);
    }
  } finally {
    await short.return({ kind: "end" });
    await long.return({ kind: "end" });
  }
}

async function* startingWith(first: Uint8Array, rest: ContentBytes): ContentBytes {
  try {
    if (first.length > 0) yield first;
    return yield* rest;
  } finally {
    await rest.return({ kind: "end" });
  }
}

// oxlint-disable-next-line require-yield -- it has nothing to give
async function* none(): ContentBytes {
  return { kind: "end" };
}

function isBlank(byte: number): boolean {
  return byte === 0 || byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline;
}
