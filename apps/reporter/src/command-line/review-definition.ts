import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { clusterOption } from "./cluster-option.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Lists the exceptions that wait for a decision, most severe first: of a pack that
kaudit report wrote, or of logs.

With --out it writes a file with an entry for each, to be filled in by who
decides, and given to kaudit report as --dispositions. A file that is there stays
as it is: entries that it lacks are added at its end.`;

const notes = `
A decision is authorised, explained, false-positive or incident; the last leaves
the exception open. It speaks for what happened until it was made, and must not
be made by whoever made the requests. Nothing decided or approved disappears
from the report.

With a pack, --dispositions shows what a file of decisions leaves open, without
reading the logs again. Logs need a period, as in kaudit report.

--config, --policy, --instance, --temp-dir, --quiet and --no-color can be set in
the environment, as KAUDIT_CONFIG and so on.

Exit codes:
   0  done, also when exceptions are open
   2  usage; the decisions or the configuration are not right
   3  input missing, no pack, or without an audit event
   4  output could not be written
  70  a defect of kaudit

Examples:
  kaudit review audit.log --period 2026-11
  kaudit review audit.log --period 2026-11 --out dispositions.yaml
  kaudit review audit.log --period 2026-11 --output json
`;

/** Adds `kaudit review` to the program. The code that does the work is loaded when it is called. */
export function defineReview(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  program
    .command("review")
    .summary("list exceptions to decide on")
    .description(description)
    .argument("[inputs...]", "a pack, or files, folders, globs, or - for standard input")
    .option("--out <file>", "write the entries to decide; adds to a file that is there")
    .option("-o, --output <form>", "text or json", "text")
    .option("--config <file>", "configuration: options, scope, clusters (YAML or JSON)")
    .option("--approvals <file>", "accesses approved beforehand (YAML or JSON)")
    .option("--dispositions <file>", "decisions made so far (YAML or JSON)")
    .option("--from <time>", "first instant of the period: a date or an RFC 3339 time")
    .option("--to <time>", "first instant after the period")
    .option("--period <name>", "the period by name, instead of --from and --to")
    .addOption(clusterOption("name of the cluster; of several, those to review (repeatable)"))
    .option("--policy <file>", "the audit policy that was in force")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--allow-http", "inputs may be http:// and https:// addresses")
    .option("--temp-dir <folder>", "where rows are kept that do not fit in memory (default: the system's)")
    .option("--quiet", "no progress and no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { applyConfiguration } = await import("../config/apply-configuration.js");
      const configuration = await applyConfiguration(command, context, ["out", "output"]);
      const { review } = await import("../commands/review.js");
      end(await review(inputs, command.opts(), context, configuration));
    });
}
