import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { type LoadedConfiguration, loadConfiguration, noConfiguration } from "./load-configuration.js";

/** Options of which one choice excludes the others: what the command line chose is not mixed with the file's. */
const exclusive = [["period", "from", "to"]] as const;

/**
 * Reads the file that `--config` or `KAUDIT_CONFIG` names, and sets the options that neither the command line nor the environment
 * set. `left` names options that the command does not take from a file.
 *
 * Throws what {@link loadConfiguration} throws.
 */
export async function applyConfiguration(
  command: Command,
  context: CommandContext,
  left: readonly string[] = [],
): Promise<LoadedConfiguration> {
  const path = command.getOptionValue("config") as string | undefined;
  if (path === undefined) return noConfiguration;
  const configuration = await loadConfiguration(path, context);
  const isSet = (key: string): boolean => ["cli", "env"].includes(command.getOptionValueSource(key) ?? "");
  const closed = new Set(exclusive.flatMap((group) => (group.some(isSet) ? group : [])) as readonly string[]);
  for (const option of command.options) {
    const key = option.attributeName();
    const value = configuration.option(key);
    if (value === undefined || left.includes(key) || closed.has(key) || isSet(key)) continue;
    command.setOptionValueWithSource(key, value, "config");
  }
  return configuration;
}
