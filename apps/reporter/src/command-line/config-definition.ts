import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";
import { addReportOptions } from "./report-definition.js";

/** The commands below `kaudit config`. */
export const configCommandNames = ["check", "print", "init", "schema"] as const;

const description = `Checks, shows and starts the file of --config: the options of kaudit report, and
what there is no option for (scope, signatures, clusters).

It is YAML, or JSON; data only. Paths in it are relative to the file.`;

const notes = `
Without a file, check and print take KAUDIT_CONFIG, then kaudit.yaml.

Examples:
  kaudit config init kaudit.yaml
  kaudit config check kaudit.yaml
  kaudit config print --config kaudit.yaml --period 2026-11
`;

const checkNotes = `
The files that it names (approvals, dispositions, collection) are checked as
well. A file of approvals or dispositions can be given itself.

Exit codes:
   0  it holds what it should
   2  it does not; every problem is printed with its line
   3  a file is missing or cannot be read

Examples:
  kaudit config init && kaudit config check kaudit.yaml
`;

const printNotes = `
Takes the options of kaudit report, so that what they come to can be seen before
a run. Passwords in addresses are masked.

Examples:
  kaudit config print --period 2026-11 --cluster prod-eu-1
  kaudit config print --period 2026-11 --output json
`;

const initNotes = `
Examples:
  kaudit config init
  kaudit config init - > kaudit.yaml
`;

const schemaNotes = `
Editors that know YAML use it to complete and check the file. It is published
with the package as well, in schemas.

Examples:
  kaudit config schema kaudit
  kaudit config schema dispositions > dispositions.schema.json
`;

/** Adds `kaudit config` and its commands to the program. The code that does the work is loaded when it is called. */
export function defineConfig(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const config = program
    .command("config")
    .summary("check, show and start a configuration")
    .description(description)
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", notes);
  config
    .command("check")
    .summary("check a configuration")
    .description("Checks a configuration file, and the files that it names.")
    .argument("[file]", "the file (default: kaudit.yaml)")
    .option("--config <file>", "the same as the argument")
    .addHelpText("after", checkNotes)
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { configCheck } = await import("../commands/config-check.js");
      end(await configCheck(file ?? (command.getOptionValue("config") as string | undefined), context));
    });
  const print = config
    .command("print")
    .summary("show the values in force")
    .description("Shows the configuration that is in force, and where each value comes from.");
  addReportOptions(print)
    .option("-o, --output <form>", "text or json", "text")
    .addHelpText("after", printNotes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, { ...context.environment, KAUDIT_OUTPUT: undefined });
      refuseEmptyValues(command);
      const { configPrint } = await import("../commands/config-print.js");
      end(await configPrint(command, context));
    });
  config
    .command("init")
    .summary("start a configuration")
    .description("Writes a configuration file to start from, with every key explained.")
    .argument("[file]", "the file, or - for standard output", "kaudit.yaml")
    .addHelpText("after", initNotes)
    .action(async (file: string) => {
      const { configInit } = await import("../commands/config-init.js");
      end(await configInit(file, context));
    });
  config
    .command("schema")
    .summary("print a JSON Schema")
    .description("Prints the JSON Schema of a configuration, approvals or dispositions file.")
    .argument("<name>", "kaudit, approvals or dispositions")
    .addHelpText("after", schemaNotes)
    .action(async (name: string) => {
      const { configSchema } = await import("../commands/config-schema.js");
      end(await configSchema(name, context));
    });
  for (const command of config.commands) command.helpOption("-h, --help", "print help");
}
