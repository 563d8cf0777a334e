import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "../option-sources.js";

const description = `Removes the events of days that are older than they have to be kept. The commits
that tell what was there stay, a commit of its own tells what was purged, and so
do reports. Events of purged days are not taken in again.`;

const notes = `
PCI DSS 10.5.1 asks for twelve months, HIPAA for six years of documentation.
What a hold names stays, whatever its age: kaudit store hold.

Exit codes:
   0  done, also when there was nothing to remove or a hold kept it
   2  usage
   3  there is no store
   4  the store could not be written
  70  a defect of kaudit
  75  another run writes to the store

Examples:
  kaudit collect . --store ev && kaudit store purge ev --older-than 400d
  kaudit collect . --store ev && kaudit store purge ev --older-than 1d --dry-run
`;

/** Adds `kaudit store purge`. */
export function defineStorePurge(store: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  store
    .command("purge")
    .summary("remove what is older than it has to be kept")
    .description(description)
    .argument("<store>", "the store: a folder, or s3://bucket/prefix/")
    .requiredOption("--older-than <age>", "in days, as 400d, or years, as 6y")
    .option("--dry-run", "only tell what would be removed")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "write nothing")
    .addHelpText("after", notes)
    .action(async (address: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { purgeStore } = await import("../../commands/store/purge.js");
      end(await purgeStore(address, command.opts(), context));
    });
}
