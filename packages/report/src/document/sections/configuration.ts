import type { ConfigurationRow, EvidenceBundle, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { rowActor } from "../actors.js";
import { ownCount, rowsBy } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock, TableCell } from "../report-document.js";
import { cell, codeCell, column, logCell, outcomeCell, targetText, unbrokenColumn } from "../row-cells.js";
import { absent, outsideText, plain } from "../text.js";
import { agreeing, counted, formatCount, partOf } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on changes of configuration; undefined where the register was not filled. */
export async function configurationSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "configuration");
  if (entry === undefined) return undefined;
  const frame = {
    id: "configuration",
    shortTitle: "Configuration changes",
    standfirst:
      "Changes of what all others rest on: namespaces, nodes, admission checks, API extensions, network policies, and " +
      "auditing.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No change of configuration was observed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(await charts(evidence, entry, "Changes")),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title({ rows, summary }: RegisterEntry): string {
  const people = rowsBy(summary, ["human"]);
  const made =
    people === 0
      ? `${counted(rows, "change of configuration", "changes of configuration")} requested, none by people`
      : `People requested ${formatCount(people)} of ${counted(rows, "change of configuration", "changes of configuration")}`;
  const weakened = ownCount(summary, "weakened");
  if (weakened === undefined) return made;
  const weak = weakened === 0 ? "none is known to have weakened" : `${formatCount(weakened)} weakened`;
  return `${made}; ${weak} a safeguard`;
}

function keyFigures({ rows, summary }: RegisterEntry): KeyFiguresBlock {
  const effective = ownCount(summary, "tookEffect");
  const byPeople = ownCount(summary, "changedByPeople");
  const weakened = ownCount(summary, "weakened");
  const unknown = ownCount(summary, "weakensUnknown") ?? 0;
  return {
    kind: "key-figures",
    figures: [
      { value: formatCount(rows), label: `${agreeing(rows, "request", "requests")} to change configuration` },
      ...(effective === undefined || byPeople === undefined
        ? []
        : [{ value: formatCount(effective), label: `took effect, ${partOf(byPeople, effective)} by people` }]),
      ...(weakened === undefined ? [] : [{ value: formatCount(weakened), label: "weakened a safeguard" }]),
      ...(unknown === 0
        ? []
        : [{ value: formatCount(unknown), label: "may weaken a safeguard: what changed does not tell" }]),
    ],
  };
}

function print(bundle: EvidenceBundle): RegisterPrint<"configuration"> {
  const time = timeColumn(bundle.period);
  return {
    name: "configuration",
    yields: "code",
    heading: "The register",
    description: "Changes of configuration: when, who, what, on which object, what changed, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.2),
      column("object", "Change and object", 0.25),
      column("details", "What changed", 0.26),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      cell([plain(`${row.change} `), ...targetText(row)]),
      detailsCell(row),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => (row.weakens === "true" ? 0 : row.weakens === "unknown" ? 10 : 20) + rankByActor(row),
    longest: 20,
    order: "those that weaken a safeguard first",
  };
}

function detailsCell(row: ConfigurationRow): TableCell {
  const effective = row.outcome === "success" && row.dryRun !== "true";
  const mark = row.weakens === "true" ? `${effective ? "Weakens" : "Would weaken"} a safeguard: ` : "";
  if (row.details !== "") return cell([plain(mark), ...outsideText(row.details, 160)]);
  return row.weakens === "unknown" ? { text: [absent("not known: recorded without content")] } : { text: [] };
}
