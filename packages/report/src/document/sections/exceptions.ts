import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { severalClusters } from "../clusters.js";
import { bySeverity, clusterOf, type ReportedException, severities, type Standing, standingOf } from "../exceptions.js";
import { frameworkOf } from "../framework.js";
import { registerSection } from "../register-names.js";
import type { Block, LadderBlock, TableCell, Text } from "../report-document.js";
import { cell, column, unbrokenColumn, wordCell } from "../row-cells.js";
import { absent, code, joined, outsideText, plain, strong } from "../text.js";
import { capitalised } from "../words/controls.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import { formatMoment } from "../words/period.js";
import type { SectionContent } from "./section-content.js";
import { suppressionAudit } from "./suppression-audit.js";

/** Of a longer table so many rows are printed. */
const mostRows = 25;
/** Up to so many rows a table is printed whole. */
const wholeRows = 30;

/** Builds the register of exceptions: from raised to open, what waits, and what closed the others. */
export function exceptionsSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const exceptions = bundle.exceptions;
  const open = bySeverity(exceptions.filter((one) => one.state === "open"));
  const closed = bySeverity(exceptions.filter((one) => one.state === "closed"));
  return {
    id: "exceptions",
    shortTitle: "Exceptions",
    title: title(exceptions),
    standfirst:
      "An exception is what a rule singled out: one kind of request by one actor, however many. None is deleted: an " +
      "approved one is counted here and shows its approval.",
    blocks: [
      ...(exceptions.length === 0
        ? []
        : [{ kind: "heading", text: "From raised to open" } as const, ladder(exceptions)]),
      ...openTable(open, frameworkOf(bundle, frameworkId), severalClusters(bundle)),
      ...suppressionAudit(bundle, closed),
      ...closedTable(closed, severalClusters(bundle)),
      ...staleTable(bundle),
      ...notEvaluated(bundle),
    ],
  };
}

function title(exceptions: readonly ReportedException[]): string {
  const all = exceptions.length;
  if (all === 0) return "No rule singled out a request or a state of the evidence";
  const waiting = exceptions.filter((one) => standingOf(one) === "open").length;
  const decided = all - waiting;
  const serious = exceptions.filter((one) => standingOf(one) === "open" && one.severity === "critical").length;
  const more = serious === 0 ? "" : `, ${formatCount(serious)} of them critical`;
  if (decided === 0) return `${counted(all, "exception waits", "exceptions wait")} for a decision${more}`;
  const part =
    decided === all && all > 1 ? `All ${formatCount(all)}` : `${formatCount(decided)} of ${formatCount(all)}`;
  const first = `${part} exceptions ${agreeing(decided, "is", "are")} decided`;
  return waiting === 0 ? first : `${first}; ${formatCount(waiting)} ${agreeing(waiting, "waits", "wait")}${more}`;
}

const standings: readonly (readonly [Standing, label: string, meaning: string, none: string])[] = [
  ["authorised", "Authorised", "an approval or a decision covers it", "none"],
  ["explained", "Explained", "cause known", "none"],
  ["false-positive", "False positive", "the rule was wrong", "none"],
  ["incident", "Incident", "being dealt with", "none declared"],
  ["open", "Open", "no decision that holds yet", "none waits"],
];

function ladder(exceptions: readonly ReportedException[]): LadderBlock {
  const shown = severities.filter((severity) => exceptions.some((one) => one.severity === severity));
  const figures = (of: readonly ReportedException[]) =>
    shown.map((severity) => of.filter((one) => one.severity === severity).length);
  let start = 0;
  const steps = standings.map(([standing, label, meaning, none]): LadderBlock["rows"][number] => {
    const of = exceptions.filter((one) => standingOf(one) === standing);
    const row = {
      label,
      start,
      count: of.length,
      figures: figures(of),
      meaning: of.length === 0 ? none : meaning,
      tone: standing === "open" || standing === "incident" ? ("open" as const) : ("closed" as const),
    };
    start += of.length;
    return row;
  });
  const told = steps.map(({ label, count }) => `${label.toLowerCase()} ${formatCount(count)}`).join(", ");
  return {
    kind: "ladder",
    total: exceptions.length,
    severities: shown,
    rows: [
      {
        label: "Raised",
        start: 0,
        count: exceptions.length,
        figures: figures(exceptions),
        meaning: "",
        tone: "closed",
      },
      ...steps,
    ],
    description: `Of ${counted(exceptions.length, "exception")}: ${told}.`,
  };
}

