import type { EvidenceBundle } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import { counted } from "../document/words/count.js";
import type { SheetTable, WrittenTable } from "./sheet-table.js";

/** Gives the sheet that is shown first: what the workbook is, and what each sheet holds, was cut from it or left out of it. */
export function aboutTable(bundle: EvidenceBundle, evidenceId: string, written: readonly WrittenTable[]): SheetTable {
  const { period, cluster, tool } = bundle;
  const facts: readonly (readonly [string, string])[] = [
    ["Kubernetes audit evidence", period.label],
    bundle.clusters.length > 1
      ? [`${bundle.clusters.length} clusters`, bundle.clusters.map(({ name }) => visibleString(name)).join(", ")]
      : ["Cluster", cluster.name === "" ? "not named" : visibleString(cluster.name)],
    ["Period, UTC, end excluded", `${period.from} to ${period.to}`],
    ["Evidence id", evidenceId],
    ["Made with", `${tool.name} ${tool.version}`],
    ["Times", "UTC. Beside each exact text stands the same moment as a date, cut to milliseconds."],
    ["Text", "Characters that cannot be seen are written as escapes; a backslash of the log is doubled."],
  ];
  return {
    name: "about",
    columns: [
      { head: "Sheet", kind: "text", width: 30 },
      { head: "Content", kind: "text", width: 100, wraps: true },
      { head: "Rows", kind: "number", width: 12 },
    ],
    rows: [...facts.map(([name, value]) => [name, value, null]), ...written.flatMap(sheetRows)],
    whole: "bundle.json",
  };
}

function sheetRows(table: WrittenTable): (readonly [string, string, number])[] {
  return table.sheets.map(({ name, rows }, index) => [name, contentOf(table, index), rows]);
}

function contentOf({ sheets, cutCells, omittedRows, whole }: WrittenTable, index: number): string {
  const parts: string[] = [];
  if (sheets.length > 1) {
    const total = sheets.reduce((sum, { rows }) => sum + rows, 0);
    parts.push(
      `Sheet ${index + 1} of ${sheets.length}: its ${counted(total, "row")} are more than one sheet holds. Filters and sums see one sheet only.`,
    );
  }
  if (index === sheets.length - 1 && omittedRows > 0) {
    parts.push(`${counted(omittedRows, "row")} more did not fit into this file.`);
  }
  if (index === 0 && cutCells > 0) {
    parts.push(`${counted(cutCells, "cell")} cut at 32,767 characters, each saying so at its end.`);
  }
  return `${parts.length === 0 ? "Whole." : parts.join(" ")} The same in ${whole}.`;
}
