import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Prints the manifest of planted actions: a CronJob that makes harmless requests of
each class of evidence, with the least rights, in a namespace of its own. Found in
the log again, they prove that the class is recorded; missed, that it was not.`;

const notes = `
Classes: secret-read, role-binding, session, bad-token, forbidden-request,
token-request, impersonation, deletion, configuration.

The evidence knows them by their service account and the objects they are aimed
at, keeps their rows, and leaves them out of the exceptions. The head of the
manifest says what to write into the configuration.

Exit codes:
   0  done
   2  usage: unknown class, a name that Kubernetes does not take, or a turn that
      cron cannot keep

Examples:
  kaudit canary > canary.yaml
  kaudit canary --every 15 --classes secret-read,session,bad-token
  kaudit canary --script > canary.sh
`;

/** Adds `kaudit canary` to the program. The code that does the work is loaded when it is called. */
export function defineCanary(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  program
    .command("canary")
    .summary("print a job that plants actions")
    .description(description)
    .option("--every <minutes>", "how often: minutes that divide an hour or a day", "60")
    .addOption(
      program
        .createOption("--classes <names>", "classes of actions, by comma")
        .default(
          "secret-read,role-binding,session,bad-token,forbidden-request,token-request,impersonation,deletion,configuration",
          "all",
        ),
    )
    .option("--namespace <name>", "the namespace for them and nothing else", "kaudit-canary")
    .option("--service-account <name>", "who performs them", "kaudit-canary")
    .option("--image <name>", "image with sh, kubectl and curl", "docker.io/alpine/k8s:1.34.1")
    .option("--config <file>", "configuration, for its section canaries (YAML or JSON)")
    .option("--script", "print the shell script that performs them once")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { applyCanaries } = await import("../config/apply-canaries.js");
      await applyCanaries(command, context);
      const { canary } = await import("../commands/canary.js");
      end(await canary(command.opts(), context));
    });
}
