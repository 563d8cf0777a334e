import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "../option-sources.js";

const notes = `
--ledger lists who read the store, with which command, and what came out.

Exit codes:
   0  done
   2  usage
   3  there is no store, nothing in it, or it is damaged
  70  a defect of kaudit

Examples:
  kaudit collect audit.log --store evidence && kaudit store status evidence
  kaudit collect . --store ev && kaudit store status ev --ledger -o json
`;

/** Adds `kaudit store status`. */
export function defineStoreStatus(store: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  store
    .command("status")
    .summary("tell what a store holds")
    .description("Tells what a store holds: clusters, days, events, purges, holds, who read it.")
    .argument("<store>", "the store: a folder, or s3://bucket/prefix/")
    .option("--ledger", "list who read the store")
    .option("-o, --output <form>", "text or json", "text")
    .addHelpText("after", notes)
    .action(async (address: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { status } = await import("../../commands/store/status.js");
      end(await status(address, command.opts(), context));
    });
}
