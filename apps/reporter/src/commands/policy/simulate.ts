import {
  type Policy,
  type PolicySimulation,
  type SimulatedOutcome,
  simulatePolicy,
  type SimulatePolicyOptions,
  type TallyResult,
  type Volume,
} from "@kaudit/policy";
import { type AuditEvent, type EventReading, visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { rejectionReasons, requireEvents } from "../../inputs/no-events.js";
import { type InputOptions, requireInputs, withInputs } from "../../inputs/open-inputs.js";
import { inertJson } from "../../query/inert-json.js";
import { formatBytes, formatCount, formatQuantity } from "../../terminal/numbers.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { layOutTable, createTableMeasure, tableHead, tableRow, type TableColumn } from "../../terminal/table.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, readPolicy } from "./policy-source.js";
import { requestLine, ruleName } from "./request-line.js";

/** The options of `kaudit policy simulate`. */
export interface SimulateOptions extends InputOptions {
  readonly policy?: string;
  readonly top: string;
  readonly price?: string;
  readonly output: string;
  readonly color: boolean;
}

const outcomeWords: Readonly<Record<SimulatedOutcome, string>> = {
  dropped: "dropped: level None or no rule",
  stage: "dropped: their stage is omitted",
  lowered: "lowered: kept with less content",
  kept: "kept as they are",
  raised: "kept, at a higher level than recorded",
};

async function* eventsOf(reading: EventReading): AsyncGenerator<AuditEvent, void> {
  for await (const { event } of reading) yield event;
}

function optionsOf({ top, price }: SimulateOptions): SimulatePolicyOptions {
  if (!/^[1-9]\d{0,3}$/.test(top)) throw usageError(`--top ${top}: not a whole number from 1 to 9999`);
  if (price === undefined) return { topKeys: Number(top) };
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(price)) throw usageError(`--price ${price}: not a number such as 0.5`);
  return { topKeys: Number(top), pricePerGigabyte: Number(price) };
}

interface NamedVolume extends Volume {
  readonly name: string;
}

function numberColumn(head: string): TableColumn {
  return { head, align: "right", mayCut: false, spare: 0 };
}

function volumeTable(head: string, volumes: readonly NamedVolume[], style: TerminalStyle): string {
  const columns: readonly TableColumn[] = [
    { head, align: "left", mayCut: true, spare: 0 },
    ...["Lines", "kept", "Bytes", "kept"].map(numberColumn),
  ];
  const rows = volumes.map(({ name, recordedLines, keptLines, recordedBytes, keptBytes }) => [
    visibleString(name),
    formatCount(recordedLines),
    formatCount(keptLines),
    formatBytes(recordedBytes),
    formatBytes(keptBytes),
  ]);
  const measure = createTableMeasure(columns);
  for (const row of rows) measure.add(row);
  const layout = layOutTable(columns, measure.widths, Math.min(style.columns, 100), false);
  return [tableHead(columns, layout, style), ...rows.map((row) => tableRow(columns, layout, row, style)), ""].join(
    "\n",
  );
}

function tallyTable(head: string, { top, others, capped }: TallyResult, style: TerminalStyle): string {
  const named = top.map(({ key, ...volume }) => ({ name: key === "" ? "(none)" : key, ...volume }));
  const rest = others.recordedLines === 0 ? [] : [{ name: "(all others)", ...others }];
  const note = capped ? "More of them than are counted: the figures of each are lower bounds.\n" : "";
  return volumeTable(head, [...named, ...rest], style) + note;
}

function ruleTable({ byRule }: PolicySimulation, policy: Policy, style: TerminalStyle): string {
  const volumes = byRule.map(({ ruleIndex, ...volume }) => {
    const level = ruleIndex === null ? "None" : (policy.rules[ruleIndex]?.level ?? "None");
    return { name: `${ruleName(ruleIndex)}, ${level}`, ...volume };
  });
  return volumeTable("Rule, noisiest first", volumes, style);
}

function lostText({ lostEvidence }: PolicySimulation, style: TerminalStyle): string {
  if (lostEvidence.length === 0) return "No evidence in these events would be lost.\n";
  const width = Math.min(style.columns, 100);
  const items = lostEvidence.map(({ title, evidenceClass, events, example }) => {
    const why = `${requestLine(example.attributes)} (${ruleName(example.decision.ruleIndex)})`;
    return `${evidenceClass}: ${title}, ${formatQuantity(events, "event")}\n${wrapText(why, width, "  ")}\n`;
  });
  return `${style.bold("Evidence that would be lost")}\n${items.join("")}`;
}

function simulationText(simulation: PolicySimulation, policy: Policy, style: TerminalStyle): string {
  const { total, outcomes, period, cost } = simulation;
  const words = Object.entries(outcomeWords) as [SimulatedOutcome, string][];
  const width = formatCount(total.recordedLines).length;
  const lines = [
    ...(period === null ? [] : [`Events received ${visibleString(period.from)} to ${visibleString(period.to)}`]),
    `${formatQuantity(total.recordedLines, "event")}, ${formatBytes(total.recordedBytes)} recorded; ` +
      `${formatCount(total.keptLines)}, ${formatBytes(total.keptBytes)} under this policy`,
    ...words.map(([outcome, word]) => `  ${formatCount(outcomes[outcome]).padStart(width)}  ${word}`),
    ...(cost === null ? [] : [`Cost: ${cost.recorded.toFixed(2)} recorded, ${cost.kept.toFixed(2)} under this policy`]),
  ];
  const raised = "What a higher level adds is not in the log, so the bytes of these are lower bounds.";
  if (outcomes.raised > 0) lines.push(wrapText(raised, Math.min(style.columns, 100)));
  return [
    `${lines.join("\n")}\n`,
    ruleTable(simulation, policy, style),
    tallyTable("Verb", simulation.byVerb, style),
    tallyTable("Resource", simulation.byResource, style),
    tallyTable("User", simulation.byUser, style),
    lostText(simulation, style),
  ].join("\n");
}

/**
 * Runs `kaudit policy simulate`: replays a policy over recorded events and prints what it would drop, lower or keep, and
 * which evidence would be lost. Memory does not grow with the log. Gives 0. Throws coded errors for everything else.
 */
export async function simulate(
  inputs: readonly string[],
  options: SimulateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const settings = optionsOf(options);
  const path = options.policy;
  if (path === undefined) throw usageError("no policy given; add --policy FILE");
  requireInputs(inputs, options, "kaudit policy simulate --policy policy.yaml /var/log/kubernetes/audit");
  if (path === "-" && inputs.includes("-")) {
    throw usageError("--policy and the log cannot both be standard input; name a file for one of them");
  }
  const policy = await readPolicy(path, context, options.quiet);
  return withInputs(inputs, options, context, async ({ reading, endProgress }) => {
    const simulation = await simulatePolicy(eventsOf(reading), policy, settings);
    const account = await reading.account;
    requireEvents(account);
    endProgress();
    const { rejected } = account.totals;
    const text =
      form === "json"
        ? `${inertJson({ ...simulation, rejected }, 2)}\n`
        : simulationText(simulation, policy, context.style(options.color));
    await context.output.write(text);
    await context.output.flush();
    if (rejected > 0 && options.quiet !== true) {
      const note = `${formatQuantity(rejected, "record")} rejected (${rejectionReasons(account)})`;
      context.notes.write(`kaudit: ${note}\n`);
    }
    return exitCodes.done;
  });
}
