import type { Control } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { frameworkOf } from "../framework.js";
import { registerRows, registerSection } from "../register-names.js";
import type { TableCell, Text } from "../report-document.js";
import { cell, column } from "../row-cells.js";
import { absent, joined, plain, strong } from "../text.js";
import { controlNoun, countedControls, statusWords } from "../words/controls.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import type { SectionContent } from "./section-content.js";

/** Builds the table of controls in the manner of section IV of a SOC 2 report: what was asked, tested, and found. */
export function controlsSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const framework = frameworkOf(evidence.bundle, frameworkId);
  const noun = controlNoun(framework.id);
  const { controls } = framework;
  const rows = controls.filter((control) => control.populations.some((population) => population.rows > 0)).length;
  const head = `${noun.singular[0]?.toUpperCase()}${noun.singular.slice(1)}`;
  return {
    id: "controls",
    shortTitle: "Controls, tests and results",
    title: `${rows === controls.length && rows > 1 ? "All" : `${formatCount(rows)} of`} ${countedControls(controls.length, noun)} ${agreeing(rows, "has", "have")} recorded requests to examine`,
    standfirst:
      "A result says what the evidence allows, not whether a control is suitably designed or operated; that judgement " +
      "belongs to the auditor.",
    blocks: [
      {
        kind: "heading",
        text: "What was tested, and what the log shows",
        note: [
          strong(`All ${countedControls(controls.length, noun)} in this report.`),
          plain(" A population is every recorded request of its kind; exceptions are those a person must decide on."),
        ],
      },
      {
        kind: "table",
        description: `Each ${noun.singular} with what it asks, the populations that were counted, and the result.`,
        columns: [
          column("control", head, 0.22),
          column("asks", `What the ${noun.singular} asks`, 0.3),
          column("population", "Population", 0.22),
          column("result", "Result", 0.2),
          { ...column("section", "Section", 0.06, "right"), paperHead: "Page" },
        ],
        rows: controls.map((control) => [
          { text: [strong(control.id)], detail: [plain(control.title)] },
          cell([plain(control.summary)]),
          population(control),
          { text: [strong(statusWords[control.status])], status: control.status },
          firstSection(control),
        ]),
      },
      {
        kind: "heading",
        text: "Why each result reads as it does, and what to ask for",
        note: [plain(`${counted(controls.length, "reason")}, in the same order.`)],
      },
      {
        kind: "table",
        description: "The reason for each result, and what this source cannot show.",
        columns: [
          column("control", head, 0.12),
          column("reason", "Why", 0.44),
          column("limits", "What the log cannot show", 0.44),
        ],
        rows: controls.map((control) => [
          { text: [strong(control.id)] },
          cell([plain(control.statusReason)]),
          cell([plain(control.limits)]),
        ]),
      },
    ],
  };
}

function population(control: Control): TableCell {
  if (control.populations.length === 0) return { text: [absent("none here")] };
  const parts: Text[] = control.populations.map((item) => [plain(registerRows(item.register, item.rows))]);
  return cell(joined(parts, "; "));
}

function firstSection(control: Control): TableCell {
  const first = control.populations.find((item) => item.rows > 0) ?? control.populations[0];
  return first === undefined ? { text: [] } : { text: [], section: registerSection(first.register) };
}
