import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { dayMarks } from "../day-marks.js";
import { serverName } from "../clusters.js";
import { frameworkOf } from "../framework.js";
import type { Block, TableCell } from "../report-document.js";
import { cell, column, logCell, wordCell } from "../row-cells.js";
import { absent, muted, outsideText, plain, strong } from "../text.js";
import { counted, formatCount } from "../words/count.js";
import { formatDuration } from "../words/duration.js";
import { daysOf, formatDay, formatMoment } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

const dayMs = 86_400_000;
/** Gaps that are printed; all are in bundle.json. */
const mostGaps = 25;

/**
 * Builds how the log is kept: whether it was looked at every day, how far back it reaches, and when logging failed (PCI DSS v4.0.1
 * 10.4.1, 10.5.1, 10.7).
 */
export function logKeepingSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  const history = historyOf(bundle);
  const reference = idOf(framework, "log-history");
  return {
    id: "log-keeping",
    shortTitle: "How the log is kept",
    title:
      history === null
        ? "No event was read, so nothing is known of the log's history"
        : `The oldest event read is of ${formatDay(history.oldest)}; no history of daily runs was handed in`,
    standfirst:
      "What can be told from the log itself and what was handed in. How long a store keeps its files, and who looked at " +
      "them, stands in no audit event.",
    ...(reference === undefined ? {} : { reference }),
    blocks: [...dailyReview(bundle, framework), ...logHistory(bundle, framework), ...failures(bundle, framework)],
  };
}

function idOf(
  framework: Framework,
  block: NonNullable<Framework["controls"][number]["reportBlock"]>,
): string | undefined {
  return framework.controls.find(({ reportBlock }) => reportBlock === block)?.id;
}

function heading(framework: Framework, block: Parameters<typeof idOf>[1], question: string, note: string): Block {
  const id = idOf(framework, block);
  const text = id === undefined ? `${question.slice(0, 1).toUpperCase()}${question.slice(1)}` : `${id}: ${question}`;
  return { kind: "heading", text, note: [plain(note)] };
}

function dailyReview(bundle: EvidenceBundle, framework: Framework): readonly Block[] {
  const { period, signOff } = bundle;
  const days = daysOf(period);
  const picture = dayMarks(period, null);
  const nothing: TableCell = { text: [muted("nothing handed in")], ...(picture === undefined ? {} : { picture }) };
  const { reviewed } = signOff;
  const review: Block =
    reviewed === null
      ? {
          kind: "paragraph",
          status: "insufficient-evidence",
          text: [plain("No review of the period is on record either.")],
        }
      : {
          kind: "paragraph",
          text: [
            strong("One review of the whole period is on record: "),
            ...outsideText(reviewed.name, 120),
            plain(", "),
            ...outsideText(reviewed.role, 120),
            plain(`, ${formatDay(reviewed.date)}. One review at its end does not show a daily one.`),
          ],
        };
  return [
    heading(
      framework,
      "daily-review",
      "was the log looked at every day?",
      "Pale marks: nothing was handed in for the day.",
    ),
    {
      kind: "table",
      description: "For each day: whether a run finished, and whether a person signed.",
      columns: [column("what", "", 0.24), column("days", "Day by day", 0.6), column("count", "Days", 0.16, "right")],
      rows: ["Run finished", "Signed by a person"].map((what) => [
        cell([plain(what)]),
        nothing,
        wordCell(`0 of ${formatCount(days)}`),
      ]),
    },
    review,
  ];
}

function historyOf({ inputs }: EvidenceBundle): { readonly oldest: string; readonly newest: string } | null {
  const times = inputs.flatMap(({ firstTimestamp, lastTimestamp }) =>
    [firstTimestamp ?? [], lastTimestamp ?? []].flat(),
  );
  const sorted = times.toSorted();
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  return oldest === undefined || newest === undefined ? null : { oldest, newest };
}

