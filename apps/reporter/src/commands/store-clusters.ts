import { type ChosenCluster, type ClusterNamesOption, clusterNamesOf } from "../config/choose-clusters.js";
import type { LoadedConfiguration } from "../config/load-configuration.js";
import { usageError } from "../errors.js";

/**
 * Gives the store that is read in place of inputs; undefined for none. Inputs of the command line come before the
 * configuration's store. Throws `KAUDIT_CLI_USAGE` where both are named.
 */
export function storeOf(
  given: readonly string[],
  { store }: { readonly store?: string | undefined },
  configuration: LoadedConfiguration,
): string | undefined {
  if (store === undefined || given.length === 0) return store;
  if (store === configuration.option("store")) return undefined;
  throw usageError("--store and inputs are both given; a store is read in place of files, so leave one of them out");
}

/** Chooses the clusters of a store: those that are named, else those of the configuration, else whatever it holds. */
export function storeClusters(
  named: ClusterNamesOption,
  { values }: LoadedConfiguration,
): readonly [ChosenCluster, ...ChosenCluster[]] {
  const { clusters: entries = [] } = values;
  const names = clusterNamesOf(named);
  const chosen = names.length > 0 ? names : entries.map(({ name }) => name);
  const clusterOf = (name: string | undefined): ChosenCluster => ({
    name,
    inputs: [],
    entry: entries.find((one) => one.name === name),
  });
  const [first, ...others] = chosen;
  return [clusterOf(first), ...others.map(clusterOf)];
}
