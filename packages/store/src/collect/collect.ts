import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Readable } from "node:stream";
import type { CommitCounts } from "../chain/commit.js";
import { EventWriter } from "../event-writer.js";
import type { WriterOptions } from "../event-writer.js";
import { StoreError } from "../errors.js";
import type { StorePlace } from "../place.js";
import { Collection } from "./collection.js";
import type { CollectNotice } from "./collection.js";
import { followInputs } from "./follow-inputs.js";
import { readWholeInputs } from "./read-whole-inputs.js";
import { isWholeFile } from "./whole-files.js";

/** Where the events of one cluster come from. */
export interface CollectSource {
  /** The cluster's name; empty: it has none, or the events name it themselves. */
  readonly cluster: string;
  /** Folders, logs and globs, which are followed; archives, tables, `s3://…` and `-`, which are read whole. */
  readonly inputs: readonly string[];
  /** The API server that wrote everything. Default: the folder of each file. */
  readonly instance?: string | undefined;
}

/** Options of `collect`. */
export interface CollectOptions extends WriterOptions {
  /** Go on until `signal` is given, instead of ending when everything that is there was read. Default: false. */
  readonly follow?: boolean | undefined;
  /** With `follow`: how often what is waiting is committed, in milliseconds. Default: 5,000. */
  readonly commitMilliseconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly maxRecordBytes?: number | undefined;
  /** As for `follow` of `@kaudit/stream`. Default: 60,000. */
  readonly settleMilliseconds?: number | undefined;
  /** What `-` reads. Default: the process's standard input. */
  readonly stdin?: Readable | undefined;
  /** Called after each commit. Default: nothing. */
  readonly onCommit?: ((state: CommittedState) => Promise<void>) | undefined;
  /** Called after each batch. Default: nothing. */
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
}

/** How far a run has come. */
export interface CollectProgress {
  readonly commits: number;
  /** What was committed. */
  readonly counts: CommitCounts;
  /** What waits for the next commit. */
  readonly waiting: number;
  /** The newest event that was read, by the time it was received; empty for none. */
  readonly newest: string;
}

/** What a run has committed so far. */
export interface CommittedState {
  readonly seq: number;
  readonly commits: number;
  readonly counts: CommitCounts;
  readonly totals: CommitCounts;
  /** Notices that records may have been lost before they could be read. */
  readonly losses: number;
}

/** What a run came to. */
export interface CollectResult {
  readonly seq: number;
  readonly commits: number;
  readonly counts: CommitCounts;
  /** All that the store holds now. */
  readonly totals: CommitCounts;
  /** The first 1,000. */
  readonly notices: readonly CollectNotice[];
  /** Whether the run was ended by its signal. */
  readonly wasEnded: boolean;
}

/** What the readers of a run share. */
export interface CollectRun {
  readonly collection: Collection;
  readonly options: CollectOptions;
  /** Takes note of the newest event and tells the progress. */
  progress(newest: string): void;
}

/**
 * Collects: reads what is new since the last run and stores it together with the place up to which everything was read,
 * so that each event is in the store exactly once, whatever happens in between.
 *
 * Throws StoreError (`KAUDIT_STORE_BUSY` when another run writes), and StreamError for inputs that cannot be read; what was
 * committed before stays.
 */
export async function collect(
  place: StorePlace,
  sources: readonly CollectSource[],
  options: CollectOptions,
): Promise<CollectResult> {
  if (sources.every(({ inputs }) => inputs.length === 0))
    throw new StoreError("KAUDIT_STORE_OPTION_INVALID", "No input was named. Name a folder, a log or a glob.");
  const writer = await EventWriter.open(place, options);
  const run = createRun(new Collection(writer, options.onCommit), options);
  try {
    if (options.follow === true) await followAll(sources, run);
    else await readAll(sources, run);
    await run.collection.inTurn(() => run.collection.commit());
    await writer.compact();
  } finally {
    await writer.close();
  }
  const { commits, counts, notices } = run.collection;
  const { seq, totals } = writer.head;
  return { seq, commits, counts, totals, notices, wasEnded: options.signal?.aborted === true };
}

function createRun(collection: Collection, options: CollectOptions): CollectRun {
  let newest = "";
  return {
    collection,
    options,
    progress(time) {
      if (time > newest) newest = time;
      const { commits, counts, writer } = collection;
      options.onProgress?.({ commits, counts, waiting: writer.pending.records, newest });
    },
  };
}

/** The inputs that are followed, and those that are read whole. */
async function sorted(
  source: CollectSource,
): Promise<{ readonly followed: CollectSource; readonly whole: CollectSource }> {
  const followed: string[] = [];
  const whole: string[] = [];
  for (const input of source.inputs) {
    if (input === "-" || input.startsWith("s3://")) whole.push(input);
    else if (await isWholeFile(input)) whole.push(resolve(input));
    else followed.push(resolve(input));
  }
  return { followed: { ...source, inputs: followed }, whole: { ...source, inputs: whole } };
}

async function readAll(sources: readonly CollectSource[], run: CollectRun): Promise<void> {
  for (const source of sources) {
    const { followed, whole } = await sorted(source);
    if (followed.inputs.length > 0) await followInputs(followed, run);
    await readWholeInputs(whole, followed.inputs, run);
  }
}

async function followAll(sources: readonly CollectSource[], run: CollectRun): Promise<void> {
  const { signal, commitMilliseconds = 5000 } = run.options;
  const ended = new AbortController();
  const committing = commitEvery(commitMilliseconds, run, ended.signal);
  const reading = sources.map(async (source) => {
    const { followed, whole } = await sorted(source);
    await readWholeInputs(whole, followed.inputs, run);
    if (followed.inputs.length > 0) await followInputs(followed, run);
    else if (signal?.aborted !== true) await new Promise<void>((end) => signal?.addEventListener("abort", () => end()));
  });
  try {
    // The first failure ends the run: the others' batches are committed or read again.
    await Promise.race([Promise.all(reading), committing]);
  } finally {
    ended.abort();
    await committing.catch(() => {});
  }
}

async function commitEvery(milliseconds: number, { collection }: CollectRun, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await wait(Math.min(milliseconds, 1000), undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) return;
    await collection.inTurn(async () => {
      if (performance.now() - collection.committedAt >= milliseconds) await collection.commit();
    });
  }
}
