import type { ControlStatus, EvidenceBundle } from "@kaudit/evidence";
import { openExceptions } from "../review/review-order.js";
import { inOneLine, sentenceOf } from "../review/review-words.js";
import { clusterTable, logComplete } from "./cluster-summary.js";
import { displayWidth } from "./display-width.js";
import { formatBytes, formatCount, formatQuantity } from "./numbers.js";
import type { TerminalStyle } from "./style.js";
import { wrapText } from "./wrap.js";

/** What the summary tells about the written pack. */
export interface WrittenPack {
  /** As the user may type it. */
  readonly out: string;
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of bundle.json. */
  readonly evidenceId: string;
}

const statusWords: Readonly<Record<ControlStatus, string>> = {
  "evidence-present": "evidence present",
  exceptions: "exceptions to resolve",
  "insufficient-evidence": "insufficient evidence",
  "outside-source": "outside this source",
};

const statuses = Object.keys(statusWords) as readonly ControlStatus[];

/** `SOC 2    5 ● evidence present   8 ▲ exceptions to resolve   …`, or a status a line where that is too wide. */
function statusLines(bundle: EvidenceBundle, style: TerminalStyle): string {
  const named = bundle.frameworks.map((framework) => {
    const counts = statuses.map((status) => framework.controls.filter((control) => control.status === status).length);
    return { name: framework.name, counts };
  });
  const nameWidth = Math.max(...named.map(({ name }) => displayWidth(name)), 0) + 4;
  const countWidth = Math.max(...named.flatMap(({ counts }) => counts.map((count) => String(count).length)), 1);
  const words = statuses.map((status) => statusWords[status].length + countWidth + 3);
  const fits = nameWidth + words.reduce((sum, width) => sum + width, 0) + 3 * (words.length - 1) <= style.columns;
  return named
    .map(({ name, counts }) => {
      const parts = statuses.map((status, at) => {
        const count = String(counts[at]).padStart(fits ? 0 : countWidth);
        return `${count} ${style.statusShape(status)} ${statusWords[status]}`;
      });
      return name.padEnd(nameWidth) + parts.join(fits ? "   " : `\n${" ".repeat(nameWidth)}`);
    })
    .join("\n");
}

/** Exceptions that the summary names. */
const namedExceptions = 2;

/** The open exceptions, the most severe first: two of them, and where the others are. */
function exceptionLines(
  { exceptions, clusters = [] }: EvidenceBundle,
  out: string,
  style: TerminalStyle,
): readonly string[] {
  const open = openExceptions(exceptions);
  const named = open.slice(0, namedExceptions).map((exception) => {
    const where = clusters.length > 1 && exception.cluster !== "" ? `${inOneLine(exception.cluster)}: ` : "";
    const head = `  ${exception.severity.padEnd(8)}  ${inOneLine(exception.id)}  `;
    const indent = " ".repeat(displayWidth(head));
    return head + wrapText(where + sentenceOf(exception), style.columns, indent).slice(indent.length);
  });
  const more = open.length - named.length;
  return more > 0 ? [...named, `  ${formatCount(more)} more: kaudit review ${out}`] : named;
}

/** `rows    113 secrets   189 rbac   …`: how many rows each register holds, on as many lines as it takes. */
function registerLines(bundle: EvidenceBundle, style: TerminalStyle): string {
  const lines: string[] = [];
  let line = "rows ";
  for (const register of bundle.registers) {
    const part = `   ${formatCount(register.rows)} ${register.name}`;
    if (line.trim() !== "rows" && line.trim() !== "" && line.length + part.length > style.columns) {
      lines.push(line);
      line = "     ";
    }
    line += part;
  }
  return [...lines, line].join("\n");
}

/** A part of a total: how many, and of what. */
type Part = readonly [count: number, words: string];

/** The line that ties. Where it does not, it says so: numbers that do not add up must not look as if they did. */
function totalsLine([total, words]: Part, parts: readonly Part[]): string {
  const sum = parts.reduce((all, [count]) => all + count, 0);
  const right = parts.map(([count, word]) => `${formatCount(count)} ${word}`).join(" + ");
  const left = `${formatCount(total)} ${words}`;
  return sum === total ? `${left} = ${right}` : `${left} do not equal ${right} (${formatCount(sum)})`;
}

/**
 * Writes the summary of a report for the terminal: period, statuses, the most severe exceptions, rows, totals that tie, and where
 * the pack is. Texts of the log are made visible; `clusterName` must be visible text.
 */
export function reportSummary(
  bundle: EvidenceBundle,
  clusterName: string,
  pack: WrittenPack,
  style: TerminalStyle,
): string {
  const { totals } = bundle;
  const records = totals.records === 1 ? "record" : "records";
  const events = totals.events === 1 ? "event" : "events";
  const servers = bundle.coverage.length;
  const title = [bundle.period.label, clusterName, formatQuantity(servers, "API server"), logComplete(bundle.coverage)];
  const byCluster = clusterTable(bundle, style);
  return [
    style.bold(title.join(", ")),
    ...(byCluster === "" ? [] : ["", byCluster]),
    "",
    statusLines(bundle, style),
    ...exceptionLines(bundle, pack.out, style),
    "",
    registerLines(bundle, style),
    totalsLine(
      [totals.records, records],
      [
        [totals.events, events],
        [totals.rejected, "rejected"],
        [totals.foreign, "foreign"],
      ],
    ),
    totalsLine(
      [totals.events, events],
      [
        [totals.unique, "unique"],
        [totals.duplicates, totals.duplicates === 1 ? "duplicate" : "duplicates"],
      ],
    ),
    totalsLine(
      [totals.unique, "unique"],
      [
        [totals.insidePeriod, "inside the period"],
        [totals.outsidePeriod, "outside"],
      ],
    ),
    `wrote ${pack.out} (${formatQuantity(pack.files, "file")}, ${formatBytes(pack.bytes)})  evidence id ${pack.evidenceId.slice(0, 16)}`,
    "",
  ].join("\n");
}
