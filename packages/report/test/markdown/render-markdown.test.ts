import { marked, type Token } from "marked";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderMarkdown } from "../../src/markdown/render-markdown.js";
import { everyBlock } from "../fixtures/every-block.js";
import { hostileEvidence, hostileGroups } from "../fixtures/hostile.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";

const input = { frameworkId: "soc2", evidenceId: "7f3a9c41e07d52b8".padEnd(64, "0") };

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = [];
  marked.walkTokens(marked.lexer(text, { gfm: true }), (token) => void found.push(token));
  return found;
}

describe("renderMarkdown", () => {
  test("a summary of the example log has every section, a line for each control, and where each register is", async () => {
    const evidence = await exampleEvidence();
    const document = await buildReportDocument({ ...input, evidence });
    const text = renderMarkdown(document);
    const headings = tokensOf(text).flatMap((token) =>
      token.type === "heading" && token.depth === 2 ? [token.text] : [],
    );
    expect(headings).toEqual(document.sections.map(({ number, shortTitle }) => `${number} ${shortTitle}`));
    const controls = evidence.bundle.frameworks[0]!.controls;
    for (const { id } of controls) expect(text).toContain(`| **${id}**`);
    for (const { name, rows } of evidence.bundle.registers.filter((one) => one.rows > 0)) {
      expect(text).toContain(`registers/${name}.csv`);
      expect(rows).toBeGreaterThan(0);
    }
    expect(text).toContain("`7f3a9c41e07d52b8`");
  });

  test("every kind of block has a form, and nothing in it is HTML but line breaks in cells", () => {
    const tokens = tokensOf(renderMarkdown(everyBlock));
    const html = tokens.filter(({ type }) => type === "html").map(({ raw }) => raw);
    expect([...new Set(html)]).toEqual(["<br>"]);
    expect(tokens.filter(({ type }) => type === "link" || type === "image")).toEqual([]);
  });

  test.each(hostileGroups().map((values, index) => [index, values] as const))(
    "abuse case 32: hostile text everywhere in the log is no link, image or HTML (group %i)",
    async (_, values) => {
      const document = await buildReportDocument({ ...input, evidence: hostileEvidence(values) });
      const tokens = tokensOf(renderMarkdown(document));
      const acting = tokens.filter(
        ({ type, raw }) => ["link", "image", "html", "def", "del"].includes(type) && raw !== "<br>",
      );
      expect(acting.map(({ raw }) => raw)).toEqual([]);
    },
  );

  test("the same document gives the same text, which ends with one line end", async () => {
    const document = await buildReportDocument({ ...input, evidence: await exampleEvidence() });
    expect(renderMarkdown(document)).toBe(renderMarkdown(document));
    expect(renderMarkdown(document)).toMatch(/[^\n]\n$/);
  });
});
