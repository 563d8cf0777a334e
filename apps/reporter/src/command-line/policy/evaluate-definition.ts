import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Decides about requests as kube-apiserver does: reads request attributes as JSON
lines from standard input and prints one decision a line, in the same order.`;

const notes = `
A request has user (null: not authenticated), groups, verb, isResourceRequest,
and apiGroup, apiVersion, resource, subresource, namespace, name and path, empty
or left out where there is none. A decision has level, omitStages,
omitManagedFields and ruleIndex: from 0, null where no rule matches.
A line that is no request gives {"error": …, "line": …} in its place.

Exit codes:
   0  every line was evaluated
   2  usage, or a policy with which kube-apiserver does not start
   3  some line was no request, nothing on standard input, or no such policy

Examples:
  printf %s '{"user":"alice","groups":[],"verb":"get","apiGroup":"",' \\
    '"apiVersion":"v1","resource":"pods","subresource":"","namespace":"shop",' \\
    '"name":"db","path":"/api/v1/namespaces/shop/pods/db",' \\
    '"isResourceRequest":true}' | kaudit policy evaluate --policy policy.yaml
`;

/** Adds `kaudit policy evaluate`. The code that does the work is loaded when it is called. */
export function defineEvaluate(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("evaluate")
    .summary("decide about requests on standard input")
    .description(description)
    .option("--policy <file>", "the policy")
    .option("--quiet", "no notes")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { evaluate } = await import("../../commands/policy/evaluate.js");
      end(await evaluate(command.opts(), context));
    });
}
