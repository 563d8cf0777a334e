import { registerNames } from "@kaudit/evidence";
import type { ControlStatus, EvidenceBundle, Framework } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { noneObserved } from "../absence.js";
import { coverageRibbon, furtherInstances, hourCoverage, hourNoun, serverCount } from "../coverage.js";
import { bySeverity, clusterOf, type ReportedException, severities } from "../exceptions.js";
import { clusterSummary, severalClusters, shortServerName } from "../clusters.js";
import { frameworkOf } from "../framework.js";
import { gapCounts } from "../gap-sentences.js";
import { whatIsNeeded } from "../needs.js";
import { rowsBy, unsuccessful } from "../register-counts.js";
import { findRegister, registerLabel, registerSection } from "../register-names.js";
import type { Block, StatusFiguresBlock, TableBlock } from "../report-document.js";
import { cell, column, unbrokenColumn, wordCell } from "../row-cells.js";
import { code, outsideText, plain, strong } from "../text.js";
import { countedControls, statusWords } from "../words/controls.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import type { SectionContent } from "./section-content.js";

const mostRibbons = 3;

/**
 * Builds the answer on one page: the four counts, when the log was running, what it shows, and what is needed from whom. Where
 * exceptions are open, what the log shows is the most serious of them; else the registers.
 */
export function answerSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  return {
    id: "answer",
    shortTitle: "The answer on one page",
    title: title(framework),
    standfirst: standfirst(bundle),
    singlePage: true,
    blocks: [
      statusFigures(framework),
      ...clusterSummary(bundle),
      ...running(bundle),
      ...(bundle.exceptions.some(isOpen) ? openExceptions(bundle) : shown(bundle)),
      ...needed(bundle, framework),
    ],
  };
}

function countOf(framework: Framework, status: ControlStatus): number {
  return framework.controls.filter((control) => control.status === status).length;
}

function title(framework: Framework): string {
  const total = framework.controls.length;
  const exceptions = countOf(framework, "exceptions");
  const present = countOf(framework, "evidence-present") + exceptions;
  const all = countedControls(total, framework.controlNoun);
  if (present === 0) {
    const insufficient = countOf(framework, "insufficient-evidence");
    return `Evidence is insufficient for ${formatCount(insufficient)} of ${all}`;
  }
  const open =
    exceptions === 0
      ? ""
      : `; ${exceptions === present && present > 1 ? "all of them have" : `${formatCount(exceptions)} of these ${agreeing(exceptions, "has", "have")}`} exceptions to resolve`;
  return `Evidence is present for ${formatCount(present)} of ${all}${open}`;
}

function standfirst(bundle: EvidenceBundle): string {
  const { totals } = bundle;
  const files = counted(totals.files, "file");
  const verb = agreeing(totals.files, "holds", "hold");
  const inside = counted(totals.insidePeriod, "event");
  if (totals.insidePeriod === 0) {
    return `${files} ${verb} ${counted(totals.unique, "unique event")}; none falls into the period. Nothing can be shown from this source.`;
  }
  const inClusters = severalClusters(bundle) ? ` in ${counted(bundle.clusters.length, "cluster")}` : "";
  const held = `${files} of ${serverCount(bundle)}${inClusters} ${verb} ${inside} of the period.`;
  if (bundle.policies.length === 0)
    return `${held} No audit policy was handed in, so what could be recorded is not known and an empty result is no proof.`;
  const { unexplained } = gapCounts(bundle);
  return unexplained === 0
    ? `${held} The log has no unexplained gap.`
    : `${held} The log has ${counted(unexplained, "unexplained gap")}, so an empty result is no proof.`;
}

const statusNotes: Readonly<Record<ControlStatus, string>> = {
  "evidence-present": "nothing open",
  exceptions: "a decision is needed",
  "insufficient-evidence": "recording not verified",
  "outside-source": "needs another source",
};

function statusFigures(framework: Framework): StatusFiguresBlock {
  const statuses = Object.keys(statusWords) as ControlStatus[];
  return {
    kind: "status-figures",
    figures: statuses.map((status) => {
      const controls = framework.controls.filter((control) => control.status === status).map((control) => control.id);
      return { status, count: controls.length, note: statusNotes[status], controls };
    }),
  };
}

