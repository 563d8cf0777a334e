import type { EvidenceBundle } from "@kaudit/evidence";
import type { Block } from "./report-document.js";
import { cell, column, logCell, wordCell } from "./row-cells.js";
import { code, muted, outsideText, plain } from "./text.js";
import { counted, formatCount } from "./words/count.js";
import { formatDuration } from "./words/duration.js";
import { formatMoment } from "./words/period.js";

/** Builds "Were planted actions found again?": each class of them, how often it was found, and when it was missed. */
export function canaryBlocks({ canaries, clusters }: EvidenceBundle): readonly Block[] {
  const heading = "Were planted actions found again?";
  if (canaries === null) {
    return [
      {
        kind: "heading",
        text: heading,
        note: [plain("None was configured. "), code("kaudit canary"), plain(" prints a job that plants them.")],
      },
    ];
  }
  const several = clusters.length > 1;
  return [
    {
      kind: "heading",
      text: heading,
      note: [
        plain(
          "Harmless requests made on a schedule, so that they must be in the log. They are rows and no exceptions.",
        ),
      ],
    },
    {
      kind: "table",
      description: "Planted actions by class: expected how often, found how often, last found, and when missed.",
      dense: true,
      columns: [
        ...(several ? [column("cluster", "Cluster", 0.16)] : []),
        column("class", "Planted action", several ? 0.18 : 0.22),
        column("every", "Expected every", several ? 0.12 : 0.15, "right"),
        column("seen", "Found", several ? 0.1 : 0.11, "right"),
        column("last", "Last found, UTC", several ? 0.19 : 0.21),
        column("missed", "Missed", several ? 0.25 : 0.31),
      ],
      rows: canaries.map((canary) => [
        ...(several ? [logCell(canary.cluster)] : []),
        cell(outsideText(canary.class, 80)),
        wordCell(formatDuration(canary.expectedEverySeconds)),
        wordCell(formatCount(canary.seen)),
        cell(canary.last === null ? [muted("never")] : [code(formatMoment(canary.last))]),
        cell(missed(canary.missed)),
      ]),
    },
  ];
}

function missed(times: readonly (readonly [string, string])[]) {
  const [first] = times;
  if (first === undefined) return [muted("none")];
  const more = times.length > 1 ? `; ${counted(times.length - 1, "more time")}` : "";
  return [plain(`${formatMoment(first[0])} to ${formatMoment(first[1])}${more}`)];
}
