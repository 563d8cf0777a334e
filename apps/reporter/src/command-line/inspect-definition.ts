import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { addLimitOptions } from "../inputs/reading-limits.js";
import { clusterOption } from "./cluster-option.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Tells what is in audit logs, in any shape: files, API servers, times and gaps,
levels and stages, the most frequent users, verbs, resources and namespaces, the
largest events, what was rejected, and which evidence the log can support.

Inputs are files, folders (searched in depth), quoted globs, or - for standard
input; gzip, zstd, tar and zip are read as well, and what clouds and shippers made
of the events.`;

const notes = `
Evidence is counted in events, by the requests that kaudit policy coverage asks
for; a request has one event for each stage that is recorded. Where none was
seen, only the audit policy can tell whether it would have been: give it with
--policy.

A gap is a time in which an API server recorded nothing, from its last event
before to its first after: longer than three times the pause that 99 of 100 of
its pauses stay within, at least 2 minutes, at most 60 minutes.

--output json holds every file, and gaps to the longest hundred of each API
server. Texts of the log are written so that they do nothing on a terminal.

--config, --policy, --instance, --quiet, --no-color and the limits (--max-…) can
be set in the environment, as KAUDIT_CONFIG and so on.

Exit codes:
   0  done; rejected records are reported
   2  usage, or a policy with which kube-apiserver does not start
   3  input missing or without an audit event; the policy cannot be read
  70  a defect of kaudit

Examples:
  kaudit inspect audit.log
  kaudit inspect . --policy policy.yaml --top 5
  cat audit.log | kaudit inspect - --output json
`;

/** Adds `kaudit inspect` to the program. The code that does the work is loaded when it is called. */
export function defineInspect(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const defined = program
    .command("inspect")
    .summary("tell what is in audit logs")
    .description(description)
    .argument("[inputs...]", "files, folders, globs, or - for standard input")
    .option("--config <file>", "configuration: inputs, clusters, policy (YAML or JSON)")
    .addOption(clusterOption("of several clusters, those to read (repeatable)"))
    .option("--policy <file>", "the audit policy that was in force, for what it can record")
    .option("--top <n>", "how many of each are listed", "10")
    .option("-o, --output <form>", "text or json", "text")
    .option("--store <store>", "read what kaudit collect stored there, in place of inputs")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--allow-http", "inputs may be http:// and https:// addresses");
  addLimitOptions(defined)
    .option("--quiet", "no progress and no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { applyConfiguration } = await import("../config/apply-configuration.js");
      const configuration = await applyConfiguration(command, context);
      const { inspect } = await import("../commands/inspect.js");
      end(await inspect(inputs, command.opts(), context, configuration));
    });
}