function rowsNote(
  shown: number,
  all: number,
  order: string,
  more = " The id stays the same when the run is repeated.",
): Text {
  const rows =
    shown === all
      ? `${all === 1 ? "The one row" : `All ${formatCount(all)} rows`}`
      : `First ${formatCount(shown)} of ${formatCount(all)} rows`;
  const rest = shown === all ? "" : "; all are in the workbook, sheet exceptions, and in bundle.json";
  return [strong(rows), plain(`${order}${rest}.${more}`)];
}

function openTable(
  open: readonly ReportedException[],
  { id: frameworkId, controlNoun }: Framework,
  several: boolean,
): readonly Block[] {
  if (open.length === 0) return [];
  const shown = printed(open);
  const note = (rows: number) => rowsNote(rows, open.length, ", most serious first");
  return [
    {
      kind: "heading",
      text: open.length === 1 ? "The one that is open" : `The ${formatCount(open.length)} that are open`,
      note: note(shown.length),
    },
    {
      kind: "table",
      anchors: shown.map(({ id }) => id),
      bookmarks: shown.map(({ id, severity }) => `${id}, ${severity}`),
      plan: { weight: 4, total: open.length, note },
      description:
        "Exceptions that wait for a decision or are incidents: severity, what the log shows, id, and controls.",
      columns: [
        unbrokenColumn("severity", "Severity", 0.12),
        column("shows", "What the log shows", 0.46),
        unbrokenColumn("id", "Exception", 0.18),
        column("controls", capitalised(controlNoun.plural), 0.17),
        { ...column("section", "Section", 0.07, "right"), paperHead: "Page" },
      ],
      rows: shown.map((exception) => [
        { text: [plain(exception.severity)], severity: exception.severity },
        {
          text: outsideText(exception.sentence, 400),
          ...detailOf(
            joined(
              [several ? clusterOf(exception) : [], circumstances(exception), whyStillOpen(exception)].filter(
                (part) => part.length > 0,
              ),
              "; ",
            ),
          ),
        },
        cell([code(exception.id)]),
        controlsCell(exception, frameworkId),
        placeOf(exception),
      ]),
    },
  ];
}

/** Where what it is about is printed: the first of its rows, else its register's section. */
function placeOf({ register, rowIds: [row] }: ReportedException): TableCell {
  if (register === null) return { text: [], section: "reliance" };
  return { text: [], section: registerSection(register), ...(row === undefined ? {} : { anchor: row }) };
}

/** A short list whole, else its beginning. */
function printed<Item>(all: readonly Item[]): readonly Item[] {
  return all.length <= wholeRows ? all : all.slice(0, mostRows);
}

function detailOf(detail: Text): Pick<TableCell, "detail"> {
  return detail.length === 0 ? {} : { detail };
}

function controlsCell({ controls }: ReportedException, frameworkId: string): TableCell {
  const ids = Object.hasOwn(controls, frameworkId) ? (controls[frameworkId] ?? []) : [];
  return ids.length === 0 ? { text: [absent("none")] } : wordCell(ids.join(", "));
}

/** How often and when, unless the sentence says so itself, and how many of the requests an approval covers. */
function circumstances({ sentence, count, first, last, approved }: ReportedException): Text {
  const from = formatMoment(first);
  const to = formatMoment(last);
  const when = from === to ? from : `${from} to ${to.slice(0, 10) === from.slice(0, 10) ? to.slice(11) : to}`;
  const part = approved > 0 && approved < count ? `${formatCount(approved)} of ${formatCount(count)} approved` : "";
  const words = sentence.includes(from.slice(0, 10))
    ? part
    : [`${counted(count, "time")}, ${when}`, part].filter(Boolean).join("; ");
  return words === "" ? [] : [plain(words)];
}

/** A decision that leaves its exception open says why. */
function whyStillOpen({ disposition }: ReportedException): Text {
  if (disposition === null) return [];
  if (disposition.decision === "incident")
    return [plain("incident declared by "), ...outsideText(disposition.by, 80), ...ticketText(disposition.ticket)];
  return [plain("the decision of "), ...outsideText(disposition.by, 80), plain(" does not hold, see below")];
}

function ticketText(ticket: string): Text {
  return ticket === "" ? [] : [plain(", "), ...outsideText(ticket, 80)];
}

