import type { Control, EventClassInBundle, Framework, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { dayMarks, daysWords } from "../day-marks.js";
import { frameworkOf } from "../framework.js";
import { commonId } from "../references.js";
import { registerLabel } from "../register-names.js";
import type { Block, TableCell } from "../report-document.js";
import { cell, column, wordCell } from "../row-cells.js";
import { scopeSentence } from "../scope-words.js";
import { absent, muted, plain, strong } from "../text.js";
import { capitalised, statusWords } from "../words/controls.js";
import { formatCount, formatPercent } from "../words/count.js";
import type { Period } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

/**
 * Builds the table of the kinds of events that a framework wants logged, a line each (PCI DSS v4.0.1 10.2.1.1 to .7), and whether
 * every row holds what an entry has to tell (10.2.2).
 */
export function eventClassesSection({ evidence, frameworkId, evidenceId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  const id = commonId(framework.eventClasses.map(({ control }) => control));
  const reference = id === "" ? {} : { reference: id };
  return {
    id: "event-classes",
    shortTitle: id === "" ? "Kinds of events" : `${capitalised(framework.controlNoun.singular)} ${id}, kind by kind`,
    title: title(framework.eventClasses, bundle.policies.length > 0),
    standfirst: `${scopeSentence(bundle, framework)}${id === "" ? "" : ` Reference ${evidenceId.slice(0, 16)}/${id}.`}`,
    ...reference,
    blocks: [
      { kind: "heading", text: "At which level was each kind recorded, and on which days?" },
      grid(framework, bundle.period),
      ...details(framework, bundle.registers),
    ],
  };
}

function title(classes: readonly EventClassInBundle[], hasPolicy: boolean): string {
  const asked = classes.filter(({ basis }) => basis !== "outside");
  const elsewhere = classes.length - asked.length;
  const rest = elsewhere === 0 ? "" : `; ${formatCount(elsewhere)} can only be shown elsewhere`;
  if (!hasPolicy) return `Whether the audit policy records the ${classes.length} kinds of events is not known${rest}`;
  const recorded = asked.filter(({ basis, levels }) => basis === "derived" || (levels?.lowest ?? "None") !== "None");
  return `${formatCount(recorded.length)} of ${classes.length} kinds of events are recorded by the audit policy${rest}`;
}

function grid(framework: Framework, period: Period): Block {
  return {
    kind: "table",
    description:
      "Each kind of event: what was selected, at which level it is recorded, on which days, rows, and the result.",
    columns: [
      column("id", "Id", 0.09),
      column("selected", "Kind of event, and what was selected", 0.27),
      column("level", "Recorded at", 0.16),
      column("days", "Day by day", 0.17),
      column("rows", "Rows", 0.06, "right"),
      column("open", "Open", 0.05, "right"),
      column("result", "Result", 0.2),
    ],
    rows: framework.eventClasses.flatMap((eventClass) => {
      const control = framework.controls.find(({ id }) => id === eventClass.control);
      return control === undefined ? [] : [row(eventClass, control, period)];
    }),
  };
}

function row(eventClass: EventClassInBundle, control: Control, period: Period): readonly TableCell[] {
  const rows = control.populations.reduce((sum, { rows: count }) => sum + count, 0);
  const { open } = control.exceptions;
  const outside = eventClass.basis === "outside";
  return [
    { text: [strong(control.id)] },
    { text: [strong(control.title)], detail: [plain(eventClass.selected)] },
    levelCell(eventClass),
    daysCell(eventClass, period),
    eventClass.basis === "requests" ? wordCell(formatCount(rows)) : { text: [absent("none")] },
    outside && open === 0 ? wordCell("") : open === 0 ? wordCell("0") : cell([strong(formatCount(open))]),
    { text: [strong(statusWords[control.status])], status: control.status },
  ];
}

function levelCell({ basis, levels }: EventClassInBundle): TableCell {
  if (basis === "outside") return { text: [muted("not here")] };
  if (basis === "derived") return { text: [muted("derived")] };
  if (levels === null) return { text: [muted("not known")] };
  if (levels.lowest === "None") return { text: [strong("not all")], detail: [plain(`to ${levels.highest}`)] };
  if (levels.lowest === levels.highest) return wordCell(levels.lowest);
  return { text: [plain(levels.lowest)], detail: [plain(`to ${levels.highest}`)] };
}

function daysCell({ days }: EventClassInBundle, period: Period): TableCell {
  const picture = dayMarks(period, days);
  const words = days === null ? "not in this source" : daysWords(days);
  return { text: [muted(words)], ...(picture === undefined ? {} : { picture }) };
}

/** A detail that an entry has to tell, where it is read from, and what to mind. */
interface Detail {
  readonly key: keyof RegisterEntry["details"];
  readonly head: string;
  readonly from: string;
  readonly mind: string;
}

const detailColumns: readonly Detail[] = [
  {
    key: "user",
    head: "User",
    from: "user.username, impersonatedUser.username",
    mind: "A login refused with 401 has none; nodes are system accounts.",
  },
  {
    key: "type",
    head: "Type of event",
    from: "verb, resource and subresource",
    mind: "A shell over WebSocket has the verb get, told by its subresource.",
  },
  {
    key: "time",
    head: "Date and time",
    from: "requestReceivedTimestamp, stageTimestamp",
    mind: "UTC, to the microsecond, by the clock of the API server.",
  },
  {
    key: "outcome",
    head: "Success or failure",
    from: "responseStatus.code, authorization decision",
    mind: "Absent where only the beginning was recorded.",
  },
  {
    key: "origin",
    head: "Origin",
    from: "sourceIPs, the last entry; userAgent",
    mind: "Clients can write all but the last, which may be a load balancer.",
  },
  {
    key: "object",
    head: "What was affected",
    from: "objectRef.resource and .name; cluster: see cover",
    mind: "Lists and watches reach a whole collection: no name.",
  },
];

function details(framework: Framework, registers: readonly RegisterEntry[]): readonly Block[] {
  const id = framework.controls.find(({ reportBlock }) => reportBlock === "event-details")?.id;
  return [
    {
      kind: "heading",
      text: `${id === undefined ? "Is" : `${id}: is`} every required detail present in every row?`,
      note: [
        plain("Per cent of rows. Less than 100 is dark. A refused login has no user to record; a list has no name."),
      ],
    },
    {
      kind: "table",
      dense: true,
      description: "For each register, the share of its rows in which each required detail is there.",
      columns: [
        column("register", "Register", 0.26),
        column("rows", "Rows", 0.08, "right"),
        ...detailColumns.map(({ key, head }) => column(key, head, 0.11, "right")),
      ],
      rows: registers.map((register) => [
        cell([plain(registerLabel(register.name))]),
        wordCell(formatCount(register.rows)),
        ...detailColumns.map(({ key }) => shareCell(register.details[key], register.rows)),
      ]),
    },
    {
      kind: "table",
      dense: true,
      description: "Where each detail is read from, and what to mind about it.",
      columns: [
        column("detail", "Detail", 0.15),
        column("from", "Read from", 0.37),
        column("mind", "To be minded", 0.48),
      ],
      rows: detailColumns.map(({ head, from, mind }) => [cell([plain(head)]), wordCell(from), wordCell(mind)]),
    },
  ];
}

function shareCell(filled: number, rows: number): TableCell {
  if (rows === 0) return wordCell("");
  const text = [plain(formatPercent(filled, rows).slice(0, -1))];
  return { text, picture: { kind: "bar", share: filled / rows } };
}
