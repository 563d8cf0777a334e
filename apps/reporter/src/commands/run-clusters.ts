import type { EvidenceOptions } from "@kaudit/evidence";
import {
  type ChosenCluster,
  chooseClusters,
  type ClusterNamesOption,
  clusterNamesOf,
} from "../config/choose-clusters.js";
import type { LoadedConfiguration } from "../config/load-configuration.js";
import { storeClusters, storeOf } from "./store-clusters.js";
import type { LogInputs } from "../inputs/start-reading.js";

/** The options that the choice of clusters bears on. */
export interface ClusterOptions {
  readonly cluster?: ClusterNamesOption;
  readonly instance?: string | undefined;
  readonly policy?: string | undefined;
  readonly store?: string | undefined;
}

/** The clusters of a run, and what follows from them. */
export interface RunClusters<Options> {
  readonly clusters: readonly [ChosenCluster, ...ChosenCluster[]];
  /** What is read: of several clusters each with its own inputs. */
  readonly inputs: LogInputs;
  /** The options with what the configuration says of the only cluster, where they do not say it. */
  readonly options: Options;
}

/**
 * Chooses the clusters of a run as {@link chooseClusters} does, and throws what it throws. Policies of the only cluster's own stand in
 * place of the file's `policy`, not of one that the command line or the environment names.
 */
export function runClusters<Options extends ClusterOptions>(
  given: readonly string[],
  named: Options,
  configuration: LoadedConfiguration,
): RunClusters<Options> {
  const store = storeOf(given, named, configuration);
  const clusters =
    store === undefined
      ? chooseClusters(given, named.cluster, configuration)
      : storeClusters(named.cluster, configuration);
  const [first, ...others] = clusters;
  if (others.length > 0) {
    const ofFiles = clusters.map(({ name = "", inputs: own, entry }) => ({
      cluster: name,
      inputs: own,
      instance: named.instance ?? entry?.instance,
    }));
    const inputs = store === undefined ? ofFiles : clusters.map(({ name }) => ({ store, cluster: name }));
    return { clusters, inputs, options: { ...named, cluster: clusters.map(({ name = "" }) => name) } };
  }
  const { name, inputs, entry } = first;
  const isOfFile = named.policy !== undefined && named.policy === configuration.option("policy");
  const { policy: _policy, ...rest } = named;
  const options = (entry?.policies !== undefined && isOfFile ? rest : named) as Options;
  const instance = options.instance ?? entry?.instance;
  const only = {
    ...options,
    ...(name === undefined ? {} : { cluster: name }),
    ...(instance === undefined ? {} : { instance }),
  };
  return { clusters, inputs: store === undefined ? inputs : [{ store, cluster: name }], options: only };
}

/** Gives the cluster that is named, by its name and what the name rests on; several have no name in common. */
export function namedCluster(named: ClusterNamesOption): { readonly name: string; readonly basis: string } {
  const [name = "", ...others] = clusterNamesOf(named);
  if (others.length > 0) return { name: "", basis: "several" };
  return { name, basis: name === "" ? "not given" : "option" };
}

function scopeOf(one: ChosenCluster | undefined): Pick<EvidenceOptions["cluster"], "scope"> {
  return one?.entry?.scope === undefined ? {} : { scope: one.entry.scope };
}

function toldOf({ entry }: ChosenCluster): Pick<EvidenceOptions, "coverage" | "canaries"> {
  return {
    ...(entry?.coverage === undefined ? {} : { coverage: entry.coverage }),
    ...(entry?.canaries === undefined ? {} : { canaries: entry.canaries }),
  };
}

/** Gives the clusters as evidence takes them, each with its scope, coverage and planted actions. */
export function clusterEvidence(
  clusters: readonly ChosenCluster[],
  cluster: { readonly name: string; readonly basis: string },
): Pick<EvidenceOptions, "cluster" | "clusters" | "coverage" | "canaries"> {
  const [first] = clusters;
  if (clusters.length > 1)
    return { cluster, clusters: clusters.map((one) => ({ name: one.name ?? "", ...scopeOf(one), ...toldOf(one) })) };
  return { cluster: { ...cluster, ...scopeOf(first) }, ...(first === undefined ? {} : toldOf(first)) };
}

/** Gives the configuration's own policy: of all clusters that have none. */
export function policyOfAll(configuration: LoadedConfiguration): string | undefined {
  const policy = configuration.option("policy");
  return typeof policy === "string" ? policy : undefined;
}
