import type { Control, EvidenceBundle, Framework } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { frameworkOf } from "../framework.js";
import { registerSection } from "../register-names.js";
import type { Block, TableCell, Text } from "../report-document.js";
import { cell, column, wordCell } from "../row-cells.js";
import { sharedReasonBlocks, sharedReasons } from "../shared-reasons.js";
import { absent, muted, outsideText, plain, strong } from "../text.js";
import { capitalised, countedControls, requirementWords, scopeOf, statusWords } from "../words/controls.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import type { SectionContent } from "./section-content.js";

/** Builds the table of controls in the manner of section IV of a SOC 2 report: what was tested, what was open, and the result. */
export function controlsSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  return {
    id: "controls",
    shortTitle: "Controls, tests and results",
    title: title(bundle, framework),
    standfirst:
      "A result says what the evidence allows, not whether a control is suitably designed or operated; that judgement " +
      "belongs to the auditor.",
    blocks: [
      {
        kind: "heading",
        text: "What was tested, and what came of it",
        note: [
          strong(`All ${countedControls(framework.controls.length, framework.controlNoun)}`),
          ...scopeNote(framework),
        ],
      },
      matrix(bundle, framework),
      ...(framework.sections.includes("citations") ? [] : reasons(framework)),
      ...footnotes(framework),
    ],
  };
}

function title(bundle: EvidenceBundle, framework: Framework): string {
  const all = countedControls(framework.controls.length, framework.controlNoun);
  const present = framework.controls.filter(({ status }) => status === "evidence-present").length;
  const open = openExceptions(bundle, framework);
  const rest =
    open === 0 ? "no exception waits" : `${formatCount(open)} ${agreeing(open, "exception waits", "exceptions wait")}`;
  return `${formatCount(present)} of ${all} ${agreeing(present, "has", "have")} evidence with nothing open; ${rest} for a decision`;
}

/** Open exceptions that count for any of the framework's controls; each once. */
function openExceptions(bundle: EvidenceBundle, { id }: Framework): number {
  return bundle.exceptions.filter(({ state, controls }) => state === "open" && (controls[id] ?? []).length > 0).length;
}

function scopeNote(framework: Framework): Text {
  const scope = scopeOf(framework);
  const one = framework.controlNoun.singular;
  return [
    plain(scope === "" ? " in this report." : ` in scope: ${scope}.`),
    plain(` An exception can count under more than one ${one}.`),
  ];
}

function matrix(bundle: EvidenceBundle, framework: Framework): Block {
  const { singular } = framework.controlNoun;
  return {
    kind: "table",
    description: `Each ${singular} with what was tested, the population, exceptions open and closed, and the result.`,
    columns: [
      column("control", capitalised(singular), 0.25),
      column("tested", "What was tested", 0.24),
      column("population", "Population", 0.11),
      column("open", "Open", 0.055, "right"),
      column("closed", "Closed", 0.065, "right"),
      column("result", "Result", 0.225),
      { ...column("section", "Section", 0.055, "right"), paperHead: "Page" },
    ],
    rows: framework.controls.map((control) => [
      { text: [strong(control.id)], detail: nameOf(control) },
      wordCell(control.tested),
      population(bundle, control),
      openCell(control),
      wordCell(isOutside(control) ? "" : formatCount(control.exceptions.closed)),
      { text: [strong(statusWords[control.status])], status: control.status, ...broughtDownBy(control) },
      { text: [], section: sectionOf(control, framework) },
    ]),
  };
}

function nameOf(control: Control): Text {
  const { title: name, requirement } = control;
  return [plain(requirement === null ? name : `${name}. ${requirementWords[requirement]}`)];
}

const mostNames = 3;

/** The clusters in which a control stands as badly as over all, where several were read. */
function broughtDownBy({ status, clusters = [] }: Control): Pick<TableCell, "detail"> {
  const names = clusters.filter((one) => one.status === status).map(({ cluster }) => cluster);
  if (names.length === 0) return {};
  if (names.length === clusters.length) return { detail: [plain("in every cluster")] };
  const rest = names.length - mostNames;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : "";
  return { detail: [plain("in "), ...outsideText(names.slice(0, mostNames).join(", "), 120), plain(more)] };
}