function running(bundle: EvidenceBundle): readonly Block[] {
  if (bundle.totals.insidePeriod === 0) return [];
  const coverage = hourCoverage(bundle);
  const total = `${formatCount(coverage.total)} ${hourNoun(coverage)}`;
  return [
    {
      kind: "heading",
      text: `Events were recorded in ${formatCount(coverage.withEvents)} of ${total}`,
      note: [plain(`Height: events an hour, one scale.${furtherInstances(bundle, mostRibbons)}`)],
    },
    { ...coverageRibbon(bundle, mostRibbons, (server) => shortServerName(bundle, server)), compact: true },
  ];
}

/** So many open exceptions are named here; all are in their own section. */
const mostExceptions = 5;
/** A longer sentence stands whole in the section of the exceptions. */
const sentenceCharacters = 170;

function isOpen({ state }: ReportedException): boolean {
  return state === "open";
}

/** How many exceptions are open by severity, and the most serious of them. */
function openExceptions(bundle: EvidenceBundle): readonly Block[] {
  const open = bySeverity(bundle.exceptions.filter(isOpen));
  const named = open.slice(0, mostExceptions);
  const split = severities
    .map((severity) => [severity, open.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${formatCount(count)} ${severity}`)
    .join(", ");
  const which =
    named.length < open.length
      ? [strong(`First ${formatCount(named.length)} of ${formatCount(open.length)}`), plain(", most serious first.")]
      : [plain("Most serious first.")];
  return [
    {
      kind: "heading",
      text: `${counted(open.length, "exception is", "exceptions are")} open: ${split}`,
      ...(open.length === 1 ? {} : { note: which }),
    },
    {
      kind: "table",
      description: "The most serious open exceptions: severity, what the log shows, and id.",
      columns: [
        unbrokenColumn("severity", "Severity", 0.12),
        column("shows", "What the log shows", 0.63),
        unbrokenColumn("id", "Exception", 0.19),
        { ...column("section", "Section", 0.06, "right"), paperHead: "Page" },
      ],
      rows: named.map((exception) => [
        { text: [plain(exception.severity)], severity: exception.severity },
        {
          text: outsideText(exception.sentence, sentenceCharacters),
          ...(severalClusters(bundle) ? { detail: clusterOf(exception) } : {}),
        },
        { text: [code(exception.id)], section: "exceptions", anchor: exception.id },
        { text: [], section: "exceptions", anchor: exception.id },
      ]),
    },
  ];
}

/** One line a register: what it holds, and where it is printed. */
function shown(bundle: EvidenceBundle): readonly Block[] {
  if (bundle.totals.insidePeriod === 0) return [];
  const entries = registerNames.map((name) => findRegister(bundle, name)).filter((entry) => entry !== undefined);
  const table: TableBlock = {
    kind: "table",
    description: "Each register with its number of requests, those made by people and those without success.",
    columns: [
      column("register", "Register", 0.55),
      column("rows", "Requests", 0.12, "right"),
      column("people", "By people", 0.12, "right"),
      column("unsuccessful", "Not successful", 0.14, "right"),
      { ...column("section", "Section", 0.07, "right"), paperHead: "Page" },
    ],
    rows: entries.map((entry) => [
      entry.rows > 0
        ? { text: [strong(registerLabel(entry.name))] }
        : { text: [strong(registerLabel(entry.name))], detail: noneObserved(bundle, entry.name) },
      wordCell(formatCount(entry.rows)),
      wordCell(formatCount(rowsBy(entry.summary, ["human"]))),
      wordCell(formatCount(unsuccessful(entry))),
      { text: [], section: registerSection(entry.name) },
    ]),
  };
  return [{ kind: "heading", text: "What the log shows" }, table];
}

function needed(bundle: EvidenceBundle, framework: Framework): readonly Block[] {
  const needs = whatIsNeeded(bundle, framework);
  return [
    { kind: "heading", text: "What is needed, and from whom" },
    {
      kind: "table",
      description: "Requests to people: who, and what to do.",
      columns: [
        column("owner", "From whom", 0.2),
        column("request", "What", 0.74),
        { ...column("section", "Section", 0.06, "right"), paperHead: "Page" },
      ],
      rows: needs.map((need) => [
        { text: [strong(need.owner)] },
        cell(need.request),
        need.section === undefined ? wordCell("") : { text: [], section: need.section },
      ]),
    },
  ];
}
