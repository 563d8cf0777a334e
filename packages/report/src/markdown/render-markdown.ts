import type { ReportDocument, ReportSection } from "../document/report-document.js";
import { code, plain } from "../document/text.js";
import { blockMarkdown, type SectionNumbers, sectionNumbers } from "./blocks.js";
import { markdownParagraph, markdownText, markdownWords } from "./inert-text.js";

/**
 * Renders a report as a summary in Markdown, for a ticket, a pull request or a wiki: the sections and tables of the other
 * documents, but of each register only how many rows it has and which file holds them.
 *
 * Tables are in GitHub's form. Text of the log stands in code spans and nothing of it is markup, HTML, a link or a mention. The
 * same document gives the same text. Never throws.
 */
export function renderMarkdown(document: ReportDocument): string {
  const { cover } = document;
  const numbers = sectionNumbers(document);
  const facts = cover.facts.map(({ label, value }) => `- **${label}**: ${markdownText(value)}`).join("\n");
  const state = document.state.label === "" ? [] : [`**${markdownWords(document.state.label)}**`];
  const parts = [
    `# ${markdownWords(cover.title.replaceAll("\n", " "))}, ${markdownWords(cover.period)}`,
    ...state,
    facts,
    markdownWords(cover.note),
    ...document.sections.flatMap((section) => sectionMarkdown(section, numbers)),
    "---",
    markdownText([plain("Evidence id "), code(document.evidenceId)]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function sectionMarkdown(section: ReportSection, numbers: SectionNumbers): readonly string[] {
  const { number, shortTitle, title, standfirst, blocks } = section;
  const name = number === "" ? shortTitle : `${number} ${shortTitle}`;
  return [
    `## ${markdownWords(name)}`,
    markdownParagraph([{ kind: "strong", text: title }]),
    markdownParagraph([plain(standfirst)]),
    ...blocks.map((block) => blockMarkdown(block, numbers)),
  ];
}
