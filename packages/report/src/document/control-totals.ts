import type { EvidenceBundle } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import type { TotalsBlock } from "./report-document.js";

const stageOrder = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];

type Line = TotalsBlock["lines"][number];

/** Gives the control totals as lines that tie, each one added up again here. */
export function controlTotals(bundle: EvidenceBundle): TotalsBlock {
  const { totals, inputs, registers } = bundle;
  const lines = [
    line("Records read", totals.records, [
      ["events", totals.events],
      ["rejected", totals.rejected],
      ["foreign", totals.foreign],
    ]),
    line("Events", totals.events, [
      ["unique", totals.unique],
      ["duplicates", totals.duplicates],
    ]),
    line("Unique", totals.unique, [
      ["inside", totals.insidePeriod],
      ["outside the period", totals.outsidePeriod],
    ]),
    line("Events by stage", totals.events, stages(totals.eventsByStage)),
    line("Records by file", totals.records, [
      ["in the files listed as inputs", sum(inputs.map((input) => input.records))],
    ]),
    ...byCluster(bundle),
    line("Register rows", sum(registers.map((register) => register.rows)), outcomes(bundle)),
  ];
  return { kind: "totals", lines };
}

/** More clusters than this are added up in one part. */
const mostParts = 6;

/** Records and events of the period by cluster, where several were read and the inputs tell them apart. */
function byCluster({ totals, clusters }: EvidenceBundle): readonly Line[] {
  const told = clusters.flatMap(({ name, totals: own }) => (own === undefined ? [] : [{ name, own }]));
  if (clusters.length < 2 || told.length < clusters.length) return [];
  const parts = (count: (own: (typeof told)[number]["own"]) => number): (readonly [string, number])[] =>
    told.length > mostParts
      ? [[`in the ${told.length} clusters`, sum(told.map(({ own }) => count(own)))]]
      : told.map(({ name, own }) => [`in ${visibleString(name)}`, count(own)]);
  return [
    line(
      "Records by cluster",
      totals.records,
      parts(({ records }) => records),
    ),
    line(
      "Inside by cluster",
      totals.insidePeriod,
      parts(({ insidePeriod }) => insidePeriod),
    ),
  ];
}

/** Tells how many lines do not tie. */
export function linesThatDoNotTie(block: TotalsBlock): number {
  return block.lines.filter((item) => !item.ties).length;
}

/** Stages in the order in which a request passes them; none that no event has. */
function stages(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([one], [other]) => stagePlace(one) - stagePlace(other));
}

function stagePlace(stage: string): number {
  const place = stageOrder.indexOf(stage);
  return place < 0 ? stageOrder.length : place;
}

function outcomes(bundle: EvidenceBundle): readonly (readonly [string, number])[] {
  const count = (outcome: "success" | "denied" | "failed" | "unknown") =>
    sum(bundle.registers.map((register) => register.summary.byOutcome[outcome]));
  return [
    ["successful", count("success")],
    ["refused", count("denied")],
    ["failed", count("failed")],
    ["not known", count("unknown")],
  ];
}

function line(label: string, total: number, parts: readonly (readonly [string, number])[]): Line {
  return {
    label,
    total,
    parts: parts.map(([name, value]) => ({ label: name, value })),
    ties: sum(parts.map(([, value]) => value)) === total,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