function logHistory(bundle: EvidenceBundle, framework: Framework): readonly Block[] {
  const history = historyOf(bundle);
  if (history === null) return [];
  const days = Math.floor((Date.parse(history.newest) - Date.parse(history.oldest)) / dayMs);
  const back = Math.max(0, Math.floor((Date.parse(bundle.period.to) - Date.parse(history.oldest)) / dayMs));
  return [
    heading(
      framework,
      "log-history",
      "how far back does the log reach?",
      "Of the files that were read in this run, which is as far as they can tell.",
    ),
    {
      kind: "facts",
      facts: [
        { label: "Oldest event", value: [plain(`${formatMoment(history.oldest)} UTC`)] },
        { label: "Newest event", value: [plain(`${formatMoment(history.newest)} UTC`)] },
        { label: "Between them", value: [plain(days === 0 ? "less than a day" : counted(days, "whole day"))] },
        {
          label: "Before the period's end",
          value: [
            plain(
              `${back === 0 ? "less than a day" : counted(back, "day")} of history; ${back >= 365 ? "twelve months or more" : "less than twelve months"}`,
            ),
          ],
        },
        {
          label: "Not known from the log",
          value: [
            plain(
              "How long the store keeps its files, and how soon older ones can be read. Ask for: its retention settings and an inventory.",
            ),
          ],
        },
        { label: "Asked for", value: outsideText(framework.retention, 400) },
      ],
    },
  ];
}

type Gap = EvidenceBundle["coverage"][number]["gaps"][number];

const causes: Readonly<Record<Gap["cause"], string>> = {
  silent: "nothing was recorded",
  restart: "the API server started after it",
  rotation: "a file seems to be missing",
  "before-first": "before the first event",
  "after-last": "after the last event",
  "heartbeats-missing": "the cluster's regular events are missing",
};

function failures(bundle: EvidenceBundle, framework: Framework): readonly Block[] {
  const { coverage } = bundle;
  const gaps = coverage.flatMap((server) =>
    server.gaps.map((gap) => ({ instance: serverName(bundle, server), ...gap })),
  );
  const total = coverage.reduce((sum, { gapsTotal }) => sum + gapsTotal, 0);
  const title = heading(
    framework,
    "logging-failures",
    "when did logging fail?",
    "A gap is a time in which an API server recorded nothing although it should have.",
  );
  if (coverage.some(({ complete }) => !complete)) {
    const words = "When an API server recorded something could not be kept in memory, so gaps are not known.";
    return [title, { kind: "paragraph", status: "insufficient-evidence", text: [plain(words)] }];
  }
  if (total === 0) return [title, { kind: "paragraph", text: [plain("No gap was found in the period.")] }];
  const shown = gaps.toSorted((a, b) => b.seconds - a.seconds).slice(0, mostGaps);
  return [
    title,
    {
      kind: "table",
      description: "Gaps of the log: API server, start, end, duration, cause and explanation.",
      columns: [
        column("server", "API server", 0.16),
        column("from", "Start, UTC", 0.16),
        column("to", "End, UTC", 0.16),
        column("duration", "Duration", 0.12, "right"),
        column("cause", "As the log shows", 0.2),
        column("explained", "Explained", 0.2),
      ],
      rows: shown.map((gap) => [
        logCell(gap.instance),
        wordCell(formatMoment(gap.from)),
        wordCell(formatMoment(gap.to)),
        wordCell(formatDuration(gap.seconds)),
        wordCell(causes[gap.cause] ?? gap.cause),
        gap.explained === null ? { text: [absent("not explained")] } : cell(outsideText(gap.explained, 300)),
      ]),
    },
    ...(total > shown.length
      ? [
          {
            kind: "paragraph" as const,
            text: [plain(`The longest ${shown.length} of ${counted(total, "gap")}; more are in bundle.json.`)],
          },
        ]
      : []),
  ];
}
