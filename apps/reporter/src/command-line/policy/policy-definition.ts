import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { defineCoverage } from "./coverage-definition.js";
import { defineDiff } from "./diff-definition.js";
import { defineEnable } from "./enable-definition.js";
import { defineEvaluate } from "./evaluate-definition.js";
import { defineExplain } from "./explain-definition.js";
import { defineGenerate } from "./generate-definition.js";
import { defineLint } from "./lint-definition.js";
import { defineSimulate } from "./simulate-definition.js";

/** The commands below `kaudit policy`. */
export const policyCommandNames = [
  "lint",
  "evaluate",
  "explain",
  "coverage",
  "simulate",
  "diff",
  "generate",
  "enable",
] as const;

const description = `Reads audit policies exactly as kube-apiserver does, and tells what they record
and what they miss.`;

const notes = `
A policy is a file, or - for standard input. In the environment KAUDIT_POLICY,
KAUDIT_TARGET_VERSION, KAUDIT_FRAMEWORK, KAUDIT_INSTANCE, KAUDIT_TEMP_DIR,
KAUDIT_QUIET and KAUDIT_NO_COLOR stand for the options of these names.

Examples:
  kaudit policy lint policy.yaml --fail-on info
  kaudit policy generate --framework soc2 --style balanced

kaudit policy lint --help and so on tell the rest.
`;

const definitions = [
  defineLint,
  defineEvaluate,
  defineExplain,
  defineCoverage,
  defineSimulate,
  defineDiff,
  defineGenerate,
  defineEnable,
];

/** Adds `kaudit policy` and its commands to the program. The code that does the work is loaded when it is called. */
export function definePolicy(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const policy = program
    .command("policy")
    .summary("lint, explain and write policies")
    .description(description)
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", notes);
  for (const define of definitions) define(policy, context, end);
  for (const command of policy.commands) command.helpOption("-h, --help", "print help");
}
