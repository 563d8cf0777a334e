import type { EventReading, RejectedRecord } from "@kaudit/schema";
import { readEvents } from "@kaudit/stream";
import type { CommandContext } from "../command-context.js";
import { chooseLimits, type LimitOptions } from "./reading-limits.js";
import { createProgress, silentProgress } from "../terminal/progress.js";

/** The options of reading that every command shares. */
export interface ReadingOptions extends LimitOptions {
  readonly instance?: string | undefined;
  /** Whether addresses of web servers may be read. */
  readonly allowHttp?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Inputs that are being read. */
export interface StartedReading {
  readonly reading: EventReading;
  /** Takes the progress line away before anything else is written. Can be called again. */
  endProgress(): void;
}

/** Starts reading inputs with progress on standard error; `onRejected` is called for every rejected record. */
export function startReading(
  inputs: readonly string[],
  options: ReadingOptions,
  { notes, signals, standardInput: openStandardInput }: CommandContext,
  onRejected?: (record: RejectedRecord) => void,
): StartedReading {
  const progress =
    options.quiet === true
      ? silentProgress
      : createProgress({
          isTerminal: notes.isTerminal,
          columns: notes.columns,
          write: (text) => notes.write(text),
          now: notes.elapsed,
        });
  const readsStandardInput = inputs.includes("-");
  const standardInput = readsStandardInput ? openStandardInput() : undefined;
  // A reader that waits for standard input does not see the signal by itself.
  if (standardInput !== undefined) signals.aborted.addEventListener("abort", () => standardInput.destroy());
  const reading = readEvents(inputs, {
    signal: signals.aborted,
    onProgress: (state) =>
      progress.update({
        filesDone: state.filesDone,
        filesTotal: readsStandardInput ? null : state.files,
        bytesDone: state.bytes,
        bytesTotal: readsStandardInput ? null : state.totalBytes,
        events: state.events,
        rejected: state.rejected,
      }),
    allowHttp: options.allowHttp === true,
    ...chooseLimits(options),
    ...(onRejected === undefined ? {} : { onRejected }),
    ...(options.instance === undefined ? {} : { instance: options.instance }),
    ...(standardInput === undefined ? {} : { stdin: standardInput }),
  });
  return { reading, endProgress: () => progress.end() };
}
