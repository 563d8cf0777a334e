import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Looks for mistakes in an audit policy: rules that never decide, None rules that
hide evidence, secret values in the log, misspelt groups, resources and verbs.
Every finding has its line, what happens because of it, and what to do.

With --api-server the flags, volumes and mounts of a kube-apiserver are checked
as well: a static pod manifest, a kubeadm ClusterConfiguration or a list of
flags.`;

const notes = `
sarif is SARIF 2.1.0, which code review shows on the lines of the policy.
KAUDIT_TARGET_VERSION in the environment stands for --target-version.

Exit codes:
   0  no finding at or above --fail-on
   1  there is one; a policy that kube-apiserver refuses is an error
   2  usage: unknown option or value
   3  a file is missing or cannot be read

Examples:
  kaudit policy lint policy.yaml
  kaudit policy lint policy.yaml --target-version 1.33 --fail-on warning
  kaudit policy lint policy.yaml -o sarif > policy.sarif
  kaudit policy enable -o json | grep -o -e '--audit[^"]*' | \\
    kaudit policy lint policy.yaml --api-server - -o json
`;

/** Adds `kaudit policy lint`. The code that does the work is loaded when it is called. */
export function defineLint(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("lint")
    .summary("find mistakes in a policy or in audit flags")
    .description(description)
    .argument("[policy]", "the policy's file, or - for standard input")
    .option("--target-version <release>", "release of the kube-apiserver, as 1.33 (default: the newest known)")
    .option("--fail-on <severity>", "error, warning or info: exit with 1 from here on", "error")
    .option("--log-mode <mode>", "--audit-log-mode, if known: batch, blocking or blocking-strict")
    .option("--api-server <manifest>", "check the flags and mounts of this manifest as well")
    .option("-o, --output <form>", "text, json or sarif", "text")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { lint } = await import("../../commands/policy/lint.js");
      end(await lint(file, command.opts(), context));
    });
}
