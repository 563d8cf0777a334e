import type { Block, ReportDocument, TableBlock, TableCell, Text } from "../document/report-document.js";
import { plain, strong } from "../document/text.js";
import { statusWords } from "../document/words/controls.js";
import { formatCount } from "../document/words/count.js";
import { markdownParagraph, markdownText, markdownWords } from "./inert-text.js";
import { markdownTable } from "./table.js";

/** Numbers of the document's sections by id, for cells that point to one. */
export type SectionNumbers = ReadonlyMap<string, string>;

/** Gives a block as Markdown; empty for a picture whose figures stand in another block. */
export function blockMarkdown(block: Block, numbers: SectionNumbers): string {
  switch (block.kind) {
    case "heading":
      return lines(`### ${markdownWords(block.text)}`, block.note === undefined ? "" : markdownParagraph(block.note));
    case "paragraph":
      return `${block.quoted === true ? "> " : ""}${markdownParagraph(block.text)}`;
    case "status-figures":
      return markdownTable(
        ["Result", "Count", "What it means", "Which"],
        block.figures.map((figure) => [
          `**${statusWords[figure.status]}**`,
          formatCount(figure.count),
          markdownWords(figure.note),
          markdownWords(figure.controls.join(", ")),
        ]),
        [1],
      );
    case "key-figures":
      return list(block.figures.map(({ value, label }) => [strong(value), plain(` ${label}`)]));
    case "facts":
      return list(
        block.facts.map(({ number, label, value }) => [
          strong(`${number === undefined ? "" : `${number} `}${label}`),
          plain(": "),
          ...value,
        ]),
      );
    case "code":
      return ["```sh", ...block.lines, "```"].join("\n");
    case "table":
      return tableMarkdown(block, numbers);
    case "totals":
      return list(
        block.lines.map(({ label, total, parts, ties }) => [
          strong(`${label} ${formatCount(total)}`),
          plain(` = ${parts.map((part) => `${formatCount(part.value)} ${part.label}`).join(" + ")}`),
          plain(ties ? "" : " (does not tie)"),
        ]),
      );
    case "coverage-ribbon":
      return list(block.rows.map(({ instance, note }) => [...instance, plain(`: ${note}`)]));
    case "actor-bars":
      return markdownTable(
        ["Who", "", "Requests"],
        block.rows.map(({ label, note, total }) => [markdownWords(label), markdownWords(note), formatCount(total)]),
        [2],
      );
    case "namespace-matrix":
      return markdownTable(
        ["Actor", ...block.columns.map(markdownText), "Total"],
        block.rows.map(({ actor, cells, total }) => [
          markdownText(actor),
          ...cells.map((cell) => (cell === null ? "" : formatCount(cell.success + cell.other))),
          formatCount(total),
        ]),
        [...block.columns.map((_, index) => index + 1), block.columns.length + 1],
      );
    case "timeline":
      return list(block.lanes.map(({ label, note }) => [...label, plain(`: ${note}`)]));
    case "changes":
      return list(
        block.entries.map(({ letter, time, actor, headline, object, state }) => [
          strong(`${letter} ${time} `),
          ...actor,
          plain(": "),
          ...headline,
          plain("; "),
          ...object,
          plain(state === "" ? "" : ` (${state})`),
        ]),
      );
    case "ladder":
      return markdownTable(
        ["", "Count", ...block.severities, "What it means"],
        block.rows.map(({ label, count, figures, meaning }) => [
          markdownWords(label),
          formatCount(count),
          ...figures.map(formatCount),
          markdownWords(meaning),
        ]),
        block.severities.map((_, index) => index + 2).concat(1),
      );
    case "signatures":
      return list(
        block.entries.map(({ step, statement, name, role, date }) => [
          strong(`${step}: `),
          ...statement,
          plain(" Name: "),
          ...orLine(name),
          plain(", role: "),
          ...orLine(role),
          plain(", date: "),
          ...orLine(date),
        ]),
      );
    case "register":
      return markdownParagraph([
        plain(`${formatCount(block.rows)} rows; all are in `),
        { kind: "code", text: block.file },
        plain("."),
      ]);
  }
}

/** Gives the numbers by which cells name sections. */
export function sectionNumbers(document: ReportDocument): SectionNumbers {
  return new Map(document.sections.map(({ id, number }) => [id, number]));
}

function tableMarkdown({ columns, rows }: TableBlock, numbers: SectionNumbers): string {
  const right = columns.flatMap(({ align }, index) => (align === "right" ? [index] : []));
  return markdownTable(
    columns.map(({ head }) => markdownWords(head)),
    rows.map((row) => row.map((cell) => cellMarkdown(cell, numbers))),
    right,
  );
}

function cellMarkdown({ text, detail, section }: TableCell, numbers: SectionNumbers): string {
  const words = text.length === 0 && section !== undefined ? [plain(numbers.get(section) ?? "")] : text;
  return [markdownText(words), ...(detail === undefined || detail.length === 0 ? [] : [markdownText(detail)])].join(
    "<br>",
  );
}

function list(items: readonly Text[]): string {
  return items.map((item) => `- ${markdownParagraph(item)}`).join("\n");
}

/** To be written by hand. */
function orLine(text: Text): Text {
  return text.length === 0 ? [plain("…………")] : text;
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
