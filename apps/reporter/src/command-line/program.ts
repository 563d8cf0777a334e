import { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { ReporterError, usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { defineCanary } from "./canary-definition.js";
import { defineCollect } from "./collect-definition.js";
import { defineConvert } from "./convert-definition.js";
import { configCommandNames, defineConfig } from "./config-definition.js";
import { defineInspect } from "./inspect-definition.js";
import { definePolicy, policyCommandNames } from "./policy/policy-definition.js";
import { defineQuery } from "./query-definition.js";
import { definePackDiff } from "./diff-definition.js";
import { defineReceive } from "./receive-definition.js";
import { defineReport } from "./report-definition.js";
import { defineReview } from "./review-definition.js";
import { defineRules, rulesCommandNames } from "./rules-definition.js";
import { defineStore, storeCommandNames } from "./store/store-definition.js";
import { defineVerify } from "./verify-definition.js";
import { version } from "./version.js";

/** Commands that later versions have: worth a better answer than "unknown". */
const laterCommands = new Set("watch forward run doctor".split(" "));

const notes = `
Examples:
  kaudit report audit.log --period 2026-11 --cluster prod-eu-1
  kaudit query authorization audit.log --namespace team-a
  kaudit inspect audit.log
  kaudit convert audit.log --out events.jsonl.gz
  kaudit policy coverage policy.yaml
  kaudit review audit.log --period 2026-11
  kaudit config init
  kaudit verify november --inputs audit.log
  kaudit collect audit.log --store evidence

kaudit report --help, kaudit query --help and so on tell the rest.
`;

function commandList(lastWord: "and" | "or"): string {
  return `report, query, inspect, convert, policy, rules, review, config, canary, verify, diff, collect, receive ${lastWord} store`;
}

function unknownCommand(name: string): ReporterError {
  if (laterCommands.has(name)) {
    return new ReporterError(
      "KAUDIT_CLI_NOT_AVAILABLE",
      `the command ${name} is not available in this version; ${commandList("and")} are`,
    );
  }
  return usageError(`${name} is not a command; use ${commandList("or")} (kaudit --help)`);
}

/** Commands that stand below another. */
const commandsBelow: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["policy", policyCommandNames],
  ["rules", rulesCommandNames],
  ["config", configCommandNames],
  ["store", storeCommandNames],
]);

/** Throws `KAUDIT_CLI_USAGE` unless what follows a command with others below it is one of these or an option. */
function requireCommandBelow(group: string, name: string | undefined): void {
  const below = commandsBelow.get(group);
  if (below === undefined) return;
  const choice = `use one of ${below.join(", ")} (kaudit ${group} --help)`;
  if (name === undefined) throw usageError(`kaudit ${group}: no command given; ${choice}`);
  if (name.startsWith("-") || name === "help" || below.some((known) => known === name)) return;
  throw usageError(`kaudit ${group} ${name}: not a command; ${choice}`);
}

const definitions = [
  defineReport,
  defineReview,
  defineQuery,
  defineInspect,
  defineConvert,
  definePolicy,
  defineRules,
  defineConfig,
  defineCanary,
  defineVerify,
  definePackDiff,
  defineCollect,
  defineReceive,
  defineStore,
];

/** Turns commander's message, which may have two lines and a prefix, into ours. */
function commanderMessage(message: string): string {
  return (
    message
      .replace(/^error: /, "")
      // What stands behind an unknown option's "=" may be a password.
      .replace(/('-[^'=]*=)[^']*'/g, "$1…'")
      .replace(/\n\(Did you mean (.*)\?\)$/s, "; did you mean $1?")
      .trim()
  );
}

/**
 * Parses the command line and runs the command it names; gives the exit code.
 *
 * Throws `KAUDIT_CLI_USAGE` for a command line that cannot be understood, and whatever the command throws.
 */
export async function runProgram(context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const written: string[] = [];
  const program = new Command("kaudit")
    .description("Turns Kubernetes audit logs into evidence that an auditor can rely on.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .configureHelp({ helpWidth: 80 })
    .configureOutput({ writeOut: (text) => written.push(text), writeErr: () => undefined })
    .exitOverride()
    .showSuggestionAfterError(true)
    .addHelpText("after", notes);
  const end = (code: ExitCode): void => {
    exitCode = code;
  };
  for (const define of definitions) define(program, context, end);
  for (const command of program.commands) command.helpOption("-h, --help", "print help");

  const first = context.arguments[0];
  if (first === undefined) throw usageError(`no command given; use ${commandList("or")} (kaudit --help)`);
  const known = ["help", ...program.commands.map((command) => command.name())];
  for (const name of first === "help" ? context.arguments.slice(1, 2) : [first]) {
    if (!name.startsWith("-") && !known.includes(name)) throw unknownCommand(name);
  }
  requireCommandBelow(first, context.arguments[1]);
  try {
    await program.parseAsync(context.arguments, { from: "user" });
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code !== "string" || !code.startsWith("commander.")) throw error;
    if ((error as { exitCode?: unknown }).exitCode !== 0) {
      const command = program.commands.find((one) => one.name() === first);
      const below = command?.commands.find((one) => one.name() === context.arguments[1]);
      const words = ["kaudit", ...(command === undefined ? [] : [command.name()]), ...(below ? [below.name()] : [])];
      const help = `${words.join(" ")} --help`;
      throw usageError(`${commanderMessage((error as Error).message)} (${help})`);
    }
  }
  for (const text of written) await context.output.write(text);
  return exitCode;
}
