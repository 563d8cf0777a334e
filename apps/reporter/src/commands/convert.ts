import { stat } from "node:fs/promises";
import type { EvidencePeriod } from "@kaudit/evidence";
import { type SourceAccount, visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { conversionNotes } from "../convert/conversion-notes.js";
import { type ConversionCounts, eventLines, noConversion } from "../convert/event-lines.js";
import { usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { requireEvents } from "../inputs/no-events.js";
import { requireInputs } from "../inputs/open-inputs.js";
import { type ReadingOptions, type StartedReading, startReading } from "../inputs/start-reading.js";
import { hashOfFile, refuseOutput, writeWholeFile } from "../output/whole-file.js";
import { allTimeLabel, chooseQueryPeriod } from "../period/choose-period.js";
import { makeInert } from "../query/inert-json.js";
import { formatQuantity } from "../terminal/numbers.js";
import { chooseOne } from "./policy/policy-source.js";

/** The options of `kaudit convert` as they come from the command line and the environment. */
export interface ConvertOptions extends ReadingOptions {
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly output: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly account?: string;
  readonly strict?: boolean;
}

/**
 * Throws `KAUDIT_CLI_USAGE` where the file that would be replaced is one of those that were read: its events would be in
 * the new file twice, or the only copy of a log would be gone.
 */
async function refuseOwnInput(out: string, account: SourceAccount): Promise<void> {
  const old = await stat(out).catch(() => null);
  if (old === null || old.size === 0 || !account.files.some((file) => file.bytes === old.size)) return;
  const hash = await hashOfFile(out);
  const same = account.files.find((file) => file.bytes === old.size && file.sha256 === hash);
  if (same === undefined) return;
  throw usageError(`--out ${out}: the same bytes were read as input (${same.file}); name a file outside the input`);
}

async function* inertPieces(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const piece of pieces) yield makeInert(piece);
}

async function writeToStandardOutput(pieces: AsyncIterable<string>, { output }: CommandContext): Promise<void> {
  for await (const piece of output.isTerminal ? inertPieces(pieces) : pieces) {
    await output.write(piece);
    if (output.isClosed) return;
  }
  await output.flush();
}

async function writeAccount(
  path: string,
  account: SourceAccount,
  period: EvidencePeriod,
  counts: ConversionCounts,
  { options, context }: Run,
): Promise<void> {
  const { from, to, label } = period;
  const conversion = { period: label === allTimeLabel ? null : { from, to }, ...counts };
  const text = `${JSON.stringify({ schemaVersion: 1, conversion, ...account }, null, 2)}\n`;
  const pieces = (async function* () {
    yield text;
  })();
  await writeWholeFile(path, pieces, { force: options.force === true, signals: context.signals });
}

interface Run {
  readonly options: ConvertOptions;
  readonly context: CommandContext;
}

/** Writes the lines; gives the account, or null when the reader of standard output went away before the end. */
async function writeLines(
  { reading, endProgress }: StartedReading,
  period: EvidencePeriod,
  counts: ConversionCounts,
  { options, context }: Run,
): Promise<SourceAccount | null> {
  const pieces = eventLines(reading, period, counts);
  const { out } = options;
  if (out === undefined) {
    await writeToStandardOutput(pieces, context);
    if (context.output.isClosed) return null;
  } else {
    await writeWholeFile(out, pieces, {
      force: options.force === true,
      gzip: out.endsWith(".gz"),
      signals: context.signals,
      beforeNaming: async () => {
        const account = await reading.account;
        requireEvents(account);
        await refuseOwnInput(out, account);
      },
    });
  }
  endProgress();
  const account = await reading.account;
  requireEvents(account);
  return account;
}

/**
 * Runs `kaudit convert`: reads the inputs, in any shape, and writes their events as kube-apiserver writes them, a line
 * each, in the order read. Memory does not grow with the log. A file is written whole or not at all.
 *
 * Gives 0, or 3 under `--strict` when anything was rejected; the lines are written all the same. Throws coded errors for
 * everything else.
 */
export async function convert(
  inputs: readonly string[],
  options: ConvertOptions,
  context: CommandContext,
): Promise<ExitCode> {
  chooseOne("--output", options.output, ["jsonl"]);
  requireInputs(inputs, options, "kaudit convert /var/log/kubernetes/audit --out events.jsonl.gz");
  const period = chooseQueryPeriod(options, context.now());
  for (const path of [options.out, options.account]) {
    if (path !== undefined) await refuseOutput(path, options.force === true);
  }
  if (options.out !== undefined && options.out === options.account) {
    throw usageError("--out and --account name the same file; name two");
  }
  const run = { options, context };
  const started = startReading(inputs, options, context);
  const counts = noConversion();
  try {
    const account = await writeLines(started, period, counts, run);
    // Whoever read the lines has enough of them: there is no account of a reading that was left.
    if (account === null) {
      if (options.account !== undefined) {
        context.notes.write("kaudit: the reader of the lines went away before the end; no account is written\n");
      }
      return exitCodes.done;
    }
    if (options.account !== undefined) await writeAccount(options.account, account, period, counts, run);
    if (options.quiet !== true) {
      for (const note of conversionNotes(account, counts)) context.notes.write(`kaudit: ${visibleString(note)}\n`);
    }
    if (options.strict !== true || account.totals.rejected === 0) return exitCodes.done;
    context.notes.write(`kaudit: --strict: ${formatQuantity(account.totals.rejected, "record")} rejected\n`);
    return exitCodes.input;
  } finally {
    started.endProgress();
  }
}
