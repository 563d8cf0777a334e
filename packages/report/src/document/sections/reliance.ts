import type { EvidenceBundle } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { controlTotals, linesThatDoNotTie } from "../control-totals.js";
import { coverageRibbon, furtherInstances, hourCoverage, hourNoun } from "../coverage.js";
import { canaryBlocks } from "../canaries.js";
import { clusterBlocks } from "../clusters.js";
import { gapBlocks, gapCounts } from "../gap-sentences.js";
import { gateBlocks } from "../gates.js";
import { recordingBlocks } from "../recording.js";
import { sourceBlocks } from "../source.js";
import type { Block, TotalsBlock } from "../report-document.js";
import { cell, column, logCell, wordCell, unbrokenColumn } from "../row-cells.js";
import { code, joined, logText, muted, outsideText, plain, strong } from "../text.js";
import { formatBytes } from "../words/bytes.js";
import { agreeing, counted, formatCount, formatPercent } from "../words/count.js";
import { formatHash } from "../words/hash.js";
import { timeColumn } from "../words/period.js";
import { collectionBlocks } from "./collection.js";
import type { SectionContent } from "./section-content.js";

const mostInputs = 25;
const mostRejected = 10;
const mostSkipped = 10;
const mostPlaces = 2;

/** Builds "Can this evidence be relied on?": read before any result. */
export function relianceSection({ evidence }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const totals = controlTotals(bundle);
  return {
    id: "reliance",
    shortTitle: "Can this evidence be relied on?",
    title: title(bundle, totals),
    standfirst:
      "Read this page before any result. “None observed” means something only where the class could be recorded, was " +
      "recorded, and a planted action was found again.",
    blocks: [
      ...gateBlocks(bundle),
      ...clusterBlocks(bundle),
      ...running(bundle),
      ...canaryBlocks(bundle),
      { kind: "heading", text: "Do the numbers tie?" },
      totals,
      ...sourceBlocks(bundle),
      ...recordingBlocks(bundle),
      ...findings(bundle),
      ...rejected(bundle),
      ...skipped(bundle),
      ...collectionBlocks(bundle),
      ...inputs(bundle),
    ],
  };
}

function title(bundle: EvidenceBundle, totals: TotalsBlock): string {
  const broken = linesThatDoNotTie(totals);
  const tie = broken === 0 ? "all totals tie" : `${counted(broken, "total does", "totals do")} not tie`;
  if (bundle.coverage.length === 0) return `No event falls into the period; ${tie}`;
  const covered = formatPercent(sumOf(bundle, "coveredSeconds"), sumOf(bundle, "periodSeconds"));
  const { unexplained } = gapCounts(bundle);
  const gaps = unexplained === 0 ? "no unexplained gap" : counted(unexplained, "unexplained gap");
  return `The log covers ${covered} of the period, with ${gaps}; ${tie}`;
}

function sumOf({ coverage }: EvidenceBundle, field: "coveredSeconds" | "periodSeconds"): number {
  return coverage.reduce((sum, server) => sum + server[field], 0);
}

function running(bundle: EvidenceBundle): readonly Block[] {
  if (bundle.coverage.length === 0) return [];
  const coverage = hourCoverage(bundle);
  const share = formatPercent(coverage.withEvents, coverage.total);
  return [
    {
      kind: "heading",
      text: "When was the log running?",
      note: [
        plain(
          `${share} of the ${hourNoun({ ...coverage, total: 2 })} hold an event. Height: events an hour, one scale. ` +
            `Pale ground: the period. White boxes: gaps.${furtherInstances(bundle)}`,
        ),
      ],
    },
    coverageRibbon(bundle),
    ...gapBlocks(bundle),
  ];
}

function findings(bundle: EvidenceBundle): readonly Block[] {
  if (bundle.findings.length === 0) return [];
  return [
    {
      kind: "heading",
      text: `${counted(bundle.findings.length, "thing was", "things were")} noticed about the evidence itself`,
    },
    {
      kind: "table",
      description: "Findings about the evidence: what was noticed, how often, and the first places.",
      columns: [
        column("finding", "What was noticed", 0.5),
        column("count", "Count", 0.1, "right"),
        column("places", "First places", 0.4),
      ],
      rows: bundle.findings.map((finding) => [
        {
          text: outsideText(finding.message),
          ...(finding.cluster === undefined
            ? {}
            : { detail: [plain("in cluster "), ...outsideText(finding.cluster, 80)] }),
        },
        wordCell(formatCount(finding.count)),
        { text: places(finding.places), ...more(finding.places.length) },
      ]),
    },
  ];
}

