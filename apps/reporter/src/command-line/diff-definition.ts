import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Tells what changed between two evidence packs, of two periods or of two runs:
settings and versions, inputs, statuses of controls, exceptions opened and
closed, totals, rows, and who is new or gone. Equal things are left out.`;

const notes = `
The packs are read, not verified: kaudit verify does that.

Exit codes:
   0  compared, with or without differences
   2  usage
   3  a folder is not a pack that can be compared

Examples:
  kaudit diff october november
  kaudit diff october november -o json
`;

/** Adds `kaudit diff` to the program. The code that does the work is loaded when it is called. */
export function definePackDiff(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  program
    .command("diff")
    .summary("tell what changed between two packs")
    .description(description)
    .argument("<before>", "the earlier pack's folder")
    .argument("<after>", "the later pack's folder")
    .option("-o, --output <form>", "text or json", "text")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (before: string, after: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { diff } = await import("../commands/diff.js");
      end(await diff(before, after, command.opts(), context));
    });
}
