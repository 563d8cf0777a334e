import type { Control, EvidenceBundle } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { bySeverity, standingOf } from "../exceptions.js";
import type { ReportedException } from "../exceptions.js";
import { frameworkOf } from "../framework.js";
import type { Block } from "../report-document.js";
import { cell, column, unbrokenColumn, wordCell } from "../row-cells.js";
import { code, outsideText, plain, strong } from "../text.js";
import { counted } from "../words/count.js";
import { formatMoment } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

/** More uses than this stand in bundle.json only. */
const mostRows = 30;

const standingWords = {
  authorised: "authorised",
  explained: "explained",
  "false-positive": "false positive",
  incident: "incident",
  open: "open",
} as const;

/**
 * Builds the use of emergency identities (45 CFR 164.312(a)(2)(ii)): the exceptions that count for the control about it, each with its
 * decision. Nothing for a framework without such a control.
 */
export function emergencyAccessSection({ evidence, frameworkId }: ReportInput): SectionContent | undefined {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  const control = framework.controls.find(({ reportBlock }) => reportBlock === "emergency-access");
  if (control === undefined) return undefined;
  const uses = bySeverity(bundle.exceptions.filter(({ controls }) => controls[framework.id]?.includes(control.id)));
  return {
    id: "emergency-access",
    shortTitle: "Access in an emergency",
    title:
      uses.length === 0
        ? "No use of an emergency identity was singled out"
        : `${counted(uses.length, "use of an emergency identity was", "uses of emergency identities were")} singled out`,
    standfirst:
      "An emergency identity may do what nobody else may, for a short time and with a reason. Each use needs a reason, a " +
      "time limit and a review afterwards.",
    blocks: [...judged(control, bundle.exceptionsSummary.rules), ...(uses.length === 0 ? [] : table(uses))],
  };
}

function judged(control: Control, rules: EvidenceBundle["exceptionsSummary"]["rules"]): readonly Block[] {
  const partly = rules.filter(({ id, evaluated }) => id === "KX-018" && evaluated !== "yes");
  return [
    { kind: "heading", text: `${control.id}: ${control.title}` },
    { kind: "paragraph", status: control.status, text: [plain(control.statusReason)] },
    ...partly.map(({ id, title, reason }): Block => {
      return { kind: "paragraph", text: [strong(`${id}, ${title}: `), ...outsideText(reason, 400)] };
    }),
  ];
}

function table(uses: readonly ReportedException[]): readonly Block[] {
  const shown = uses.slice(0, mostRows);
  const whole = uses.length === 1 ? "The only one" : `All ${shown.length}`;
  const all = shown.length === uses.length ? whole : `First ${shown.length} of ${uses.length}`;
  return [
    {
      kind: "heading",
      text: "What the log shows",
      note: [strong(`${all}.`), plain(" Reasons and reviews stand in the decisions, where there are any.")],
    },
    {
      kind: "table",
      description: "Uses of emergency identities: severity, what the log shows, times, exception and decision.",
      columns: [
        unbrokenColumn("severity", "Severity", 0.12),
        column("shows", "What the log shows", 0.42),
        column("when", "First and last, UTC", 0.16),
        unbrokenColumn("id", "Exception", 0.18),
        column("decision", "Decision", 0.12),
      ],
      rows: shown.map((use) => [
        { text: [plain(use.severity)], severity: use.severity },
        { text: outsideText(use.sentence, 400), detail: [plain(counted(use.count, "time"))] },
        { text: [plain(formatMoment(use.first))], detail: [plain(formatMoment(use.last))] },
        cell([code(use.id)]),
        wordCell(standingWords[standingOf(use)]),
      ]),
    },
  ];
}
