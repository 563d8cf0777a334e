import { lstat } from "node:fs/promises";
import {
  type Disposition,
  decided,
  Dispositions,
  type EvidenceBundle,
  buildEvidence,
  settleExceptions,
} from "@kaudit/evidence";
import type { CommandContext } from "../command-context.js";
import { version } from "../command-line/version.js";
import type { ClusterNamesOption } from "../config/choose-clusters.js";
import { type DataFile, requireDataFile } from "../config/data-file.js";
import { type LoadedConfiguration, noConfiguration } from "../config/load-configuration.js";
import { ReporterError, usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { requireEvents } from "../inputs/no-events.js";
import { requireInputs, withInputs } from "../inputs/open-inputs.js";
import { readPolicies } from "../inputs/policy-file.js";
import { refuseOutput, writeWholeFile } from "../output/whole-file.js";
import { chooseReportPeriod } from "../period/choose-period.js";
import { inertJson } from "../query/inert-json.js";
import { dispositionTemplate, mergedTemplate } from "../review/disposition-template.js";
import { openExceptions } from "../review/review-order.js";
import { packBundle, readPackBundle, type ReviewedBundle, reviewedBundle } from "../review/review-source.js";
import { reviewText } from "../review/review-text.js";
import { formatQuantity } from "../terminal/numbers.js";
import { type DecisionFileOptions, readDecisionInputs } from "./decision-inputs.js";
import { clusterEvidence, namedCluster, policyOfAll, runClusters } from "./run-clusters.js";
import { chooseOne, readGivenFile } from "./policy/policy-source.js";

/** The options of `kaudit review` as they come from the command line, the environment and the configuration. */
export interface ReviewOptions extends DecisionFileOptions {
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly cluster?: ClusterNamesOption;
  readonly policy?: string;
  readonly out?: string;
  readonly output: string;
  readonly instance?: string;
  readonly allowHttp?: boolean;
  readonly tempDir?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/**
 * Runs `kaudit review`: lists the exceptions of a pack, or of logs, that wait for a decision, and with `--out` writes the entries to
 * decide them in, adding to a file that is there.
 *
 * Gives 0. Throws coded errors for everything else.
 */
export async function review(
  given: readonly string[],
  options: ReviewOptions,
  context: CommandContext,
  configuration: LoadedConfiguration = noConfiguration,
): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const existing = options.out === undefined ? null : await existingTemplate(options.out, context);
  const pack = given.length === 1 ? await packBundle(given[0] ?? "") : null;
  const bundle =
    pack === null
      ? await bundleOfInputs(given, options, context, configuration)
      : await bundleOfPack(pack, options, context);
  if (options.out !== undefined) await writeTemplate(options.out, bundle, existing, options, context);
  await context.output.write(
    form === "json" ? `${inertJson(jsonOf(bundle), 2)}\n` : reviewText(bundle, context.style(options.color)),
  );
  return exitCodes.done;
}

function jsonOf({ period, cluster, exceptions, decisions }: ReviewedBundle): object {
  return {
    period,
    cluster: cluster.name,
    exceptions: openExceptions(exceptions),
    total: exceptions.length,
    stale: decisions.stale,
  };
}

/** The exceptions of a pack, with the decisions of `--dispositions` in place of those that the pack was written with. */
async function bundleOfPack(path: string, options: ReviewOptions, context: CommandContext): Promise<ReviewedBundle> {
  if (options.approvals !== undefined)
    throw usageError(
      "--approvals needs the logs: a pack holds no requests to hold them against; name the logs, not the pack",
    );
  const bundle = await readPackBundle(path, context);
  if (options.dispositions === undefined) return bundle;
  const file = await requireDataFile(
    options.dispositions,
    Dispositions,
    context,
    `--dispositions ${options.dispositions}`,
  );
  const decisions: ReadonlyMap<string, Disposition> = decided(file.value);
  const { exceptions, stale } = settleExceptions(bundle.exceptions, decisions);
  return { ...bundle, exceptions, decisions: { ...bundle.decisions, stale: stale.map((one) => ({ ...one })) } };
}

async function bundleOfInputs(
  given: readonly string[],
  named: ReviewOptions,
  context: CommandContext,
  configuration: LoadedConfiguration,
): Promise<ReviewedBundle> {
  const { clusters, inputs, options } = runClusters(given, named, configuration);
  requireInputs(inputs, options, "kaudit review /evidence/2026-10");
  const period = chooseReportPeriod(options, context.now());
  const policies = await readPolicies(options, clusters, context, policyOfAll(configuration));
  const decisions = await readDecisionInputs(options, configuration, context);
  return withInputs(inputs, options, context, async ({ reading, spool, endProgress }) => {
    const { bundle }: { readonly bundle: EvidenceBundle } = await buildEvidence(reading, {
      period,
      toolVersion: version,
      spool,
      ...decisions,
      ...clusterEvidence(clusters, namedCluster(options.cluster)),
      ...policies,
    });
    requireEvents(await reading.account);
    endProgress();
    return reviewedBundle(bundle);
  });
}

interface ExistingTemplate {
  readonly text: string;
  readonly file: DataFile<Dispositions>;
}

/** Reads the file that entries are to be added to, before anything else is done; null where there is none. */
async function existingTemplate(path: string, context: CommandContext): Promise<ExistingTemplate | null> {
  if ((await lstat(path).catch(() => null)) === null) {
    await refuseOutput(path, false);
    return null;
  }
  await refuseOutput(path, true);
  const file = await requireDataFile(path, Dispositions, context, `--out ${path}`);
  const { bytes } = await readGivenFile(path, context);
  return { text: Buffer.from(bytes).toString("utf8"), file };
}

async function writeTemplate(
  path: string,
  { exceptions }: ReviewedBundle,
  existing: ExistingTemplate | null,
  options: ReviewOptions,
  context: CommandContext,
): Promise<void> {
  const note = (text: string): void => {
    if (options.quiet !== true) context.notes.write(`kaudit: ${text}\n`);
  };
  const { signals } = context;
  if (existing === null) {
    await writeWholeFile(path, pieces(dispositionTemplate(exceptions)), { force: false, signals });
    note(`wrote ${path} with ${formatQuantity(openExceptions(exceptions).length, "entry", "entries")} to decide`);
    return;
  }
  const known = new Set(existing.file.value.dispositions.map(({ exception }) => exception));
  const merged = mergedTemplate(existing.text, known, exceptions);
  if (merged === null) {
    throw new ReporterError(
      "KAUDIT_CLI_OUTPUT_EXISTS",
      `${path}: entries can only be added to a YAML file that ends with the list dispositions, a dash an entry; name another file`,
      { details: { path } },
    );
  }
  if (merged.added > 0) await writeWholeFile(path, pieces(merged.text), { force: true, signals });
  note(`${path}: ${formatQuantity(merged.added, "entry", "entries")} added, ${known.size} there before`);
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}
