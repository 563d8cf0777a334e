import type { EvidenceBundle, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { actorText } from "../actors.js";
import { findRegister } from "../register-names.js";
import { actorsOf } from "../register-counts.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock } from "../report-document.js";
import { cell, codeCell, column, logCell, outcomeCell, targetText, verbCell, unbrokenColumn } from "../row-cells.js";
import { logText } from "../text.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on requests made as another user; undefined where the register was not filled. */
export async function impersonationSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "impersonation");
  if (entry === undefined) return undefined;
  const frame = {
    id: "impersonation",
    shortTitle: "Acting as another user",
    standfirst: "Impersonation lets one user send requests under another's name. Both names are shown.",
  };
  if (entry.rows === 0) {
    return {
      ...frame,
      title: "No request made as another user was observed",
      blocks: emptyRegister(bundle, entry),
    };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(await charts(evidence, entry, "Requests")),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title(entry: RegisterEntry): string {
  const made = `${counted(entry.rows, "request was", "requests were")} made as another user`;
  return `${made}; ${formatCount(entry.summary.byOutcome.success)} succeeded`;
}

function keyFigures(entry: RegisterEntry): KeyFiguresBlock {
  const { summary } = entry;
  const actors = actorsOf(summary, ["human", "serviceaccount", "node", "system", "anonymous", "unauthenticated"]);
  const figures = [
    { value: formatCount(entry.rows), label: `${agreeing(entry.rows, "request", "requests")} as another user` },
    { value: formatCount(summary.byOutcome.success), label: "successful" },
    { value: formatCount(summary.byOutcome.denied), label: "refused (401, 403)" },
  ];
  if (actors !== null) {
    figures.push({
      value: formatCount(actors),
      label: agreeing(actors, "user acted as others", "users acted as others"),
    });
  }
  return { kind: "key-figures", figures };
}

function print(bundle: EvidenceBundle): RegisterPrint<"impersonation"> {
  const time = timeColumn(bundle.period);
  return {
    name: "impersonation",
    heading: "The register",
    description: "Requests made as another user: when, who, as whom, what, on what, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Who", 0.18),
      column("impersonated", "Acting as", 0.21),
      column("verb", "Action", 0.1),
      column("object", "On what", 0.22),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(actorText(row.actor)),
      cell(logText(row.impersonated)),
      verbCell(row),
      cell(targetText(row)),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: rankByActor,
    order: "those by people first",
  };
}
