import { isKauditError, visibleString } from "@kaudit/schema";
import { collect as collectInto, type CollectResult, type CollectSource, replaceFile, storePlace } from "@kaudit/store";
import type { CommandContext } from "../command-context.js";
import { chooseClusters, type ClusterNamesOption } from "../config/choose-clusters.js";
import { type LoadedConfiguration, noConfiguration } from "../config/load-configuration.js";
import { ReporterError, usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { chooseLimits, type LimitOptions } from "../inputs/reading-limits.js";
import { millisecondsOf } from "../inputs/seconds.js";
import { requireInputs } from "../inputs/open-inputs.js";
import { collectNotes } from "../store/collect-notes.js";
import { collectSummary } from "../store/collect-summary.js";
import { metricsText } from "../store/metrics-text.js";
import { createCollectProgress } from "../store/collect-progress.js";
import { type StoreWritingOptions, writerOptions } from "../store/writer-options.js";
import { chooseOne } from "./policy/policy-source.js";

/** The options of `kaudit collect` as they come from the command line, the environment and the configuration. */
export interface CollectCommandOptions extends LimitOptions, StoreWritingOptions {
  readonly store?: string;
  readonly cluster?: ClusterNamesOption;
  readonly follow?: boolean;
  readonly commitSeconds: string;
  readonly settleSeconds: string;
  readonly metricsFile?: string;
  readonly instance?: string;
  readonly strict?: boolean;
  readonly output: string;
  readonly quiet?: boolean;
}

/** The clusters and what to read of each. */
function sourcesOf(
  given: readonly string[],
  options: CollectCommandOptions,
  configuration: LoadedConfiguration,
): CollectSource[] {
  const clusters = chooseClusters(given, options.cluster, configuration);
  for (const { inputs } of clusters)
    requireInputs(inputs, options, "kaudit collect /var/log/kubernetes/audit --store DIR");
  return clusters.map(({ name = "", inputs, entry }) => ({
    cluster: name,
    inputs,
    instance: options.instance ?? entry?.instance,
  }));
}

/** An empty result must never look like a quiet cluster. */
function requireAnyEvent({ totals }: CollectResult): void {
  if (totals.events + totals.counted + totals.duplicates + totals.expired > 0) return;
  const found = totals.rejected + totals.foreign > 0 ? ", only records that are none" : "";
  throw new ReporterError(
    "KAUDIT_CLI_NO_EVENTS",
    `no audit event was found in the inputs${found}; check that they are Kubernetes audit logs in JSON format`,
  );
}

/**
 * Runs `kaudit collect`: stores what is new in the inputs since the last run.
 *
 * Gives 0, also when nothing is new, and 3 under `--strict` when records were rejected or lost. Throws `KAUDIT_CLI_NO_EVENTS` where no
 * event was ever found, `KAUDIT_STORE_BUSY` when another run writes, and coded errors for everything else.
 */
export async function collect(
  given: readonly string[],
  options: CollectCommandOptions,
  context: CommandContext,
  configuration: LoadedConfiguration = noConfiguration,
): Promise<ExitCode> {
  const { store, metricsFile } = options;
  if (store === undefined)
    throw usageError("no store given; name a folder with --store, as in --store /var/lib/kaudit");
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const sources = sourcesOf(given, options, configuration);
  const { maxRecordBytes } = chooseLimits(options);
  const commitMilliseconds = millisecondsOf("--commit-seconds", options.commitSeconds, 3600);
  const settleMilliseconds = millisecondsOf("--settle-seconds", options.settleSeconds, 86_400);
  const writer = await writerOptions(options, context);
  let newest = "";
  const progress = createCollectProgress(options.quiet === true, context);
  const write = async (result: Metrics, succeeded: boolean): Promise<void> => {
    if (metricsFile === undefined) return;
    await replaceFile(metricsFile, metricsText({ ...result, now: context.now(), newest, succeeded }), 0o644);
  };
  let last: Metrics | undefined;
  try {
    const result = await collectInto(storePlace(store), sources, {
      ...writer,
      follow: options.follow === true,
      commitMilliseconds,
      settleMilliseconds,
      signal: context.signals.aborted,
      ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
      ...(sources.some(({ inputs }) => inputs.includes("-")) ? { stdin: context.standardInput() } : {}),
      onProgress: (state) => {
        ({ newest } = state);
        progress.update(state);
      },
      onCommit: async (state) => {
        last = state;
        if (options.follow === true) await write(last, true);
      },
    });
    progress.end();
    const losses = result.notices.filter(({ kind }) => kind === "loss").length;
    last = { ...result, losses };
    requireAnyEvent(result);
    if (options.quiet !== true)
      for (const note of collectNotes(result.notices)) context.notes.write(`kaudit: ${note}\n`);
    await write(last, true);
    await context.output.write(form === "json" ? jsonOf(result, losses) : collectSummary(result, losses));
    await context.output.flush();
    const isStrict = options.strict === true && result.counts.rejected + losses > 0;
    return isStrict ? exitCodes.input : exitCodes.done;
  } catch (error) {
    progress.end();
    // Another run is at work: its metrics are not to be replaced.
    if (last !== undefined && !isKauditError(error, "KAUDIT_STORE_BUSY"))
      await write(last, false).catch(() => undefined);
    throw error;
  }
}

type Metrics = Pick<CollectResult, "commits" | "counts" | "seq" | "totals"> & { readonly losses: number };

function jsonOf({ seq, commits, counts, totals, notices }: CollectResult, losses: number): string {
  const shown = { seq, commits, counts, totals, losses, notices };
  return `${visibleJson(shown)}\n`;
}

/** File names come from a folder that others write to. */
function visibleJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => (typeof entry === "string" ? visibleString(entry) : entry), 2);
}
