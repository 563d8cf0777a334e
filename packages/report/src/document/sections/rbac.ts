import type { Evidence, EvidenceBundle, RbacRow, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { changedLines, contentLines } from "../access-content.js";
import { rowActor } from "../actors.js";
import { firstRows } from "../first-rows.js";
import { ownCount, rowsBy } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { Block, ChangesBlock, KeyFiguresBlock, TableCell, Text } from "../report-document.js";
import { cell, codeCell, column, logCell, outcomeCell, resourceName, unbrokenColumn } from "../row-cells.js";
import { absent, logText, outsideText, plain, strong } from "../text.js";
import { agreeing, counted, formatCount, partOf } from "../words/count.js";
import { formatMoment, timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

const mostEntries = 5;

/** Builds the section on changes of access rights; undefined where the register was not filled. */
export async function rbacSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "rbac");
  if (entry === undefined) return undefined;
  const frame = {
    id: "rbac",
    shortTitle: "Changes of access rights",
    standfirst:
      "Roles say what may be done, bindings give roles to users. Requests that were refused or changed nothing are kept " +
      "and told apart.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No change of access rights was observed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(await charts(evidence, entry, "Changes")),
      ...(await changes(evidence, entry)),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title(entry: RegisterEntry): string {
  const { summary, rows } = entry;
  const effective = ownCount(summary, "tookEffect");
  const raised = ownCount(summary, "raisedPrivilege");
  const byPeople = ownCount(summary, "raisedPrivilegeByPeople");
  if (effective === undefined || raised === undefined || byPeople === undefined) {
    const all = counted(rows, "request");
    return `People made ${formatCount(rowsBy(summary, ["human"]))} of ${all} to change access rights`;
  }
  if (effective === 0) return `${counted(rows, "request")} to change access rights, none with effect`;
  const changes = `${counted(effective, "change")} of access rights`;
  if (raised === 0) return `None of ${changes} is known to have raised privilege`;
  const who = byPeople === 0 ? "none of those by people" : `${formatCount(byPeople)} of those by people`;
  return `${formatCount(raised)} of ${changes} raised privilege, ${who}`;
}

function keyFigures(entry: RegisterEntry): KeyFiguresBlock {
  const { summary } = entry;
  const figures = [
    { value: formatCount(entry.rows), label: `${agreeing(entry.rows, "request", "requests")} to change access rights` },
    { value: formatCount(ownCount(summary, "tookEffect") ?? summary.byOutcome.success), label: "took effect" },
  ];
  const raised = ownCount(summary, "raisedPrivilege");
  const byPeople = ownCount(summary, "raisedPrivilegeByPeople");
  if (raised !== undefined && byPeople !== undefined) {
    figures.push({ value: formatCount(raised), label: `raised privilege, ${partOf(byPeople, raised)} by people` });
  }
  const unknown = ownCount(summary, "raisedPrivilegeUnknown") ?? 0;
  if (unknown > 0)
    figures.push({ value: formatCount(unknown), label: "may have raised privilege: content not recorded" });
  figures.push({
    value: formatCount(summary.byOutcome.denied + summary.byOutcome.failed),
    label: "refused or failed: changed nothing",
  });
  return { kind: "key-figures", figures };
}

/** Entries are worth a page only for changes whose content was recorded and that raise privilege. */
async function changes(evidence: Evidence, entry: RegisterEntry): Promise<readonly Block[]> {
  const rows = await firstRows(evidence.rows("rbac"), mostEntries, rankForEntries);
  const raising = rows.filter((row) => row.raisesPrivilege === "true");
  if (raising.length === 0) return [];
  const total = ownCount(entry.summary, "raisesPrivilege");
  const count =
    total === undefined || total === raising.length
      ? strong(`${counted(raising.length, "change")} that ${agreeing(raising.length, "raises", "raise")} privilege`)
      : strong(`First ${raising.length} of ${formatCount(total)} changes that raise privilege`);
  const block: ChangesBlock = {
    kind: "changes",
    entries: raising.map((row, index) => changeEntry(row, index)),
  };
  return [
    {
      kind: "heading",
      text: "Before and after, privilege raised first",
      note: [count, plain(", cluster-wide ones by people first. Added text is underlined.")],
    },
    block,
  ];
}

function rankForEntries(row: RbacRow): number {
  const raises = row.raisesPrivilege === "true" ? 0 : 100;
  const wide = row.namespace === "" ? 0 : 4;
  return raises + wide + (row.outcome === "success" && row.dryRun !== "true" ? 0 : 20) + rankByActor(row);
}

function changeEntry(row: RbacRow, index: number): ChangesBlock["entries"][number] {
  const before = contentLines(row.before);
  const after = contentLines(row.after);
  return {
    letter: String.fromCharCode(65 + index),
    time: formatMoment(row.time),
    actor: rowActor(row),
    headline: grantsText(row),
    object: [plain(`${row.change} `), ...objectName(row)],
    before: side(row, row.before, before, after),
    after: side(row, row.after, after, before),
    state: stateWords(row),
  };
}

/** An empty side means "no such object" where the change itself says so, else that nothing was recorded. */
function side(
  row: RbacRow,
  json: string,
  lines: readonly Text[],
  other: readonly Text[],
): ReturnType<typeof changedLines> | null {
  if (json !== "") return changedLines(lines, other);
  const created = row.change === "create" && json === row.before;
  const deleted = (row.change === "delete" || row.change === "deletecollection") && json === row.after;
  return (created && row.after !== "") || (deleted && row.before !== "") ? [] : null;
}

function stateWords(row: RbacRow): string {
  if (row.outcome === "denied") return "refused: changed nothing";
  if (row.outcome === "failed") return "failed: changed nothing";
  if (row.dryRun === "true") return "dry run: changed nothing";
  return row.outcome === "unknown" ? "outcome not known" : "took effect";
}

function grantsText(row: RbacRow): Text {
  if (row.grants !== "") return outsideText(`${row.grants.slice(0, 1).toUpperCase()}${row.grants.slice(1)}`, 400);
  return [plain("What changed cannot be known: recorded without content.")];
}

function objectName(row: RbacRow): Text {
  const name = row.name === "" ? [absent("name not recorded")] : logText(row.name, 200);
  const place = row.namespace === "" ? [] : [plain(" in "), ...logText(row.namespace, 120)];
  return [...logText(resourceName({ ...row, apiGroup: "" })), plain(" "), ...name, ...place];
}

function print(bundle: EvidenceBundle): RegisterPrint<"rbac"> {
  const time = timeColumn(bundle.period);
  return {
    name: "rbac",
    weight: 3,
    yields: "code",
    heading: "The register",
    description: "Changes of access rights: when, who, what, on which object, what it gives, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.2),
      column("change", "Change and object", 0.26),
      column("grants", "What it gives", 0.25),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      cell([plain(`${row.change} `), ...objectName(row)]),
      grantsCell(row),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => (row.raisesPrivilege === "true" ? 0 : 10) + rankByActor(row),
    // The entries above print the first ones with their content, and these rows are taller than others.
    longest: 20,
    order: "those that raise privilege first",
  };
}

function grantsCell(row: RbacRow): TableCell {
  if (row.grants !== "") return cell(outsideText(row.grants, 160));
  return { text: [absent(row.raisesPrivilege === "false" ? "nothing more" : "not known: recorded without content")] };
}
