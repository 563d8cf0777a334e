import { open } from "node:fs/promises";
import { unreadable } from "./unreadable.js";

/** A file of which any part can be read. */
export interface RandomAccess {
  readonly size: number;
  /** Gives the bytes from `position` on, fewer than `length` only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens a file for reading at any place. Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE`, here or while reading. */
export async function openRandomAccess(path: string): Promise<RandomAccess> {
  const failed = (cause: unknown): never => {
    throw unreadable(path, cause);
  };
  const handle = await open(path, "r").catch(failed);
  const { size } = await handle.stat();
  return {
    size,
    async read(position, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle
          .read(buffer, filled, buffer.length - filled, position + filled)
          .catch(failed);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

/** Gives part of a file in chunks. */
export async function* rangeBytes(file: RandomAccess, start: number, length: number): AsyncGenerator<Buffer> {
  const chunkBytes = 1 << 16;
  for (let at = start; at < start + length;) {
    const chunk = await file.read(at, Math.min(chunkBytes, start + length - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}
