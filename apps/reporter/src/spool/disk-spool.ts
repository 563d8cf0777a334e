import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compareByCodePoint, type Spool, type SpooledRows } from "@kaudit/schema";
import { mergeRuns } from "./merge-runs.js";
import { readRun, type SpoolEntry, spoolError, writeRun } from "./run-file.js";

/** What {@link createDiskSpool} is told besides the folder. */
export interface DiskSpoolOptions {
  /** How much all row sets of the spool together hold in memory before the largest goes to disk. Default 16 MiB. */
  readonly maxBufferedBytes?: number;
  /** How many files are open at once while merging. Default 16. */
  readonly maxOpenFiles?: number;
}

/** A spool on disk. */
export interface DiskSpool extends Spool {
  /** The temporary folder, mode 0700; its files have mode 0600. */
  readonly folder: string;
  /** Removes the folder at once, for a process that is being ended by a signal. */
  removeNow(): void;
}

/** What an entry takes besides its characters: two strings, an object and a place in an array. */
const entryOverheadBytes = 96;

interface RowSet {
  buffer: SpoolEntry[];
  bufferedBytes: number;
  /** Keys have come in ascending order so far, as they do from a log: nothing to sort then. */
  inOrder: boolean;
  /** Files in the order in which their rows were appended. Level n holds up to `maxOpenFiles` merged files of level n − 1. */
  runs: { readonly file: string; readonly level: number }[];
  /** Whoever reads has the files open: they must stay until all have finished. */
  readers: number;
  retired: string[];
}

/** Puts the buffer in key order. The sort is stable: rows of equal key keep the order of appending. */
function sortBuffer(set: RowSet): void {
  if (!set.inOrder) set.buffer = set.buffer.toSorted((a, b) => compareByCodePoint(a.key, b.key));
  set.inOrder = true;
}

/** Gives entries in chunks, so that a buffer can be merged with files. */
async function* inOneChunk(entries: readonly SpoolEntry[]): AsyncGenerator<readonly SpoolEntry[], void> {
  yield entries;
}

/**
 * Gives a spool that keeps what does not fit in memory in a new temporary folder under `parent`, by external merge
 * sort. Reads back exactly what `createMemorySpool` would. Memory stays under `maxBufferedBytes` plus one chunk of each
 * open file; no more than `maxOpenFiles` files are open for one reading.
 *
 * Throws `KAUDIT_SPOOL_DISK_FULL` when the disk is full and `KAUDIT_SPOOL_FAILED` when the folder cannot be used.
 */
export async function createDiskSpool(parent: string, options: DiskSpoolOptions = {}): Promise<DiskSpool> {
  const maxBufferedBytes = options.maxBufferedBytes ?? 16 * 1024 * 1024;
  const maxOpenFiles = Math.max(2, options.maxOpenFiles ?? 16);
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw spoolError(parent, error);
    }
  };
  // mkdtemp makes the folder with mode 0700.
  const folder = await guard(() => mkdtemp(join(parent, "kaudit-")));

  const sets = new Map<string, RowSet>();
  let files = 0;
  let bufferedBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const newFile = (): string => join(folder, `${files++}.rows`);

  async function removeRuns(set: RowSet, names: readonly string[]): Promise<void> {
    if (set.readers > 0) set.retired.push(...names);
    else for (const name of names) await rm(name, { force: true });
  }

  /** Replaces the runs from `first` to `last` by one merged run. */
  async function mergeInto(set: RowSet, first: number, last: number, level: number): Promise<void> {
    const merged = set.runs.slice(first, last + 1).map((run) => run.file);
    const file = newFile();
    await writeRun(file, mergeRuns(merged.map(readRun)));
    set.runs.splice(first, merged.length, { file, level });
    await removeRuns(set, merged);
  }

  /** Merges full levels, so that each row is copied once a level and the number of files stays small. */
  async function mergeFullLevels(set: RowSet): Promise<void> {
    for (;;) {
      const level = set.runs.at(-1)?.level ?? 0;
      const first = set.runs.findIndex((run) => run.level === level);
      if (set.runs.length - first < maxOpenFiles) return;
      await mergeInto(set, first, set.runs.length - 1, level + 1);
    }
  }

  function takeBuffer(set: RowSet): SpoolEntry[] {
    sortBuffer(set);
    const entries = set.buffer;
    bufferedBytes -= set.bufferedBytes;
    set.buffer = [];
    set.bufferedBytes = 0;
    return entries;
  }

  /** Writes the largest buffer to disk. Writes follow one another, so runs keep the order of appending. */
  function flushLargest(): Promise<void> {
    let largest: RowSet | null = null;
    for (const set of sets.values()) {
      if (largest === null || set.bufferedBytes > largest.bufferedBytes) largest = set;
    }
    if (largest === null) return writing;
    const set = largest;
    const entries = takeBuffer(set);
    writing = writing.then(() =>
      guard(async () => {
        const file = newFile();
        await writeRun(file, entries);
        set.runs.push({ file, level: 0 });
        await mergeFullLevels(set);
      }),
    );
    return writing;
  }

  async function* readSorted(set: RowSet): AsyncGenerator<SpoolEntry, void> {
    await writing;
    sortBuffer(set);
    if (set.runs.length === 0) {
      yield* set.buffer.slice();
      return;
    }
    // The later runs are the smaller ones: bring them together until all can be open at once.
    while (set.runs.length > maxOpenFiles) {
      const count = Math.min(maxOpenFiles, set.runs.length - maxOpenFiles + 1);
      const first = set.runs.length - count;
      await mergeInto(set, first, set.runs.length - 1, set.runs[first]?.level ?? 0);
    }
    const runs: AsyncIterable<readonly SpoolEntry[]>[] = set.runs.map((run) => readRun(run.file));
    runs.push(inOneChunk(set.buffer.slice()));
    set.readers++;
    try {
      yield* mergeRuns(runs);
    } finally {
      set.readers--;
      if (set.readers === 0) for (const file of set.retired.splice(0)) await rm(file, { force: true });
    }
  }

  function openSet<Row>(name: string, key: (row: Row) => string): SpooledRows<Row> {
    if (sets.has(name)) throw new RangeError(`the spool already has rows named ${name}`);
    const set: RowSet = { buffer: [], bufferedBytes: 0, inOrder: true, runs: [], readers: 0, retired: [] };
    sets.set(name, set);
    let size = 0;
    let lastKey = "";
    return {
      append(row) {
        const entry: SpoolEntry = { key: key(row), text: JSON.stringify(row) };
        if (set.buffer.length > 0 && set.inOrder && compareByCodePoint(lastKey, entry.key) > 0) set.inOrder = false;
        lastKey = entry.key;
        set.buffer.push(entry);
        size++;
        const bytes = 2 * (entry.key.length + entry.text.length) + entryOverheadBytes;
        set.bufferedBytes += bytes;
        bufferedBytes += bytes;
        if (bufferedBytes > maxBufferedBytes) return flushLargest();
      },
      get size() {
        return size;
      },
      async *sorted() {
        const rows = readSorted(set);
        try {
          for (;;) {
            const result = await guard(() => rows.next());
            if (result.done === true) return;
            yield JSON.parse(result.value.text) as Row;
          }
        } finally {
          await rows.return();
        }
      },
    };
  }

  return {
    folder,
    open: openSet,
    async close() {
      if (closed) return;
      closed = true;
      await writing.catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
      sets.clear();
    },
    removeNow() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
