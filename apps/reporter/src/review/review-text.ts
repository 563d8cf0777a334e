import { visibleString } from "@kaudit/schema";
import { formatCount, formatQuantity } from "../terminal/numbers.js";
import type { TerminalStyle } from "../terminal/style.js";
import { wrapText } from "../terminal/wrap.js";
import { openExceptions, severities } from "./review-order.js";
import type { ReviewedBundle, ReviewedException } from "./review-source.js";
import { circumstances, clusterWords, inOneLine, sentenceOf } from "./review-words.js";

const staleWords: Readonly<Record<string, string>> = {
  "no-such-exception": "no exception of this period has this id",
  "older-than-requests": "requests came after it was decided",
  "by-its-actor": "decided by who made the requests; somebody else has to",
};

/** Writes the open exceptions for people, most severe first, and the decisions that close nothing. */
export function reviewText(bundle: ReviewedBundle, style: TerminalStyle): string {
  const { exceptions, period, decisions } = bundle;
  const open = openExceptions(exceptions);
  const name = clusterWords(bundle);
  const several = (bundle.clusters ?? []).length > 1;
  const columns = Math.min(style.columns, 100);
  return [
    style.bold(title(open, exceptions.length)),
    `${visibleString(period.label)}, ${name}`,
    ...open.map((exception) => `\n${exceptionText(exception, columns, style, several)}`),
    ...staleText(decisions.stale),
    "",
  ].join("\n");
}

function title(open: readonly ReviewedException[], all: number): string {
  if (all === 0) return "No rule singled anything out";
  if (open.length === 0 && all === 1) return "The one exception is decided";
  if (open.length === 0) return `All ${formatQuantity(all, "exception")} are decided`;
  const counts = severities
    .map((severity) => [open.filter((one) => one.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${formatCount(count)} ${severity}`);
  return `${formatCount(open.length)} of ${formatQuantity(all, "exception")} ${open.length === 1 ? "is" : "are"} open: ${counts.join(", ")}`;
}

function exceptionText(exception: ReviewedException, columns: number, style: TerminalStyle, several: boolean): string {
  const where = several && exception.cluster !== "" ? `  ${inOneLine(exception.cluster)}` : "";
  const head = `${exception.severity.padEnd(8)}  ${inOneLine(exception.id)}${where}`;
  const indent = "  ";
  return [
    style.bold(head),
    wrapText(sentenceOf(exception), columns, indent),
    style.dim(wrapText(circumstances(exception), columns, indent)),
    ...(exception.remedy === "" ? [] : [wrapText(inOneLine(exception.remedy), columns, indent)]),
  ].join("\n");
}

function staleText(stale: ReviewedBundle["decisions"]["stale"]): readonly string[] {
  if (stale.length === 0) return [];
  return [
    "",
    `${formatQuantity(stale.length, "disposition")} ${stale.length === 1 ? "closes" : "close"} nothing:`,
    ...stale.map(({ exception, by, at, problem }) => {
      const why = Object.hasOwn(staleWords, problem) ? staleWords[problem] : inOneLine(problem);
      return `  ${inOneLine(exception)}  by ${inOneLine(by)}, ${inOneLine(at)}: ${why}`;
    }),
  ];
}
