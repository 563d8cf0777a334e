import { type FileHandle, open } from "node:fs/promises";
import { ReporterError } from "../errors.js";

/** A row on its way to or from disk: the key it is ordered by, and its JSON text. */
export interface SpoolEntry {
  readonly key: string;
  readonly text: string;
}

const newline = 0x0a;
const writeChunkBytes = 256 * 1024;
const readChunkBytes = 64 * 1024;

/** Makes the coded error for a failed operation on temporary files; the folder is named, nothing of the content. */
export function spoolError(folder: string, cause: unknown): ReporterError {
  const systemCode = (cause as NodeJS.ErrnoException | null)?.code ?? "unknown error";
  if (systemCode === "ENOSPC" || systemCode === "EDQUOT") {
    return new ReporterError(
      "KAUDIT_SPOOL_DISK_FULL",
      `the disk is full where temporary files are kept (${folder}); free space there, or name a larger disk with --temp-dir`,
      { cause },
    );
  }
  return new ReporterError(
    "KAUDIT_SPOOL_FAILED",
    `temporary files cannot be written to or read from ${folder} (${systemCode}); name another folder with --temp-dir`,
    { cause },
  );
}

/**
 * Writes entries, in the order given, to a new file that only its owner can read.
 *
 * One line an entry: the key as JSON, a tab, the row. JSON text holds neither a raw tab nor a raw line feed, and
 * writes lone surrogates as escapes, so every key and row survives.
 */
export async function writeRun(file: string, entries: Iterable<SpoolEntry> | AsyncIterable<SpoolEntry>): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    let pending: string[] = [];
    let pendingLength = 0;
    for await (const entry of entries) {
      const line = `${JSON.stringify(entry.key)}\t${entry.text}\n`;
      pending.push(line);
      pendingLength += line.length;
      if (pendingLength < writeChunkBytes) continue;
      await writeWhole(handle, pending.join(""));
      pending = [];
      pendingLength = 0;
    }
    await writeWhole(handle, pending.join(""));
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text, "utf8");
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

/**
 * Reads a file of lines, as many at a time as end in one chunk. Only a line feed ends a line: `readline` would also
 * split at U+2028, which JSON text may hold.
 */
export async function* readLines(file: string): AsyncGenerator<readonly string[], void> {
  const handle = await open(file, "r");
  try {
    const chunk = Buffer.allocUnsafe(readChunkBytes);
    let carried: Buffer[] = [];
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) return;
      const end = chunk.lastIndexOf(newline, bytesRead - 1);
      // A row larger than the chunk: keep collecting until its end is in sight.
      if (end === -1) {
        carried.push(Buffer.from(chunk.subarray(0, bytesRead)));
        continue;
      }
      const text = Buffer.concat([...carried, chunk.subarray(0, end)]).toString("utf8");
      carried = end + 1 < bytesRead ? [Buffer.from(chunk.subarray(end + 1, bytesRead))] : [];
      yield text.split("\n");
    }
  } finally {
    await handle.close();
  }
}

/** Reads the entries of a file made by {@link writeRun}, one chunk at a time. */
export async function* readRun(file: string): AsyncGenerator<readonly SpoolEntry[], void> {
  for await (const lines of readLines(file)) yield lines.map(parseLine);
}

function parseLine(line: string): SpoolEntry {
  const tab = line.indexOf("\t");
  return { key: JSON.parse(line.slice(0, tab)) as string, text: line.slice(tab + 1) };
}
