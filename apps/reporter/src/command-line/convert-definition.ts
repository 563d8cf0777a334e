import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { addLimitOptions } from "../inputs/reading-limits.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Writes audit events as kube-apiserver writes them to its log: audit.k8s.io/v1, a
line each, in the order read, from any shape that kaudit reads.

Inputs are files, folders (searched in depth), quoted globs, or - for standard
input; gzip, zstd, tar and zip are read as well, and what clouds and shippers made
of the events.`;

const notes = `
Bodies are written as they are: secret values that the log holds are in the
output too. A file is made readable for its owner only (mode 0600), whole or not
at all; a name that ends in .gz compresses it. On a terminal, characters that
could act there stand as escapes; everywhere else the bytes are exact.

What was read, rejected and written is told on standard error, with --account
also as JSON. The lines themselves no longer tell which cluster, API server or
cloud service they came from, which fields were derived, nor what that service
left out: for evidence, give kaudit report the original files.

Periods are in UTC and half-open, by the time a request was received: --to is
the first instant that no longer counts. --instance, --quiet and the limits
(--max-…) can be set in the environment, as KAUDIT_INSTANCE and so on.

Exit codes:
   0  done; rejected records are reported
   2  usage: unknown option or period, reversed range
   3  input missing or without an audit event; with --strict also anything
      rejected, when all else is written
   4  output could not be written
  70  a defect of kaudit

Examples:
  kaudit convert audit.log --out events.jsonl.gz --account account.json
  kaudit convert . --period 2026-11 --strict --out november.jsonl
  cat audit.log | kaudit convert - --quiet | grep pods/exec
`;

/** Adds `kaudit convert` to the program. The code that does the work is loaded when it is called. */
export function defineConvert(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const defined = program
    .command("convert")
    .summary("write audit events as plain JSON lines")
    .description(description)
    .argument("[inputs...]", "files, folders, globs, or - for standard input")
    .option("--from <time>", "first instant: a date or RFC 3339 time")
    .option("--to <time>", "first instant that no longer counts")
    .option("--period <name>", "last-month, 2026-10, …: instead of --from and --to")
    .option("-o, --output <form>", "jsonl", "jsonl")
    .option("--out <file>", "write to a file; .gz compresses (default: standard output)")
    .option("--account <file>", "write the account of what was read and written, as JSON")
    .option("--force", "replace files that exist")
    .option("--strict", "exit with 3 if anything was rejected")
    .option("--instance <name>", "API server that wrote the files, for the account")
    .option("--allow-http", "inputs may be http:// and https:// addresses");
  addLimitOptions(defined)
    .option("--quiet", "no progress and no account on standard error")
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { convert } = await import("../commands/convert.js");
      end(await convert(inputs, command.opts(), context));
    });
}
