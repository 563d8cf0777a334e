import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "../option-sources.js";

const exitCodesText = `
Exit codes:
   0  done
   2  usage
   3  there is no store
   4  the store could not be written
  70  a defect of kaudit
  75  another run writes to the store
`;

const holdNotes = `${exitCodesText}
Examples:
  kaudit collect . --store ev && kaudit store hold ev case-7 --reason litigation
`;

/** Adds `kaudit store hold`. */
export function defineStoreHold(store: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  store
    .command("hold")
    .summary("keep days from being purged")
    .description("Names days that purge must leave, whatever their age: all, or those of a range or cluster.")
    .argument("<store>", "the store: a folder, or s3://bucket/prefix/")
    .argument("<name>", "the hold's name, as case-7")
    .requiredOption("--reason <text>", "why, in a sentence")
    .option("--from <day>", "first day that it keeps (default: no bound)")
    .option("--to <day>", "last day that it keeps (default: no bound)")
    .option("--cluster <name>", "of this cluster only")
    .addHelpText("after", holdNotes)
    .action(async (address: string, name: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { hold } = await import("../../commands/store/hold.js");
      end(await hold(address, name, command.opts(), context));
    });
}

const releaseNotes = `${exitCodesText}
Examples:
  kaudit collect . --store e && kaudit store hold e a --reason b && \\
    kaudit store release e a
`;

/** Adds `kaudit store release`. */
export function defineStoreRelease(store: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  store
    .command("release")
    .summary("end a hold")
    .description("Ends a hold: what it named can be purged again. That it was there stays in the commits.")
    .argument("<store>", "the store: a folder, or s3://bucket/prefix/")
    .argument("<name>", "the hold's name")
    .addHelpText("after", releaseNotes)
    .action(async (address: string, name: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { release } = await import("../../commands/store/hold.js");
      end(await release(address, name, context));
    });
}
