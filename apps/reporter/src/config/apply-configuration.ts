import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
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

/** The cluster that a run is about, and what the configuration says of it. */
export interface ChosenCluster {
  readonly name: string | undefined;
  readonly inputs: readonly string[];
  readonly entry: NonNullable<LoadedConfiguration["values"]["clusters"]>[number] | undefined;
}

/**
 * Chooses the cluster and what to read: inputs of the command line come before those of the cluster's entry, and these before the
 * file's own. Throws `KAUDIT_CLI_USAGE` where the file has several clusters and none of them is named.
 */
export function chooseCluster(
  inputs: readonly string[],
  named: string | undefined,
  { values, path }: LoadedConfiguration,
): ChosenCluster {
  const { clusters = [] } = values;
  const only = clusters.length === 1 ? clusters[0] : undefined;
  if (named === undefined && clusters.length > 1) {
    const names = clusters.map(({ name }) => name).join(", ");
    throw usageError(`${path ?? "the configuration"} has several clusters; name one with --cluster: ${names}`);
  }
  const entry = named === undefined ? only : clusters.find(({ name }) => name === named);
  const chosen = inputs.length > 0 ? inputs : (entry?.inputs ?? values.inputs ?? []);
  return { name: named ?? only?.name, inputs: chosen, entry };
}
