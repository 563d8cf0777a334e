import type { EvidenceBundle, RegisterEntry, RegisterSummary, SecretsRow } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { rowActor } from "../actors.js";
import { namespaceMatrix } from "../namespace-matrix.js";
import { ownCount, rowsBy, splitBy } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock, TableCell } from "../report-document.js";
import { cell, codeCell, column, logCell, objectText, outcomeCell, wordCell, unbrokenColumn } from "../row-cells.js";
import { agreeing, counted, formatCount, partOf } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on access to Secrets; undefined where the register was not filled. */
export async function secretsSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "secrets");
  if (entry === undefined) return undefined;
  const frame = {
    id: "secrets",
    shortTitle: "Access to Secrets",
    standfirst: "A Secret holds passwords, keys and certificates. Each request is listed; no value is.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No request on a Secret was observed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(await charts(evidence, entry, "Requests", namespaceMatrix(entry, "all namespaces"))),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title(entry: RegisterEntry): string {
  const people = rowsBy(entry.summary, ["human"]);
  const all = `${counted(entry.rows, "request")} on Secrets`;
  if (people === 0) return `${all}, none of them by people`;
  if (people === entry.rows) return `${all}, ${agreeing(people, "made", "all made")} by people`;
  return `People made ${formatCount(people)} of ${all}`;
}

function keyFigures(entry: RegisterEntry): KeyFiguresBlock {
  const { summary } = entry;
  const figures = [
    { value: formatCount(entry.rows), label: `${agreeing(entry.rows, "request", "requests")} on Secrets` },
    {
      value: formatCount(summary.byOutcome.success),
      label: `successful, ${partOf(splitBy(summary, ["human"]).success, summary.byOutcome.success)} by people`,
    },
    { value: formatCount(summary.byOutcome.denied), label: "refused (401, 403)" },
  ];
  const bulk = ownCount(summary, "bulk");
  if (bulk !== undefined) {
    figures.push({
      value: formatCount(bulk),
      label: `lists, watches and the like${succeeded(summary, "bulkSucceeded")}`,
    });
  }
  const wide = ownCount(summary, "clusterWide");
  if (wide !== undefined) {
    figures.push({
      value: formatCount(wide),
      label: `across all namespaces${succeeded(summary, "clusterWideSucceeded")}`,
    });
  }
  return { kind: "key-figures", figures };
}

function succeeded(summary: RegisterSummary, name: string): string {
  const count = ownCount(summary, name);
  return count === undefined ? "" : `, ${formatCount(count)} successful`;
}

function print(bundle: EvidenceBundle): RegisterPrint<"secrets"> {
  const time = timeColumn(bundle.period);
  return {
    name: "secrets",
    weight: 3,
    yields: "sourceIP",
    heading: "The register",
    description: "Requests on Secrets: when, who, what, where, from which address, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.25),
      column("access", "Action", 0.12),
      column("object", "Where, and which Secret", 0.24),
      column("sourceIP", "From", 0.1),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      row.access === "other" ? logCell(row.verb) : wordCell(row.access),
      secretCell(row),
      logCell(row.sourceIP),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => (row.bulk && row.actorKind === "human" ? 0 : 1 + rankByActor(row)),
    order: "lists and watches by people first, then their other requests",
  };
}

function secretCell(row: SecretsRow): TableCell {
  if (row.clusterWide) return cell(objectText("", row.name, "all namespaces"));
  return cell(objectText(row.namespace, row.name, row.bulk ? "all names" : "name not recorded"));
}
