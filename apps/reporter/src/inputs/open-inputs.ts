import { tmpdir } from "node:os";
import type { EventReading, RejectedRecord } from "@kaudit/schema";
import { readEvents } from "@kaudit/stream";
import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
import { createDiskSpool, type DiskSpool } from "../spool/disk-spool.js";
import { createRejectedLog, type RejectedLog } from "../spool/rejected-log.js";
import { createProgress, silentProgress } from "../terminal/progress.js";

/** The options of reading that report and query share. */
export interface InputOptions {
  readonly instance?: string | undefined;
  readonly allowHttp?: boolean | undefined;
  readonly tempDir?: string | undefined;
  readonly quiet?: boolean | undefined;
}

/** Inputs that are being read, and where their rows are put aside. */
export interface OpenInputs {
  readonly reading: EventReading;
  readonly spool: DiskSpool;
  /** Every rejected record. */
  readonly rejected: RejectedLog;
  /** Takes the progress line away before anything else is written. */
  endProgress(): void;
}

/**
 * Throws `KAUDIT_CLI_USAGE` unless there is something to read, which gives an example for the command, and for the address
 * of a web server without `--allow-http`.
 */
export function requireInputs(inputs: readonly string[], options: InputOptions, example: string): void {
  if (inputs.length === 0)
    throw usageError(`no input given; name a file, a folder, a glob or - for standard input, as in: ${example}`);
  // The address itself may hold a password, so it is not shown.
  if (options.allowHttp !== true && inputs.some((input) => /^https?:\/\//i.test(input)))
    throw usageError("an input is the address of a web server, which is only read when asked for; add --allow-http");
}

/**
 * Starts reading inputs and gives them to `work`, with a spool of their own; removes all temporary files when `work`
 * has ended, however it ended, also by a signal.
 */
export async function withInputs<Result>(
  inputs: readonly string[],
  options: InputOptions,
  context: CommandContext,
  work: (open: OpenInputs) => Promise<Result>,
): Promise<Result> {
  const { notes, signals } = context;
  const spool = await createDiskSpool(options.tempDir ?? tmpdir());
  const forget = signals.onForcedEnd(() => spool.removeNow());
  const rejected = createRejectedLog(spool.folder);
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
  const standardInput = readsStandardInput ? context.standardInput() : undefined;
  // A reader that waits for standard input does not see the signal by itself.
  if (standardInput !== undefined) signals.aborted.addEventListener("abort", () => standardInput.destroy());
  const reading = readEvents(inputs, {
    signal: signals.aborted,
    onRejected: (record: RejectedRecord) => rejected.add(record),
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
    ...(options.instance === undefined ? {} : { instance: options.instance }),
    ...(standardInput === undefined ? {} : { stdin: standardInput }),
  });
  try {
    return await work({ reading, spool, rejected, endProgress: () => progress.end() });
  } finally {
    progress.end();
    rejected.close();
    await spool.close();
    forget();
  }
}
