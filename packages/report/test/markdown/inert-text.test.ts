import { hostileStrings } from "@kaudit/testkit";
import { marked, type Token } from "marked";
import { describe, expect, test } from "vitest";
import { logText, outsideText, plain, strong } from "../../src/document/text.js";
import { markdownParagraph, markdownText } from "../../src/markdown/inert-text.js";
import { markdownTable } from "../../src/markdown/table.js";

const readers = [
  ["GitHub's form", { gfm: true }],
  ["plain Markdown", { gfm: false }],
] as const;

/** Every token of a text with those inside of it. */
function tokensOf(text: string, options: object): readonly Token[] {
  const found: Token[] = [];
  marked.walkTokens(marked.lexer(text, options), (token) => void found.push(token));
  return found;
}

const harmless = new Set(["paragraph", "text", "codespan", "escape", "space"]);

function actingTokens(text: string, options: object): readonly string[] {
  return tokensOf(text, options)
    .map(({ type }) => type)
    .filter((type) => !harmless.has(type));
}

describe("markdownText", () => {
  describe.each(readers)("abuse case 32: as %s reads it", (_, options) => {
    test.each(hostileStrings)("$attacks: $name is text, from the log and in a sentence", ({ value }) => {
      expect(actingTokens(markdownParagraph([plain("By "), ...logText(value)]), options)).toEqual([]);
      expect(actingTokens(markdownParagraph(logText(value)), options)).toEqual([]);
      expect(actingTokens(markdownParagraph(outsideText(value)), options)).toEqual([]);
    });
  });

  test("what GitHub links by itself stands in code, where it does not", () => {
    for (const text of [
      "@kaudit/owners",
      "see https://evil.example/x",
      "www.evil.example",
      "x #12",
      "GH-12",
      ":smile:",
      "a@b.example",
    ]) {
      const found = tokensOf(markdownParagraph(outsideText(text)), { gfm: true });
      expect(found.some(({ type }) => type === "codespan")).toBe(true);
      expect(found.map(({ type }) => type)).not.toContain("link");
    }
    expect(markdownText([plain("22 Nov 2026 12:00:00 UTC, 164.312(a)(1)")])).toBe(
      "22 Nov 2026 12:00:00 UTC, 164.312(a)(1)",
    );
  });

  test.each(hostileStrings)("$attacks: $name keeps its column of a table", ({ value }) => {
    const text = markdownTable(["Actor", "Count"], [[markdownText(logText(value)), "7"]], [1]);
    const [table] = marked.lexer(text, { gfm: true });
    expect(table?.type).toBe("table");
    const rows = (table as { rows: { text: string }[][] }).rows;
    expect(rows.map((row) => row.length)).toEqual([2]);
    expect(rows[0]?.[1]?.text).toBe("7");
  });

  test("text of the log can be read back from its code spans; its invisible characters are named outside", () => {
    const value = "a`b|c\\d``e\u202e";
    const spans = tokensOf(markdownText(logText(value)), { gfm: true });
    const text = spans.map((token) => (token.type === "codespan" ? decoded(token.text) : "")).join("|");
    expect(text.replaceAll(/\|+/g, "|").replace(/^\||\|$/g, "")).toBe("a`b|c\\d``e");
    expect(markdownText(logText(value))).toMatch(/\\\[U\+202E\\\]$/);
    expect(markdownText(logText("x U+202E"))).toBe("`x U+202E`");
  });

  test("a paragraph does not begin as a list, a heading or a rule", () => {
    expect(markdownParagraph([plain("1. first")])).toBe("1\\. first");
    expect(markdownParagraph([plain("- dash")])).toBe("\\- dash");
    expect(markdownParagraph([strong("Four "), plain("rows")])).toBe("**Four** rows");
  });
});

function decoded(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
