import type { Command, Option } from "commander";
import { usageError } from "../errors.js";

/** Options that only the command line may set: a filter or a limit in the environment would hide rows unseen. */
const onlyOnCommandLine = new Set([
  "version",
  "help",
  "user",
  "namespace",
  "resource",
  "verb",
  "code",
  "outcome",
  "name",
  "limit",
  "force",
]);

/** Gives the environment variable of an option: `--temp-dir` is KAUDIT_TEMP_DIR, `--no-color` KAUDIT_NO_COLOR. */
function environmentName(option: Option): string | null {
  const name = option.name();
  if (onlyOnCommandLine.has(name)) return null;
  return `KAUDIT_${(option.negate ? `no-${name.replace(/^no-/, "")}` : name).replaceAll("-", "_").toUpperCase()}`;
}

/** Filters that an empty value makes sense for: cluster-scoped objects, requests without a user or a name. */
const mayBeEmpty = new Set(["namespace", "user", "name"]);

/** Throws `KAUDIT_CLI_USAGE` for an option with an empty value, as an unset variable of a script leaves it. */
export function refuseEmptyValues(command: Command): void {
  for (const option of command.options) {
    if (mayBeEmpty.has(option.name()) || command.getOptionValue(option.attributeName()) !== "") continue;
    throw usageError(`--${option.name()} has an empty value; give one, or leave the option out`);
  }
}

function readSwitch(variable: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw usageError(`${variable} in the environment is neither true nor false; use 1 or 0`);
}

/** The options that mean the same in every command. */
const sharedVariables = [
  "KAUDIT_CONFIG",
  "KAUDIT_STORE",
  "KAUDIT_POLICY",
  "KAUDIT_TARGET_VERSION",
  "KAUDIT_FRAMEWORK",
  "KAUDIT_INSTANCE",
  "KAUDIT_TEMP_DIR",
  "KAUDIT_QUIET",
  "KAUDIT_MAX_RECORD_BYTES",
  "KAUDIT_MAX_DECOMPRESSED_BYTES",
  "KAUDIT_MAX_COMPRESSION_RATIO",
  "KAUDIT_NO_COLOR",
];

/**
 * Leaves of an environment what every command may take from it: `KAUDIT_OUT` names a pack, not a policy file or a log, and
 * `KAUDIT_OUTPUT` a form of rows.
 */
export function sharedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(sharedVariables.map((variable) => [variable, environment[variable]]));
}

/**
 * Sets the options that the command line left out from `KAUDIT_*` environment variables; an empty variable counts as
 * not set. Throws `KAUDIT_CLI_USAGE` for a switch that is neither on nor off.
 */
export function applyEnvironment(command: Command, environment: Readonly<Record<string, string | undefined>>): void {
  for (const option of command.options) {
    const variable = environmentName(option);
    const text = variable === null ? undefined : environment[variable];
    if (variable === null || text === undefined || text === "") continue;
    const key = option.attributeName();
    if (command.getOptionValueSource(key) === "cli") continue;
    const isSwitch = option.isBoolean() || option.negate;
    const value = isSwitch ? readSwitch(variable, text) !== option.negate : text;
    command.setOptionValueWithSource(key, value, "env");
  }
}
