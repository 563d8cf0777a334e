import type { Block, ReportDocument, ReportSection, TableBlock, Text } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";

/** Gives a document as lines of text, the way it reads from top to bottom. */
export function documentText(document: ReportDocument): string {
  const { cover } = document;
  const lines = [
    document.title,
    cover.title,
    cover.period,
    ...cover.facts.map((fact) => `${fact.label}: ${textOf(fact.value)}`),
    cover.note,
  ];
  return [...lines, ...document.sections.flatMap(sectionLines)].join("\n");
}

/** Gives a section as lines. */
export function sectionLines(section: ReportSection): readonly string[] {
  return [
    "",
    `${section.number} ${section.shortTitle}`,
    section.title,
    section.standfirst,
    ...section.blocks.flatMap(blockLines),
  ];
}

/** Gives every text of a document that is made of runs. */
export function textsOf(document: ReportDocument): readonly Text[] {
  const texts: Text[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.length > 0 && value.every(isRun)) texts.push(value as Text);
      else value.forEach(collect);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(document);
  return texts;
}

/** Gives every string of a document that stands outside of runs: our own words. */
export function ownStrings(document: ReportDocument): readonly string[] {
  const strings: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string") strings.push(value);
    else if (Array.isArray(value)) value.forEach((item) => (isRun(item) ? undefined : collect(item)));
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(document);
  return strings;
}

function isRun(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    "text" in value &&
    Object.keys(value).length === 2 &&
    typeof value.text === "string"
  );
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case "heading":
      return ["", `# ${block.text}`, ...(block.note === undefined ? [] : [textOf(block.note)])];
    case "paragraph":
      return [textOf(block.text)];
    case "status-figures":
      return block.figures.map(
        (figure) => `${figure.status} ${figure.count} (${figure.note}) ${figure.controls.join(" ")}`,
      );
    case "key-figures":
      return block.figures.map((figure) => `${figure.value} ${figure.label}`);
    case "facts":
      return block.facts.map((fact) => `${fact.number ?? ""} ${fact.label}: ${textOf(fact.value)}`.trim());
    case "code":
      return block.lines.map((line) => `$ ${line}`);
    case "table":
      return tableLines(block);
    case "totals":
      return block.lines.map(
        (line) =>
          `${line.label} ${line.total} = ${line.parts.map((part) => `${part.value} ${part.label}`).join(" + ")}; ${line.ties}`,
      );
    case "changes":
      return block.entries.map(
        (entry) => `${entry.letter} ${entry.time} ${textOf(entry.headline)}; ${textOf(entry.object)}; ${entry.state}`,
      );
    case "register":
      return [textOf(block.note), ...tableLines(block.printed)];
    case "ladder":
      return block.rows.map(
        (row) => `${row.label} ${row.count} from ${row.start} (${row.figures.join(" ")}) ${row.meaning}`,
      );
    case "signatures":
      return block.entries.map(
        (entry) => `${entry.step}: ${[entry.name, entry.role, entry.date, entry.statement].map(textOf).join(" | ")}`,
      );
    case "coverage-ribbon":
    case "actor-bars":
    case "namespace-matrix":
    case "timeline":
      return [`[${block.kind}: ${block.description}]`];
  }
}

function tableLines(block: TableBlock): readonly string[] {
  const rows = block.rows.map((row) =>
    row
      .map(
        (cell) =>
          `${textOf(cell.text)}${cell.detail === undefined ? "" : ` (${textOf(cell.detail)})`}${cell.section === undefined ? "" : `→${cell.section}`}`,
      )
      .join(" | "),
  );
  return [block.columns.map((column) => column.head).join(" | "), ...rows];
}
