import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Tells why a request gets its level: each rule in order with the first condition
that failed, and the rule that decides.`;

const notes = `
The request is given by --verb and --uri, or taken from a recorded event: the
first of the file, or the one with --audit-id. Without --user the request is not
authenticated. Without --group the user has the groups that Kubernetes itself
gives to a user of that name.

Exit codes:
   0  done
   2  usage, or a policy with which kube-apiserver does not start
   3  a file is missing, cannot be read or holds no event

Examples:
  kaudit policy explain --policy policy.yaml --user alice --verb GET \\
    --uri '/api/v1/namespaces/shop/pods/db-0/exec?command=sh'
  kaudit policy explain --policy policy.yaml --event audit.log
  tail -n 1 audit.log | kaudit policy explain --policy policy.yaml --event -
`;

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** Adds `kaudit policy explain`. The code that does the work is loaded when it is called. */
export function defineExplain(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("explain")
    .summary("tell why a request gets its level")
    .description(description)
    .option("--policy <file>", "the policy")
    .option("--verb <verb>", "a verb (list), or an HTTP method in capitals (GET)")
    .option("--uri <uri>", "path and query as sent")
    .option("--user <name>", "the authenticated user")
    .option("--group <name>", "a group of the user; can be given more than once", collect)
    .option("--event <file>", "a recorded event, or - for standard input")
    .option("--audit-id <id>", "the event of the file with this audit id")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { explainRequest } = await import("../../commands/policy/explain.js");
      end(await explainRequest(command.opts(), context));
    });
}
