import { open } from "node:fs/promises";
import { StreamError } from "../errors.js";
import { unreadable } from "./unreadable.js";

const chunkBytes = 1 << 18;

/**
 * Reads a file in chunks of 256 KiB, the next one while the caller works on the last. A chunk is only valid until the
 * next one is asked for.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` on an I/O error, and `KAUDIT_STREAM_INPUT_CHANGED` when the file
 * turned out shorter than it was when it was opened: it was cut while it was read, and records may be missing.
 */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  const failed = (cause: unknown): never => {
    throw unreadable(path, cause);
  };
  const handle = await open(path, "r").catch(failed);
  const read = (buffer: Buffer): Promise<Buffer> =>
    handle.read(buffer, 0, chunkBytes, null).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
  let ahead: Promise<Buffer> | undefined;
  try {
    const { size } = await handle.stat();
    const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
    let total = 0;
    ahead = read(buffers[0]);
    for (let turn = 1; ; turn++) {
      const chunk = await ahead.catch(failed);
      ahead = undefined;
      if (chunk.length === 0) break;
      total += chunk.length;
      ahead = read(buffers[(turn % 2) as 0 | 1]);
      // A failure is reported when the chunk is asked for, not before.
      ahead.catch(() => {});
      yield chunk;
    }
    if (total < size) {
      throw new StreamError(
        "KAUDIT_STREAM_INPUT_CHANGED",
        `${path}: became shorter while it was read (${size} bytes when opened, ${total} read). Copy it and read the copy.`,
        { details: { path, bytesAtOpen: size, bytesRead: total } },
      );
    }
  } finally {
    await ahead?.catch(() => {});
    await handle.close();
  }
}
