import type { EventReading, RejectedRecord } from "@kaudit/schema";
import { type ReadEventsOptions, readEvents } from "@kaudit/stream";
import type { CommandContext } from "../command-context.js";
import { chooseLimits, type LimitOptions } from "./reading-limits.js";
import { joinClusters } from "./join-clusters.js";
import { type InstanceNames, nameInstances } from "./name-instances.js";
import { isStore, readStored, type StoreInputs } from "./stored-events.js";
import { createProgress, type Progress, silentProgress } from "../terminal/progress.js";

/** The options of reading that every command shares. */
export interface ReadingOptions extends LimitOptions {
  readonly instance?: string | undefined;
  /** Whether addresses of web servers may be read. */
  readonly allowHttp?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Names of API servers that go before the folders of their logs, by file. */
  readonly instanceNames?: InstanceNames | undefined;
}

/** The inputs of one of several clusters. */
export interface ClusterInputs {
  readonly cluster: string;
  readonly inputs: readonly string[];
  readonly instance?: string | undefined;
}

/** What is read: inputs, those of several clusters, or what a store holds of one or several. */
export type LogInputs = readonly string[] | readonly ClusterInputs[] | readonly StoreInputs[];

/** Inputs that are being read. */
export interface StartedReading {
  readonly reading: EventReading;
  /** Takes the progress line away before anything else is written. Can be called again. */
  endProgress(): void;
}

/** Gives all paths and addresses that are read, whichever cluster they are of. */
export function pathsOf(inputs: LogInputs): readonly string[] {
  return inputs.flatMap((input) => (typeof input === "string" ? [input] : "store" in input ? [] : input.inputs));
}

/** Starts reading inputs with progress on standard error; `onRejected` is called for every rejected record. */
export function startReading(
  inputs: LogInputs,
  options: ReadingOptions,
  context: CommandContext,
  onRejected?: (record: RejectedRecord) => void,
): StartedReading {
  const started = startAsNamed(inputs, options, context, onRejected);
  const { instanceNames } = options;
  return instanceNames === undefined ? started : { ...started, reading: nameInstances(started.reading, instanceNames) };
}

/** Starts reading; API servers have the names that folders, envelopes and options give them. */
function startAsNamed(
  inputs: LogInputs,
  options: ReadingOptions,
  context: CommandContext,
  onRejected: ((record: RejectedRecord) => void) | undefined,
): StartedReading {
  const progress = progressOf(options, context);
  const stored = inputs.filter(isStore);
  if (stored.length > 0)
    return {
      reading: readStored(stored, progress, context.signals.aborted, onRejected),
      endProgress: () => progress.end(),
    };
  const shared = readingOptions(inputs, options, context);
  const clusters = inputs.filter((input) => typeof input !== "string" && !isStore(input)) as readonly ClusterInputs[];
  const whole = pathsOf(inputs);
  if (clusters.length === 0) {
    const reading = readEvents(whole, {
      ...shared,
      onProgress: progressOver(progress, !whole.includes("-"))(),
      ...(onRejected === undefined ? {} : { onRejected }),
      ...(options.instance === undefined ? {} : { instance: options.instance }),
    });
    return { reading, endProgress: () => progress.end() };
  }
  // How much there is of clusters that come later is not known.
  const nextProgress = progressOver(progress, false);
  const readings = clusters.map(({ cluster, inputs: own, instance }) => ({
    cluster,
    open: (rejected: (record: RejectedRecord) => void) =>
      readEvents(own, {
        ...shared,
        onProgress: nextProgress(),
        onRejected: rejected,
        ...(instance === undefined ? {} : { instance }),
      }),
  }));
  return { reading: joinClusters(readings, onRejected), endProgress: () => progress.end() };
}

function progressOf({ quiet }: ReadingOptions, { notes }: CommandContext): Progress {
  if (quiet === true) return silentProgress;
  return createProgress({
    isTerminal: notes.isTerminal,
    columns: notes.columns,
    write: (text) => notes.write(text),
    now: notes.elapsed,
  });
}

function readingOptions(
  inputs: LogInputs,
  options: ReadingOptions,
  { signals, standardInput: openStandardInput }: CommandContext,
): ReadEventsOptions {
  const standardInput = pathsOf(inputs).includes("-") ? openStandardInput() : undefined;
  // A reader that waits for standard input does not see the signal by itself.
  if (standardInput !== undefined) signals.aborted.addEventListener("abort", () => standardInput.destroy());
  return {
    signal: signals.aborted,
    allowHttp: options.allowHttp === true,
    ...chooseLimits(options),
    ...(standardInput === undefined ? {} : { stdin: standardInput }),
  };
}

type OnProgress = NonNullable<ReadEventsOptions["onProgress"]>;

/** Gives, for each of the readings that follow each other, what shows how far all have come; `isKnown`: how much there is. */
function progressOver(progress: Progress, isKnown: boolean): () => OnProgress {
  const ended = { filesDone: 0, bytes: 0, events: 0, rejected: 0 };
  let last: typeof ended | Parameters<OnProgress>[0] = { ...ended };
  return () => {
    for (const key of Object.keys(ended) as (keyof typeof ended)[]) ended[key] += last[key];
    last = { filesDone: 0, bytes: 0, events: 0, rejected: 0 };
    return (state) => {
      last = state;
      progress.update({
        filesDone: ended.filesDone + state.filesDone,
        filesTotal: isKnown ? state.files : null,
        bytesDone: ended.bytes + state.bytes,
        bytesTotal: isKnown ? state.totalBytes : null,
        events: ended.events + state.events,
        rejected: ended.rejected + state.rejected,
      });
    };
  };
}
