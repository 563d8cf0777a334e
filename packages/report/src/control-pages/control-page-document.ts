import type { Control, EvidenceBundle, Framework, Gate } from "@kaudit/evidence";
import { bySeverity } from "../document/exceptions.js";
import { frameworkOf } from "../document/framework.js";
import { clusterBasis, clusterName } from "../document/identity.js";
import { registerRows } from "../document/register-names.js";
import type { Block, ReportDocument, Text } from "../document/report-document.js";
import { cell, column, unbrokenColumn } from "../document/row-cells.js";
import { askForText } from "../document/sections/controls.js";
import { absent, code, joined, muted, outsideText, plain, strong, textOf } from "../document/text.js";
import { requirementWords, statusWords } from "../document/words/controls.js";
import { agreeing, formatCount } from "../document/words/count.js";
import { formatHash } from "../document/words/hash.js";
import { formatMoment } from "../document/words/period.js";

/** Characters of the longer texts. */
const longestText = 600;
/** A page has room for so many exceptions. */
const mostExceptions = 8;

const gateWords: Readonly<Record<Gate["result"], string>> = {
  holds: "holds",
  fails: "does not hold",
  "not-evaluated": "not evaluated",
};

/** What the page of a control is made from. */
export interface ControlPageInput {
  readonly bundle: EvidenceBundle;
  readonly frameworkId: string;
  readonly controlId: string;
  /** SHA-256 (hex) of `bundle.json`. */
  readonly evidenceId: string;
  /** The file that has the whole report; null where the pack has none. */
  readonly report: string | null;
  /** How much of the longer texts and of the exceptions is shown; 1 is what fits nearly always. */
  readonly share?: number;
}

/**
 * Builds the one page about a control that is handed to whoever asks about this control only: what was tested, population,
 * exceptions, result, gates, where all of it is, and the evidence id. `document` is the framework's report, from which cover and
 * state are taken.
 */
export function controlPageDocument(document: ReportDocument, input: ControlPageInput): ReportDocument {
  const framework = frameworkOf(input.bundle, input.frameworkId);
  const control = framework.controls.find(({ id }) => id === input.controlId)!;
  const { share = 1 } = input;
  return {
    ...document,
    title: `${framework.name} ${control.id}: evidence from Kubernetes audit logs, ${document.periodLabel}`,
    sections: [
      {
        id: "control",
        number: "",
        shortTitle: control.id,
        reference: control.id,
        title: `${control.id}  ${control.title}`,
        standfirst: shortened(control.summary, longestText * share),
        singlePage: true,
        blocks: [
          { kind: "paragraph", status: control.status, text: resultText(control, share) },
          { kind: "facts", facts: facts(control, framework, input) },
          ...openExceptions(input.bundle, framework, control, share),
          ...notShown(control, share),
        ],
      },
    ],
  };
}

function resultText(control: Control, share: number): Text {
  return [strong(`${statusWords[control.status]}. `), plain(shortened(control.statusReason, longestText * share))];
}

/** Characters that no font of the report has are printed as U+XXXX, in the room of six. */
function shortened(text: string, limit: number): string {
  let room = limit;
  let kept = "";
  for (const character of text) {
    room -= /^[ -~\p{L}\u2010-\u2026]$/u.test(character) ? 1 : 6;
    if (room < 0) return `${kept} …`;
    kept += character;
  }
  return text;
}

type Fact = Extract<Block, { kind: "facts" }>["facts"][number];

function facts(
  control: Control,
  framework: Framework,
  { bundle, evidenceId, report }: ControlPageInput,
): readonly Fact[] {
  const { period } = bundle;
  const { open, closed } = control.exceptions;
  const { requirement } = control;
  return [
    {
      label: "Framework",
      value: [
        ...outsideText(`${framework.name}, ${framework.edition}`, 200),
        ...(requirement === null ? [] : [plain(`; ${requirementWords[requirement].toLowerCase()}`)]),
      ],
    },
    { label: "Cluster", value: [...clusterName(bundle), plain(" ("), ...clusterBasis(bundle), plain(")")] },
    { label: "Period", value: [plain(`${formatMoment(period.from)} to ${formatMoment(period.to)} UTC, end excluded`)] },
    { label: "What was tested", value: outsideText(shortened(control.tested, 200)) },
    { label: "Population", value: population(control) },
    {
      label: "Exceptions",
      value: [
        plain(`${formatCount(open)} ${agreeing(open, "waits", "wait")} for a decision, ${formatCount(closed)} closed`),
      ],
    },
    { label: "Gates", value: gates(control, bundle) },
    { label: "Where", value: where(control, framework, report) },
    {
      label: "Evidence id",
      value: [code(formatHash(evidenceId)), muted(", the beginning of the SHA-256 of bundle.json")],
    },
    { label: "Tool", value: [plain(`${bundle.tool.name} ${bundle.tool.version}`)] },
  ];
}

function population({ populations, status }: Control): Text {
  if (populations.length === 0)
    return [absent(status === "outside-source" ? "none in this source" : "the log as a whole")];
  return [plain(populations.map(({ register, rows }) => registerRows(register, rows)).join(", "))];
}

/** Each gate on which the result rests, by name. */
function gates({ gates: own }: Control, bundle: EvidenceBundle): Text {
  if (own.length === 0) return [absent("the result rests on none")];
  return joined(
    own.map(({ id, result }): Text => {
      const name = bundle.gates.find((gate) => gate.id === id)?.name ?? "";
      return [plain(`${id} ${name}: `), result === "holds" ? plain(gateWords.holds) : strong(gateWords[result])];
    }),
    "; ",
  );
}

function where({ populations }: Control, { id }: Framework, report: string | null): Text {
  const files = [
    ...(report === null ? [] : [report]),
    ...populations.map(({ register }) => `registers/${register}.csv`),
    "bundle.json",
  ];
  return [
    ...joined(
      files.map((file) => [code(file)]),
      ", ",
    ),
    plain(`; in bundle.json: frameworks, ${id}`),
  ];
}

function openExceptions(bundle: EvidenceBundle, { id }: Framework, control: Control, share: number): readonly Block[] {
  const own = bySeverity(
    bundle.exceptions.filter(({ state, controls }) => state === "open" && (controls[id] ?? []).includes(control.id)),
  );
  if (own.length === 0) return [];
  const shown = own.slice(0, Math.floor(mostExceptions * share));
  return [
    {
      kind: "heading",
      text: "Exceptions that wait for a decision",
      note: [
        plain(
          `${shown.length === own.length ? `All ${formatCount(own.length)}` : `First ${shown.length} of ${formatCount(own.length)}`}, most serious first; all stand in bundle.json under their ids.`,
        ),
      ],
    },
    {
      kind: "table",
      description: "Open exceptions of this control: severity, what the log shows, and id.",
      columns: [
        unbrokenColumn("severity", "Severity", 0.14),
        column("shows", "What the log shows", 0.66),
        unbrokenColumn("id", "Exception", 0.2),
      ],
      rows: shown.map((exception) => [
        { text: [plain(exception.severity)], severity: exception.severity },
        cell(outsideText(shortened(exception.sentence, 180))),
        cell([code(exception.id)]),
      ]),
    },
  ];
}

function notShown(control: Control, share: number): readonly Block[] {
  if (control.askFor.length === 0) return [];
  const text = askForText(control);
  const whole = textOf(text);
  const limit = longestText * share;
  const words: Text = shortened(whole, limit) === whole ? text : [plain(shortened(whole, limit))];
  return [
    { kind: "heading", text: "What the log cannot show, and what to ask for" },
    { kind: "paragraph", text: words },
  ];
}