function closedTable(closed: readonly ReportedException[], several: boolean): readonly Block[] {
  if (closed.length === 0) return [];
  const shown = printed(closed);
  const note = (rows: number) => rowsNote(rows, closed.length, ", most serious first", "");
  return [
    {
      kind: "heading",
      text: closed.length === 1 ? "The one that is closed" : `The ${formatCount(closed.length)} that are closed`,
      note: note(shown.length),
    },
    {
      kind: "table",
      anchors: shown.map(({ id }) => id),
      plan: { weight: 2, total: closed.length, note },
      description: "Closed exceptions: severity, what the log shows, id, and what closed each.",
      columns: [
        unbrokenColumn("severity", "Severity", 0.12),
        column("shows", "What the log shows", 0.4),
        unbrokenColumn("id", "Exception", 0.18),
        column("why", "Closed by", 0.3),
      ],
      rows: shown.map((exception) => [
        { text: [plain(exception.severity)], severity: exception.severity },
        {
          text: outsideText(exception.sentence, 400),
          ...detailOf(
            joined(
              [several ? clusterOf(exception) : [], circumstances(exception)].filter((part) => part.length > 0),
              "; ",
            ),
          ),
        },
        cell([code(exception.id)]),
        closedBy(exception),
      ]),
    },
  ];
}

function closedBy(exception: ReportedException): TableCell {
  const { disposition, approvals } = exception;
  if (disposition === null) return { text: [plain(`authorised, ${approvals.join(", ")}`)] };
  const word = disposition.decision === "false-positive" ? "false positive" : disposition.decision;
  return {
    text: [plain(word), ...ticketText(disposition.ticket)],
    detail: [
      plain("by "),
      ...outsideText(disposition.by, 80),
      plain(`, ${disposition.at}`),
      ...(disposition.note === "" ? [] : [plain(": "), ...outsideText(disposition.note, 240)]),
    ],
  };
}

const staleWords = {
  "no-such-exception": "no exception of this period has this id",
  "older-than-requests": "requests came after it was decided",
  "by-its-actor": "decided by who made the requests; somebody else has to decide",
} as const;

function staleTable({ decisions }: EvidenceBundle): readonly Block[] {
  const { stale } = decisions;
  if (stale.length === 0) return [];
  const shown = printed(stale);
  const note = (rows: number) => rowsNote(rows, stale.length, ", in the order of their file", "");
  return [
    {
      kind: "heading",
      text: `${counted(stale.length, "decision closes", "decisions close")} nothing`,
      note: note(shown.length),
    },
    {
      kind: "table",
      plan: { weight: 1, total: stale.length, note },
      description: "Decisions that close nothing, and why.",
      columns: [
        unbrokenColumn("id", "Exception", 0.2),
        column("decision", "Decision", 0.15),
        column("by", "By", 0.25),
        column("why", "Why it closes nothing", 0.4),
      ],
      rows: shown.map(({ exception, decision, by, at, problem }) => [
        cell([code(exception)]),
        wordCell(decision === "false-positive" ? "false positive" : decision),
        { text: outsideText(by, 80), detail: [plain(at)] },
        wordCell(staleWords[problem]),
      ]),
    },
  ];
}

function notEvaluated(bundle: EvidenceBundle): readonly Block[] {
  const { rules, capped } = bundle.exceptionsSummary;
  const silent = rules.filter(({ evaluated }) => evaluated !== "yes");
  const cappedNote: readonly Block[] =
    capped === 0
      ? []
      : [
          {
            kind: "paragraph",
            text: [
              plain(
                `${counted(capped, "request belongs", "requests belong")} to exceptions beyond the most that are kept.`,
              ),
            ],
          },
        ];
  if (silent.length === 0) return cappedNote;
  return [
    ...cappedNote,
    {
      kind: "heading",
      text: `${formatCount(silent.length)} of ${counted(rules.length, "rule")} could not be applied, or only in part`,
      note: [plain("What these rules look for may have happened without an exception here.")],
    },
    {
      kind: "table",
      dense: true,
      description: "Rules that were not or only partly evaluated, and why.",
      columns: [
        unbrokenColumn("rule", "Rule", 0.1),
        column("title", "What it looks for", 0.4),
        column("evaluated", "Applied", 0.1),
        column("reason", "Why not", 0.4),
      ],
      rows: silent.map(({ id, title: looksFor, evaluated, reason }) => [
        cell([code(id)]),
        cell(outsideText(looksFor)),
        wordCell(evaluated === "no" ? "no" : "in part"),
        cell(outsideText(reason, 400)),
      ]),
    },
  ];
}