function places(all: readonly string[]) {
  return joined(
    all.slice(0, mostPlaces).map((place) => logText(place, 120)),
    ", ",
  );
}

function more(count: number) {
  const rest = count - mostPlaces;
  return rest > 0 ? { detail: [plain(`and ${counted(rest, "more", "more")} in bundle.json`)] } : {};
}

function rejected(bundle: EvidenceBundle): readonly Block[] {
  const { totals } = bundle;
  if (totals.rejected === 0) return [];
  const rows = bundle.rejected.slice(0, mostRejected);
  return [
    {
      kind: "heading",
      text: `${counted(totals.rejected, "record was", "records were")} rejected`,
      ...noteWhenCut(rows.length, totals.rejected, "record", "rejected.csv"),
    },
    {
      kind: "table",
      description: "Rejected records: file, byte offset and length, and why.",
      dense: true,
      columns: [
        column("file", "File", 0.35),
        column("offset", "At byte", 0.13, "right"),
        column("length", "Bytes", 0.1, "right"),
        column("reason", "Why", 0.42),
      ],
      rows: rows.map((record) => [
        logCell(record.file),
        wordCell(formatCount(record.byteOffset)),
        wordCell(formatCount(record.byteLength)),
        cell(outsideText(record.detail === "" ? record.reason : `${record.reason}: ${record.detail}`, 200)),
      ]),
    },
  ];
}

function skipped(bundle: EvidenceBundle): readonly Block[] {
  if (bundle.skipped.length === 0) return [];
  const rows = bundle.skipped.slice(0, mostSkipped);
  return [
    {
      kind: "heading",
      text: `${counted(bundle.skipped.length, "file was", "files were")} skipped`,
      ...noteWhenCut(rows.length, bundle.skipped.length, "file"),
    },
    {
      kind: "table",
      description: "Files that were skipped, their size, and why.",
      dense: true,
      columns: [column("file", "File", 0.47), column("bytes", "Bytes", 0.13, "right"), column("reason", "Why", 0.4)],
      rows: rows.map((file) => [logCell(file.file), wordCell(formatCount(file.bytes)), cell(outsideText(file.reason))]),
    },
  ];
}

function inputs(bundle: EvidenceBundle): readonly Block[] {
  const rows = bundle.inputs.slice(0, mostInputs);
  const time = timeColumn(bundle.period);
  const moment = (timestamp: string | null) =>
    timestamp === null ? { text: [muted("none")] } : timeCell(time.format(timestamp));
  return [
    {
      kind: "heading",
      text: "Which files were read?",
      note: [
        ...firstOf(rows.length, bundle.inputs.length, "file"),
        plain(` ${formatBytes(bundle.totals.bytes)} in all; the whole hashes are in `),
        code("bundle.json"),
        plain("."),
      ],
    },
    {
      kind: "table",
      description: "Input files with bytes, records, rejected records, first and last event, and hash.",
      dense: true,
      columns: [
        column("file", "File", 0.28),
        column("bytes", "Bytes", 0.11, "right"),
        column("records", "Records", 0.08, "right"),
        column("rejected", "Rejected", 0.08, "right"),
        unbrokenColumn("first", "First event, UTC", 0.13),
        unbrokenColumn("last", "Last event, UTC", 0.13),
        unbrokenColumn("sha256", "SHA-256, first 16", 0.19),
      ],
      rows: rows.map((input) => [
        logCell(input.file),
        wordCell(formatCount(input.bytes)),
        wordCell(formatCount(input.records)),
        wordCell(formatCount(input.rejected)),
        moment(input.firstTimestamp),
        moment(input.lastTimestamp),
        { text: [code(formatHash(input.sha256))] },
      ]),
    },
  ];
}

function timeCell(moment: string) {
  return { text: [code(moment)] };
}

function firstOf(shown: number, total: number, noun: string, file = "bundle.json") {
  if (shown === total)
    return [
      strong(`${agreeing(total, "The only", `All ${formatCount(total)}`)} ${agreeing(total, noun, `${noun}s`)}.`),
    ];
  return [
    strong(`First ${formatCount(shown)} of ${formatCount(total)} ${noun}s`),
    plain("; all are in "),
    code(file),
    plain("."),
  ];
}

/** A table whose heading gives the number needs no line above it unless rows are left out. */
function noteWhenCut(shown: number, total: number, noun: string, file?: string) {
  return shown === total ? {} : { note: firstOf(shown, total, noun, file) };
}
