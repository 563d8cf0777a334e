import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

/** The commands below `kaudit rules`. */
export const rulesCommandNames = ["list", "explain"] as const;

const description = `Tells by which rules kaudit report singles out requests, and gaps in the
evidence, that a person has to look at.`;

const notes = `
Rules are switched off, given lists, numbers and other severities, and added to
under exceptions in the file of --config.

Examples:
  kaudit rules list
  kaudit rules explain KX-002

kaudit rules list --help and so on tell the rest.
`;

const listDescription = `Lists the rules: id, severity, title, and what each needs to be evaluated.

Needs are kinds of requests that the audit policy has to record, with the level
if it is above Metadata, and lists that the configuration has to give.`;

const listNotes = `
Exit codes:
   0  done
   2  usage: a severity that there is not
  70  a defect of kaudit

Examples:
  kaudit rules list
  kaudit rules list --severity critical,high
  kaudit rules list --output json
`;

const explainDescription = `Tells everything about a rule: what it looks at and why, its condition, how
severe it is when, the sentence it writes, the controls of each framework, the
lists and numbers it makes use of, false positives, and what to do.`;

const explainNotes = `
Exit codes:
   0  done
   2  usage: no such rule
  70  a defect of kaudit

Examples:
  kaudit rules explain KX-013
  kaudit rules explain KX-025 --output json
`;

/** Adds `kaudit rules` and its commands to the program. The code that does the work is loaded when it is called. */
export function defineRules(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const rules = program
    .command("rules")
    .summary("list and explain exception rules")
    .description(description)
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", notes);
  rules
    .command("list")
    .summary("list the rules")
    .description(listDescription)
    .option("--severity <words>", "only these: critical, high, medium, low")
    .option("-o, --output <form>", "text or json", "text")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", listNotes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { listRules } = await import("../commands/rules/list.js");
      end(await listRules(command.opts(), context));
    });
  rules
    .command("explain")
    .summary("tell everything about a rule")
    .description(explainDescription)
    .argument("<rule>", "id of the rule, such as KX-002")
    .option("-o, --output <form>", "text or json", "text")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", explainNotes)
    .action(async (rule: string, _options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { explainRule } = await import("../commands/rules/explain.js");
      end(await explainRule(rule, command.opts(), context));
    });
  for (const command of rules.commands) command.helpOption("-h, --help", "print help");
}
