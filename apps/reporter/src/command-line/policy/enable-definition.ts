import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Prints what turns audit logging on: flags, volumes and mounts for the static pod
of kube-apiserver, the same for kubeadm, and the kubeconfig of a webhook.
With --apiserver-log it instead explains why an API server does not start after
audit flags were added.`;

const notes = `
Exit codes:
   0  done
   2  usage: a path, number or URL that cannot be used
   3  the log is missing or cannot be read

Examples:
  kaudit policy enable
  kaudit policy enable --max-age 90 --webhook https://audit.example.com/events
  kaudit policy enable --apiserver-log kube-apiserver.log
`;

/** Adds `kaudit policy enable`. The code that does the work is loaded when it is called. */
export function defineEnable(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("enable")
    .summary("print what turns audit logging on")
    .description(description)
    .option("--policy-path <path>", "the policy on each control plane node")
    .option("--log-path <path>", "the audit log on each control plane node")
    .option("--max-age <days>", "days that rotated files are kept")
    .option("--max-backups <n>", "rotated files kept")
    .option("--max-size <mebibytes>", "size at which the file is rotated")
    .option("--webhook <url>", "send events to this URL as well")
    .option("--webhook-config <path>", "the webhook's kubeconfig on each control plane node")
    .option("--webhook-ca <file>", "CA file of the receiver, in the folder of the kubeconfig")
    .option("--webhook-batch-size <n>", "events in one request at most")
    .option("--webhook-batch-wait <duration>", "how long events wait for a batch, as 5s")
    .option("--apiserver-log <file>", "explain the start-up errors in this log, or - for standard input")
    .option("-o, --output <form>", "text or json", "text")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { enable } = await import("../../commands/policy/enable.js");
      end(await enable(command.opts(), context));
    });
}
