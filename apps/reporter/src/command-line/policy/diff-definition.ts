import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Compares what two policies do, however they are written: classes of requests
whose level or stages change, each with a request that shows it.`;

const notes = `
Exit codes:
   0  no difference: proved for every request
   1  there is one, or the policies are too intricate to be proved equal
   2  usage, or a policy with which kube-apiserver does not start
   3  a policy is missing or cannot be read

Examples:
  kaudit policy diff policy.yaml policy.yaml
  kaudit policy generate | kaudit policy diff policy.yaml - -o json
`;

/** Adds `kaudit policy diff`. The code that does the work is loaded when it is called. */
export function defineDiff(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("diff")
    .summary("compare two policies by what they do")
    .description(description)
    .argument("<before>", "a policy's file, or - for standard input")
    .argument("<after>", "a policy's file, or - for standard input")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (before: string, after: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { diff } = await import("../../commands/policy/diff.js");
      end(await diff(before, after, command.opts(), context));
    });
}
