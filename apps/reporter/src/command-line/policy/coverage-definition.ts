import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Tells for each class of evidence and each kind of actor whether a policy can
record it: yes, no, or partly, with a request that is missed. Exact reasoning
about all requests, not samples.`;

const notes = `
Actors: human, serviceaccount-kube-system, serviceaccount, node, system,
anonymous, unauthenticated (requests answered with 401).

Exit codes:
   0  done
   1  --fail-on: some evidence of these actors is no better than that
   2  usage, or a policy with which kube-apiserver does not start
   3  the policy is missing or cannot be read

Examples:
  kaudit policy coverage policy.yaml
  kaudit policy coverage policy.yaml --actor human,unauthenticated --rows
  kaudit policy coverage policy.yaml --actor human --fail-on no -o json
`;

/** Adds `kaudit policy coverage`. The code that does the work is loaded when it is called. */
export function defineCoverage(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("coverage")
    .summary("tell what evidence a policy can record")
    .description(description)
    .argument("<policy>", "the policy's file, or - for standard input")
    .option("--actor <kinds>", "kinds of actors, by comma (default: all)")
    .option("--fail-on <answer>", "no or partly: exit with 1 if some evidence is no better")
    .option("--rows", "text: a table of all requests with levels and omitted stages as well")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (file: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { coverage } = await import("../../commands/policy/coverage.js");
      end(await coverage(file, command.opts(), context));
    });
}
