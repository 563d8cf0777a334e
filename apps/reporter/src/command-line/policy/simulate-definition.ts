import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Replays a policy over recorded events: what it would drop, lower or keep, lines
and bytes by rule, verb, resource and user, and which evidence would be lost.
Inputs are files, folders (searched in depth), quoted globs, or - for standard
input; .gz is read as well.`;

const notes = `
A log knows nothing of requests that its own policy did not record, nor of
bodies below its level: to compare volumes, start from a log at Metadata for
everything.

Exit codes:
   0  done, also with rejected records, which are counted
   2  usage, or a policy with which kube-apiserver does not start
   3  input or policy missing, or no audit event in the input
   4  temporary files could not be written

Examples:
  kaudit policy simulate --policy policy.yaml audit.log
  kaudit policy generate --style minimal-volume | \\
    kaudit policy simulate --policy - audit.log --price 0.5 --top 5
`;

/** Adds `kaudit policy simulate`. The code that does the work is loaded when it is called. */
export function defineSimulate(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("simulate")
    .summary("replay a policy over recorded events")
    .description(description)
    .argument("[inputs...]", "files, folders, globs, s3:// addresses, or - for standard input")
    .option("--policy <file>", "the policy, or - for standard input")
    .option("--top <n>", "how many verbs, resources and users are listed", "10")
    .option("--price <n>", "what a gigabyte costs, in any currency: adds the cost")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--allow-http", "inputs may be http:// and https:// addresses")
    .option("--temp-dir <folder>", "for temporary files (default: the system's)")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "no progress and no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { simulate } = await import("../../commands/policy/simulate.js");
      end(await simulate(inputs, command.opts(), context));
    });
}
