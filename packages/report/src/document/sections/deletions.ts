import type { DeletionsRow, EvidenceBundle, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { rowActor } from "../actors.js";
import { namespaceMatrix } from "../namespace-matrix.js";
import { ownCount, rowsBy, splitBy, unsuccessful } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock, Text } from "../report-document.js";
import { cell, codeCell, column, logCell, outcomeCell, targetText, unbrokenColumn } from "../row-cells.js";
import { plain } from "../text.js";
import { agreeing, counted, formatCount, partOf } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on deletions; undefined where the register was not filled. */
export async function deletionsSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "deletions");
  if (entry === undefined) return undefined;
  const frame = {
    id: "deletions",
    shortTitle: "Deletions",
    standfirst:
      "Each request to delete one object or all of a kind. A dry run deletes nothing; where the log cannot tell, that " +
      "is not known.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No deletion was observed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(await charts(evidence, entry, "Deletions", namespaceMatrix(entry, "no namespace"))),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title(entry: RegisterEntry): string {
  const people = rowsBy(entry.summary, ["human"]);
  if (people === 0) return `${counted(entry.rows, "deletion was", "deletions were")} requested, none of them by people`;
  return `People requested ${formatCount(people)} of ${counted(entry.rows, "deletion")}`;
}

function keyFigures(entry: RegisterEntry): KeyFiguresBlock {
  const { summary } = entry;
  return {
    kind: "key-figures",
    figures: [
      { value: formatCount(entry.rows), label: `${agreeing(entry.rows, "deletion", "deletions")} requested` },
      {
        value: formatCount(summary.byOutcome.success),
        label: `successful, ${partOf(splitBy(summary, ["human"]).success, summary.byOutcome.success)} by people`,
      },
      { value: formatCount(unsuccessful(entry)), label: "refused, failed or not known" },
      ...own(entry),
    ],
  };
}

function own({ summary }: RegisterEntry): KeyFiguresBlock["figures"] {
  const collections = ownCount(summary, "collections");
  const byPeople = ownCount(summary, "collectionsByPeople");
  const collector = ownCount(summary, "byCollector");
  return [
    ...(collections === undefined || byPeople === undefined
      ? []
      : [
          {
            value: formatCount(collections),
            label: `of whole collections, ${partOf(byPeople, collections)} by people`,
          },
        ]),
    ...(collector === undefined ? [] : [{ value: formatCount(collector), label: "by the garbage collector" }]),
  ];
}

function print(bundle: EvidenceBundle): RegisterPrint<"deletions"> {
  const time = timeColumn(bundle.period);
  return {
    name: "deletions",
    heading: "The register",
    description: "Deletions: when, who, what, on what, how dependent objects were treated, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.26),
      column("verb", "Action", 0.14),
      column("object", "On what", 0.2),
      column("cascade", "Dependents", 0.11),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      logCell(row.verb),
      cell(deletedText(row)),
      logCell(row.cascade),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => (row.actorKind === "human" && row.verb === "deletecollection" ? 0 : 1 + rankByActor(row)),
    order: "those by people first, whole collections before single objects",
  };
}

function deletedText(row: DeletionsRow): Text {
  const target = targetText(row);
  return row.verb === "deletecollection" ? [...target, plain(", all names")] : target;
}
