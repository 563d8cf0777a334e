import { lstat } from "node:fs/promises";
import { type EvidenceBundle, buildEvidence, maskCommand } from "@kaudit/evidence";
import { packFormats, type RunFacts, writePack } from "@kaudit/report";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { version } from "../command-line/version.js";
import { type LoadedConfiguration, noConfiguration } from "../config/load-configuration.js";
import { readOrganisation } from "../config/organisation.js";
import { ReporterError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { hostFacts } from "../host.js";
import { readFonts } from "../inputs/font-files.js";
import { requireEvents } from "../inputs/no-events.js";
import { withInputs } from "../inputs/open-inputs.js";
import { readPolicies } from "../inputs/policy-file.js";
import { formatCount, formatQuantity } from "../terminal/numbers.js";
import { recordReading } from "../store/record-reading.js";
import { clusterWords } from "../review/review-words.js";
import { reportSummary } from "../terminal/report-summary.js";
import { signerOf } from "../signing/signing-key.js";
import { readDecisionInputs } from "./decision-inputs.js";
import { readFrameworks } from "./chosen-frameworks.js";
import { collectionNotes } from "./collection-notes.js";
import { failOnObjections, failOnOption } from "./fail-on.js";
import { recordedOptions } from "./recorded-options.js";
import { clusterEvidence, policyOfAll, runClusters } from "./run-clusters.js";
import { planReport, type ReportOptions } from "./report-options.js";

/** Refuses an existing pack before hours of reading, not after. */
async function refuseExisting(out: string, force: boolean): Promise<void> {
  if (force) return;
  const there = await lstat(out).catch(() => null);
  if (there === null) return;
  throw new ReporterError(
    "KAUDIT_CLI_OUTPUT_EXISTS",
    `${out}: exists already; name another folder with --out, or replace it with --force`,
    { details: { path: out } },
  );
}

function runFacts(context: CommandContext, options: ReportOptions, startedAt: Date): RunFacts {
  return {
    startedAt: startedAt.toISOString(),
    finishedAt: () => context.now().toISOString(),
    arguments: maskCommand(context.arguments),
    options: recordedOptions(options),
    ...hostFacts(),
  };
}

/** Notes about the evidence itself; they go to standard error, so that the summary stays a result. */
function evidenceNotes(bundle: EvidenceBundle): readonly string[] {
  const { totals, clusters, findings } = bundle;
  const notes: string[] = [...collectionNotes(bundle)];
  if (clusters.some(({ name }) => name === ""))
    notes.push("the cluster has no name in the pack; give it one with --cluster");
  if (totals.rejected > 0) {
    const reasons = Object.entries(totals.rejectedByReason).map(([reason, count]) => `${formatCount(count)} ${reason}`);
    notes.push(`${formatQuantity(totals.rejected, "record")} rejected (${reasons.join(", ")}); see rejected.csv`);
  }
  if (totals.insidePeriod === 0) notes.push(`no event lies inside the period (${bundle.period.label})`);
  else for (const { name, events } of clusters) if (events === 0) notes.push(`${name}: no event inside the period`);
  for (const { cluster, message } of findings) notes.push(cluster === undefined ? message : `${cluster}: ${message}`);
  return notes;
}

/** How many rows each register has. */
function rowsOf({ registers }: EvidenceBundle): Readonly<Record<string, number>> {
  return Object.fromEntries(registers.map(({ name, rows }) => [name, rows]));
}

/** What `--strict` objects to, in words; empty when nothing. */
function strictObjections({ totals, frameworks: reported }: EvidenceBundle): readonly string[] {
  const insufficient = reported
    .flatMap((framework) => framework.controls)
    .filter((control) => control.status === "insufficient-evidence").length;
  return [
    ...(totals.rejected > 0 ? [formatQuantity(totals.rejected, "record") + " rejected"] : []),
    ...(insufficient > 0 ? [formatQuantity(insufficient, "control") + " with insufficient evidence"] : []),
  ];
}

/**
 * Runs `kaudit report`: reads the inputs, gathers the evidence of the period, writes the pack and prints the summary.
 *
 * Gives 0, 1 under `--fail-on` when open exceptions are that severe, or 3 under `--strict` when anything was rejected or is
 * insufficient; the pack is written all the same.
 * Throws coded errors for everything else.
 */
export async function report(
  given: readonly string[],
  named: ReportOptions,
  context: CommandContext,
  configuration: LoadedConfiguration = noConfiguration,
): Promise<ExitCode> {
  const startedAt = context.now();
  const { clusters, inputs, options } = runClusters(given, named, configuration);
  const plan = planReport(inputs, options, { formats: packFormats }, startedAt);
  const chosen = await readFrameworks(plan.frameworks, plan.categories, context);
  const failOn = failOnOption(options.failOn);
  await refuseExisting(plan.out, options.force === true);
  const signer = await signerOf(options, context);
  const fonts = await readFonts(options.font);
  const policies = await readPolicies(options, clusters, context, policyOfAll(configuration));
  const decisions = await readDecisionInputs(options, configuration, context);
  const organisation = await readOrganisation(configuration, context);

  return withInputs(inputs, options, context, async ({ reading, spool, rejected, endProgress }) => {
    const evidence = await buildEvidence(reading, {
      period: plan.period,
      toolVersion: version,
      spool,
      frameworks: chosen.frameworks,
      categories: plan.categories,
      ...decisions,
      ...clusterEvidence(clusters, plan.cluster),
      ...policies,
    });
    requireEvents(await reading.account);
    endProgress();
    const pack = await writePack(
      { evidence, rejected: rejected.records(), run: runFacts(context, options, startedAt), out: plan.out },
      {
        formats: plan.formats,
        frameworks: chosen.ids,
        force: options.force === true,
        ...organisation,
        ...(options.previous === undefined ? {} : { previous: options.previous }),
        ...(signer === undefined ? {} : { signer }),
        fonts,
        timestampRequest: options.timestampRequest === true,
        signal: context.signals.aborted,
      },
    );
    const { bundle } = evidence;
    await recordReading("report", inputs, options, { evidenceId: pack.evidenceId, rows: rowsOf(bundle) }, context);
    const note = (text: string): void => {
      if (options.quiet !== true) context.notes.write(`kaudit: ${visibleString(text)}\n`);
    };
    for (const text of evidenceNotes(bundle)) note(text);
    if (options.quiet !== true) {
      const written = {
        out: visibleString(plan.out),
        files: pack.files.length,
        bytes: pack.bytes,
        evidenceId: pack.evidenceId,
      };
      await context.output.write(reportSummary(bundle, clusterWords(bundle), written, context.style(options.color)));
    }
    const objections = options.strict === true ? strictObjections(bundle) : [];
    const tooMany = failOnObjections(bundle, failOn);
    if (tooMany.length > 0) context.notes.write(`kaudit: --fail-on ${failOn}: ${tooMany.join(", ")}\n`);
    if (objections.length > 0) context.notes.write(`kaudit: --strict: ${objections.join(", ")}\n`);
    if (objections.length > 0) return exitCodes.input;
    return tooMany.length > 0 ? exitCodes.gateFailed : exitCodes.done;
  });
}
