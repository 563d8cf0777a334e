import { decidingGates } from "@kaudit/evidence";
import type { EvidenceBundle } from "@kaudit/evidence";
import { inOneLine } from "../review/review-words.js";
import { formatCount } from "./numbers.js";
import type { TerminalStyle } from "./style.js";
import { cutColumn, figureColumn, textTable, wholeTextColumn } from "./text-table.js";

type Servers = EvidenceBundle["coverage"];

/** Gives "log complete for 99.7% of the time": of the period, on all API servers. */
export function logComplete(coverage: Servers): string {
  const sum = (field: "coveredSeconds" | "periodSeconds"): number =>
    coverage.reduce((total, server) => total + server[field], 0);
  const period = sum("periodSeconds");
  if (period === 0) return "no event in the period";
  if (coverage.some(({ complete }) => !complete)) return "how much of the time the log covers is not known";
  return `log complete for ${formatShare(sum("coveredSeconds") / period)} of the time`;
}

/** Rounds to a tenth, but never says all of less, nor none of more: as the report does. */
function formatShare(share: number): string {
  if (share >= 1) return "100%";
  const tenths = Math.min(999, Math.max(share > 0 ? 1 : 0, Math.round(share * 1000)));
  return `${tenths / 10}%`;
}

/**
 * Writes a line for each of several clusters: events of the period, how much of it the log covers, the deciding gates, rows and open
 * exceptions. Empty where one was read.
 */
export function clusterTable(
  { clusters = [], coverage, gates, exceptions }: EvidenceBundle,
  style: TerminalStyle,
): string {
  if (clusters.length < 2) return "";
  const rows = clusters.map(({ name, events, rows: own }) => {
    const failing = gates.filter(
      ({ id, registers }) =>
        decidingGates.includes(id) && registers.some(({ cluster, result }) => cluster === name && result !== "holds"),
    );
    return [
      inOneLine(name),
      formatCount(events),
      completeShare(coverage.filter(({ cluster }) => cluster === name)),
      failing.length === 0 ? "all hold" : `not ${failing.map(({ id }) => id).join(", ")}`,
      formatCount(Object.values(own).reduce((total, count) => total + count, 0)),
      formatCount(exceptions.filter((one) => one.state === "open" && one.cluster === name).length),
    ];
  });
  const columns = [
    cutColumn("Cluster"),
    figureColumn("Events"),
    figureColumn("Complete"),
    wholeTextColumn("Gates"),
    figureColumn("Rows"),
    figureColumn("Open"),
  ];
  return textTable(columns, rows, style).trimEnd();
}

function completeShare(coverage: Servers): string {
  const period = coverage.reduce((total, { periodSeconds }) => total + periodSeconds, 0);
  if (period === 0 || coverage.some(({ complete }) => !complete)) return "not known";
  return formatShare(coverage.reduce((total, { coveredSeconds }) => total + coveredSeconds, 0) / period);
}
