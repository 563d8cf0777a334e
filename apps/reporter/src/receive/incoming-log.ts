import { type FileHandle, mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";

/** Where a line belongs: each part is a plain name. */
export interface Destination {
  readonly cluster: string;
  readonly instance: string;
  readonly client: string;
}

/** What became of the last commits; for metrics. */
export interface IncomingLogFigures {
  readonly commits: number;
  readonly commitSeconds: number;
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Batches on disk before they are in the store: files of CRI lines, `<time of receipt> stdout F <EventList>`, one folder an
 * API server. What a line is appended to is durable once `append` has resolved.
 */
export interface IncomingLog {
  readonly figures: IncomingLogFigures;
  /** Rejects with the error of the file system; the line is then in no file that will be read. */
  append(destination: Destination, receivedAt: Date, line: Buffer): Promise<void>;
  /** Closes the files that hold something, so that they can be collected; later lines go to new ones. */
  roll(): Promise<void>;
  /** Waits for what was appended, then rolls. */
  close(): Promise<void>;
}

/** The end of the names of files that may still grow. */
const openSuffix = ".open";
/** The end of the names of files that no longer grow. */
export const closedSuffix = ".log";

interface PendingLine {
  readonly bytes: readonly Buffer[];
  readonly size: number;
  done(): void;
  fail(error: unknown): void;
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes that are acknowledged. */
  size: number;
}

const lineEnd = Buffer.from("\n");

/**
 * Opens the log in a folder, which is made if need be. Lines that come while others are being made durable are made durable
 * together: one write and one flush a file, however many requests wait (group commit).
 *
 * `maxFileBytes` closes a file that has grown so large. Rejects with the error of the file system.
 */
export async function openIncomingLog(
  folder: string,
  { maxFileBytes = 64 * 1024 * 1024, now = () => new Date() }: { maxFileBytes?: number; now?: () => Date } = {},
): Promise<IncomingLog> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await closeLeftFiles(folder);
  const files = new Map<string, OpenFile>();
  let pending = new Map<string, PendingLine[]>();
  let turn: Promise<void> = Promise.resolve();
  let scheduled = false;
  let sequence = 0;
  const figures = { commits: 0, commitSeconds: 0, lines: 0, bytes: 0 };

  async function openFile(key: string): Promise<OpenFile> {
    const directory = join(folder, key, "..");
    await makeFolders(folder, directory);
    const stamp = now().toISOString().replaceAll(":", "-");
    const path = join(folder, `${key}-${stamp}-${process.pid}-${sequence++}${openSuffix}`);
    const file = { path, handle: await open(path, "ax", 0o600), size: 0 };
    await flushFolder(directory);
    files.set(key, file);
    return file;
  }

  async function closeFile(key: string, file: OpenFile): Promise<void> {
    files.delete(key);
    await file.handle.close();
    await rename(file.path, file.path.slice(0, -openSuffix.length) + closedSuffix);
    await flushFolder(join(file.path, ".."));
  }

  async function commitTo(key: string, lines: readonly PendingLine[]): Promise<void> {
    try {
      const file = files.get(key) ?? (await openFile(key));
      try {
        await writeWhole(
          file,
          lines.flatMap(({ bytes }) => bytes),
        );
        await file.handle.datasync();
      } catch (error) {
        // Nobody was told that these lines are kept; half a line must not stay before those that come.
        files.delete(key);
        await abandon(file);
        throw error;
      }
      for (const { size } of lines) file.size += size;
      if (file.size >= maxFileBytes) await closeFile(key, file);
      figures.lines += lines.length;
      for (const { size } of lines) figures.bytes += size;
      for (const line of lines) line.done();
    } catch (error) {
      for (const line of lines) line.fail(error);
    }
  }

  async function commit(): Promise<void> {
    scheduled = false;
    const taken = pending;
    pending = new Map();
    if (taken.size === 0) return;
    const start = performance.now();
    await Promise.all([...taken].map(([key, lines]) => commitTo(key, lines)));
    figures.commits++;
    figures.commitSeconds += (performance.now() - start) / 1000;
  }

  /** One thing at a time touches the files. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  async function roll(): Promise<void> {
    for (const [key, file] of files) if (file.size > 0) await closeFile(key, file);
  }

  return {
    figures,
    append({ cluster, instance, client }, receivedAt, line) {
      const key = join(cluster, instance, client);
      const prefix = Buffer.from(`${receivedAt.toISOString()} stdout F `);
      const bytes = [prefix, line, lineEnd];
      return new Promise((resolve, reject) => {
        const waiting = pending.get(key) ?? [];
        waiting.push({ bytes, size: prefix.length + line.length + 1, done: resolve, fail: reject });
        pending.set(key, waiting);
        if (scheduled) return;
        scheduled = true;
        void inTurn(commit);
      });
    },
    roll: () => inTurn(roll),
    async close() {
      await inTurn(commit);
      await inTurn(roll);
      await inTurn(async () => {
        for (const { handle } of files.values()) await handle.close();
        files.clear();
      });
    },
  };
}

async function writeWhole({ handle }: OpenFile, bytes: readonly Buffer[]): Promise<void> {
  const whole = bytes.length === 1 && bytes[0] !== undefined ? bytes[0] : Buffer.concat(bytes);
  let at = 0;
  while (at < whole.length) at += (await handle.write(whole, at)).bytesWritten;
}

/** Takes back what was written of lines that nobody was told of, and keeps the rest of the file. */
async function abandon({ path, handle, size }: OpenFile): Promise<void> {
  try {
    await handle.truncate(size);
    await handle.datasync();
  } catch {
    // A line without its end is not collected, and nothing is written after it.
  }
  await handle.close().catch(() => undefined);
  await rename(path, path.slice(0, -openSuffix.length) + closedSuffix).catch(() => undefined);
}

/** What a receiver that was killed left behind no longer grows; half a line at its end was never acknowledged. */
async function closeLeftFiles(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith(openSuffix)).toSorted()) {
    const path = join(folder, name);
    await cutUnfinishedLine(path);
    await rename(path, path.slice(0, -openSuffix.length) + closedSuffix);
  }
}

async function cutUnfinishedLine(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    const { size } = await handle.stat();
    const chunk = Buffer.alloc(64 * 1024);
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - chunk.length);
      const { bytesRead } = await handle.read(chunk, 0, end - start, start);
      const lineEndAt = chunk.subarray(0, bytesRead).lastIndexOf(lineEnd);
      if (lineEndAt !== -1) {
        if (start + lineEndAt + 1 < size) await handle.truncate(start + lineEndAt + 1);
        return;
      }
      end = start;
    }
    await handle.truncate(0);
  } finally {
    await handle.close();
  }
}

/** Makes folders down to `directory`, each entry flushed in the folder above. */
async function makeFolders(root: string, directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = directory; at.length >= root.length; at = join(at, "..")) await flushFolder(at);
}

async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