function isOutside({ status }: Control): boolean {
  return status === "outside-source";
}

function openCell(control: Control): TableCell {
  const { open } = control.exceptions;
  if (isOutside(control) && open === 0) return wordCell("");
  return open === 0 ? wordCell("0") : cell([strong(formatCount(open))]);
}

/** What was looked at: rows of registers, exceptions, signatures, or the files as a whole. */
function population(bundle: EvidenceBundle, control: Control): TableCell {
  const { populations, exceptions, gates } = control;
  if (populations.length > 0)
    return wordCell(
      counted(
        populations.reduce((sum, { rows }) => sum + rows, 0),
        "row",
      ),
    );
  if (isOutside(control)) return { text: [absent("none here")] };
  const all = exceptions.open + exceptions.closed;
  if (all > 0 && asksForReview(control)) return wordCell(counted(all, "exception"));
  if (gates.length === 0 || gates.some(({ id }) => id !== "G7")) return wordCell(counted(bundle.totals.files, "file"));
  return bundle.signOff.reviewed === null ? { text: [absent("none handed in")] } : wordCell("1 review");
}

/** The sections that hold the blocks about single controls; a section's id is its name. */
const blockSections: Readonly<Record<NonNullable<Control["reportBlock"]>, Framework["sections"][number]>> = {
  "event-details": "event-classes",
  "daily-review": "log-keeping",
  "log-history": "log-keeping",
  "logging-failures": "log-keeping",
  "review-record": "review-record",
  "emergency-access": "emergency-access",
};

/** Where a control's evidence is printed. */
function sectionOf(control: Control, { sections, eventClasses }: Framework): string {
  const { populations, gates, exceptions, reportBlock } = control;
  const own = reportBlock === null ? undefined : blockSections[reportBlock];
  if (own !== undefined && sections.includes(own)) return own;
  if (sections.includes("event-classes") && eventClasses.some((one) => one.control === control.id))
    return "event-classes";
  const first = populations.find((item) => item.rows > 0) ?? populations[0];
  if (first !== undefined) return registerSection(first.register);
  if (isOutside(control)) return "limits";
  if (asksForReview(control) && exceptions.open + exceptions.closed > 0) return "exceptions";
  return gates.length > 0 && gates.every(({ id }) => id === "G7") ? "sign-off" : "reliance";
}

function asksForReview({ gates }: Control): boolean {
  return gates.some(({ id }) => id === "G7");
}

function reasons(framework: Framework): readonly Block[] {
  const { singular, plural } = framework.controlNoun;
  const { controls } = framework;
  const { shared, ownReason } = sharedReasons(controls);
  return [
    ...sharedReasonBlocks(shared, plural),
    {
      kind: "heading",
      text: `What each ${singular} asks, why its result reads as it does, and what to ask for`,
      note: [plain(`${counted(controls.length, "entry", "entries")}, in the same order.`)],
    },
    {
      kind: "table",
      description: "What is asked, the reason for each result, and what this source cannot show.",
      columns: [
        column("control", capitalised(singular), 0.12),
        column("reason", "What it asks, and why the result", 0.46),
        column("limits", "What the log cannot show, and what to ask for", 0.42),
      ],
      rows: controls.map((control) => [
        { text: [strong(control.id)] },
        { text: outsideText(ownReason(control), 2000), detail: [plain(control.summary)] },
        cell(askForText(control)),
      ]),
    },
  ];
}

/** Gives what the log cannot show for a control, and what to ask for. */
export function askForText({ askFor }: Control): Text {
  return askFor.flatMap(({ missing, askFor: request }, index): Text => [
    plain(`${index === 0 ? "" : " "}${capitalised(missing)}. `),
    muted(`Ask for: ${request}.`),
  ]);
}

function footnotes({ footnotes: remarks, note }: Framework): readonly Block[] {
  return [
    { kind: "heading", text: "About these texts" },
    { kind: "paragraph", text: outsideText(note, 1000) },
    ...remarks.map(({ text, source }): Block => {
      return { kind: "paragraph", text: [...outsideText(text, 1000), muted(" Source: "), muted(source)] };
    }),
  ];
}
