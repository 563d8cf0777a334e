import { existsSync } from "node:fs";
import { visibleString } from "@kaudit/schema";
import { usageError } from "../errors.js";
import { didYouMean } from "./did-you-mean.js";
import type { LoadedConfiguration } from "./load-configuration.js";

type ClusterEntry = NonNullable<LoadedConfiguration["values"]["clusters"]>[number];

/** A cluster that a run is about, what to read of it, and what the configuration says of it. */
export interface ChosenCluster {
  /** Undefined: nothing names it. */
  readonly name: string | undefined;
  readonly inputs: readonly string[];
  readonly entry: ClusterEntry | undefined;
}

/** `--cluster` as it comes from the command line, the environment or the configuration. */
export type ClusterNamesOption = string | readonly string[] | undefined;

/** Gives the names in an option, each once, in the order given. */
export function clusterNamesOf(named: ClusterNamesOption): readonly string[] {
  const names = (typeof named === "string" ? [named] : (named ?? [])).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

/**
 * Chooses the clusters, at least one, and what to read of each. All clusters of the configuration are chosen, or those that are
 * named. Inputs of the command line come before those of a cluster's entry, and these before the file's own.
 *
 * Of several clusters each input of the command line says its own: `NAME=PATH`. Only a chosen cluster's name counts as one, and not
 * where there is a file of the whole name. Throws `KAUDIT_CLI_USAGE` for a name that the configuration does not have, an input that
 * may be any cluster's, a cluster without an input, and standard input for two of them.
 */
export function chooseClusters(
  inputs: readonly string[],
  named: ClusterNamesOption,
  configuration: LoadedConfiguration,
  exists: (path: string) => boolean = existsSync,
): readonly [ChosenCluster, ...ChosenCluster[]] {
  const { clusters: entries = [] } = configuration.values;
  const names = clusterNamesOf(named);
  requireKnown(names, entries, configuration);
  const chosen = names.length > 0 ? names : entries.map(({ name }) => name);
  const [first = undefined, ...others] = chosen;
  const own = inputsByCluster(inputs, chosen, exists);
  const clusterOf = (name: string | undefined): ChosenCluster => {
    const entry = entries.find((one) => one.name === name);
    const given = own.get(name) ?? [];
    const ofFile = entry?.inputs ?? (others.length === 0 ? configuration.values.inputs : undefined) ?? [];
    return { name, inputs: given.length > 0 ? given : ofFile, entry };
  };
  if (others.length === 0) return [clusterOf(first)];
  const clusters = [clusterOf(first), ...others.map(clusterOf)] as const;
  requireOwnInputs(clusters, configuration);
  return [clusters[0], ...clusters.slice(1)];
}

function requireKnown(names: readonly string[], entries: readonly ClusterEntry[], { path }: LoadedConfiguration): void {
  if (entries.length === 0) return;
  const known = entries.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw usageError(
    `--cluster ${visibleString(unknown)}: not among the clusters of ${visibleString(path ?? "the configuration")}` +
      `${didYouMean(unknown, known)} (known: ${listed(known)})`,
  );
}

/** Gives the inputs of the command line by cluster; all are the only one's where one is chosen. */
function inputsByCluster(
  inputs: readonly string[],
  chosen: readonly string[],
  exists: (path: string) => boolean,
): ReadonlyMap<string | undefined, readonly string[]> {
  const own = new Map<string | undefined, string[]>();
  for (const input of inputs) {
    const name = chosen.find((one) => input.startsWith(`${one}=`) && input.length > one.length + 1);
    const isTagged = name !== undefined && !exists(input);
    const cluster = isTagged ? name : chosen[0];
    if (!isTagged && chosen.length > 1)
      throw usageError(
        `${visibleString(input)}: may be of any of ${chosen.length} clusters; write NAME=PATH, with NAME one of ` +
          `${listed(chosen)}, or name one cluster with --cluster`,
      );
    own.set(cluster, [...(own.get(cluster) ?? []), isTagged ? input.slice(name.length + 1) : input]);
  }
  return own;
}

function requireOwnInputs(clusters: readonly ChosenCluster[], configuration: LoadedConfiguration): void {
  const empty = clusters.find(({ inputs }) => inputs.length === 0);
  if (empty !== undefined) {
    const { name = "", entry } = empty;
    const at = configuration.values.clusters?.findIndex((one) => one === entry) ?? -1;
    const place = entry === undefined ? null : configuration.placeOf(["clusters", at]);
    const where =
      place === null ? `--cluster ${visibleString(name)}` : `${visibleString(configuration.path ?? "")}:${place.line}`;
    throw usageError(
      `${where}: the cluster ${visibleString(name)} has no inputs; ` +
        `${place === null ? "" : "give it inputs there, or "}write ${visibleString(name)}=PATH`,
    );
  }
  const reading = clusters.filter(({ inputs }) => inputs.includes("-")).map(({ name = "" }) => name);
  if (reading.length > 1)
    throw usageError(`standard input is given for several clusters, ${listed(reading)}; it can be read for one`);
}

const mostNames = 12;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => visibleString(name));
  return names.length > mostNames ? `${shown.join(", ")} and ${names.length - mostNames} more` : shown.join(", ");
}
