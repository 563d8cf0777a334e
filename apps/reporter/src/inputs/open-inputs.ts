import { tmpdir } from "node:os";
import type { EventReading } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
import { createDiskSpool, type DiskSpool } from "../spool/disk-spool.js";
import { createRejectedLog, type RejectedLog } from "../spool/rejected-log.js";
import { chooseLimits } from "./reading-limits.js";
import { isStore } from "./stored-events.js";
import { type LogInputs, pathsOf, type ReadingOptions, startReading } from "./start-reading.js";

/** The options of reading that report and query share. */
export interface InputOptions extends ReadingOptions {
  readonly tempDir?: string | undefined;
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
 * of a web server without `--allow-http`, and for a limit that is none.
 */
export function requireInputs(given: LogInputs, options: InputOptions, example: string): void {
  const inputs = pathsOf(given);
  if (inputs.length === 0 && !given.some(isStore))
    throw usageError(`no input given; name a file, a folder, a glob or - for standard input, as in: ${example}`);
  // The address itself may hold a password, so it is not shown.
  if (options.allowHttp !== true && inputs.some((input) => /^https?:\/\//i.test(input)))
    throw usageError("an input is the address of a web server, which is only read when asked for; add --allow-http");
  chooseLimits(options);
}

/**
 * Starts reading inputs and gives them to `work`, with a spool of their own; removes all temporary files when `work`
 * has ended, however it ended, also by a signal.
 */
export async function withInputs<Result>(
  inputs: LogInputs,
  options: InputOptions,
  context: CommandContext,
  work: (open: OpenInputs) => Promise<Result>,
): Promise<Result> {
  const { signals } = context;
  const spool = await createDiskSpool(options.tempDir ?? tmpdir());
  const forget = signals.onForcedEnd(() => spool.removeNow());
  const rejected = createRejectedLog(spool.folder);
  const { reading, endProgress } = startReading(inputs, options, context, (record) => rejected.add(record));
  try {
    return await work({ reading, spool, rejected, endProgress });
  } finally {
    endProgress();
    rejected.close();
    await spool.close();
    forget();
  }
}
