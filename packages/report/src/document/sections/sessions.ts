import type { EvidenceBundle, RegisterEntry, SessionsRow } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { rowActor } from "../actors.js";
import { namespaceMatrix } from "../namespace-matrix.js";
import { ownCount } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock, TableCell } from "../report-document.js";
import { cell, codeCell, column, logCell, objectText, outcomeCell, wordCell, unbrokenColumn } from "../row-cells.js";
import { absent, logText } from "../text.js";
import { agreeing, counted, formatCount, partOf } from "../words/count.js";
import { formatDuration } from "../words/duration.js";
import { timeColumn } from "../words/period.js";
import { sessionTimeline } from "../session-timeline.js";
import { fewestChartRows, type SectionContent } from "./section-content.js";

const commandCharacters = 90;

/** Builds the section on sessions inside containers; undefined where the register was not filled. */
export async function sessionsSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "sessions");
  if (entry === undefined) return undefined;
  const frame = {
    id: "sessions",
    shortTitle: "Sessions inside containers",
    standfirst:
      "A session is a command, shell or tunnel opened into a running container. The log shows who, where, when and for " +
      "how long, not what was typed.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No session was observed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      keyFigures(entry),
      ...(entry.rows < fewestChartRows
        ? []
        : [...(await sessionTimeline(evidence, bundle.period)), ...namespaceMatrix(entry, "no namespace")]),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

/** Established where the register counts it, else answered with success. */
function established(entry: RegisterEntry): number {
  return ownCount(entry.summary, "established") ?? entry.summary.byOutcome.success;
}

function title(entry: RegisterEntry): string {
  const attempts = counted(entry.rows, "attempt");
  return `${formatCount(established(entry))} of ${attempts} to enter a container succeeded`;
}

function keyFigures(entry: RegisterEntry): KeyFiguresBlock {
  const { summary } = entry;
  const made = established(entry);
  const byPeople = ownCount(summary, "establishedByPeople");
  const whose = byPeople === undefined ? "" : `, ${partOf(byPeople, made)} by people`;
  const figures = [
    { value: formatCount(made), label: `${agreeing(made, "session", "sessions")} established${whose}` },
    { value: formatCount(summary.byOutcome.denied), label: "refused (401, 403)" },
    { value: formatCount(summary.byOutcome.failed), label: "failed before they began" },
  ];
  const interactive = ownCount(summary, "interactive");
  if (interactive !== undefined) figures.push({ value: formatCount(interactive), label: "asked for a terminal" });
  const open = ownCount(summary, "open");
  if (open !== undefined) figures.push({ value: formatCount(open), label: "still open where the log ends" });
  return { kind: "key-figures", figures };
}

function print(bundle: EvidenceBundle): RegisterPrint<"sessions"> {
  const time = timeColumn(bundle.period);
  return {
    name: "sessions",
    weight: 3,
    yields: "code",
    heading: "The register",
    description: "Session attempts: when, how long, who, how, where, with which command, and how each ended.",
    columns: [
      unbrokenColumn("start", time.head, 0.13),
      column("duration", "Duration", 0.1, "right"),
      column("actor", "Actor", 0.16),
      column("kind", "How", 0.11),
      column("object", "Where", 0.15),
      column("command", "Command", 0.19),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.start === "" ? row.time : row.start)),
      durationCell(row),
      cell(rowActor(row)),
      cell(howText(row)),
      cell(objectText(row.namespace, row.pod === "" ? row.name : row.pod, "no name")),
      commandCell(row),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => (row.established ? 0 : 10) + rankByActor(row),
    order: "established sessions by people first",
  };
}

const kindWords: Readonly<Record<SessionsRow["kind"], string>> = {
  exec: "exec",
  attach: "attach",
  portforward: "port-forward",
  proxy: "proxy",
  ephemeralcontainer: "ephemeral container",
};

/** A proxy request also says through what: `nodes/proxy` reaches the kubelet. */
function howText(row: SessionsRow) {
  if (row.kind === "proxy") return logText(`${row.resource}/${row.subresource}`);
  return wordCell(row.tty ? `${kindWords[row.kind]}, terminal` : kindWords[row.kind]).text;
}

function durationCell(row: SessionsRow): TableCell {
  if (row.open) return row.established ? wordCell("still open") : cell([absent("not known")]);
  return wordCell(row.durationSeconds === null ? "" : formatDuration(row.durationSeconds));
}

function commandCell(row: SessionsRow): TableCell {
  if (row.command.length > 0) return cell(logText(row.command.join(" "), commandCharacters));
  return row.kind === "exec" ? cell([absent("not recorded")]) : wordCell("");
}
