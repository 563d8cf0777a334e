import PdfKit from "pdfkit";
import { assert, constantFrom, integer, property, string, stringMatching, array } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Text } from "../../../src/document/report-document.js";
import { Faces } from "../../../src/pdf/text/faces.js";
import { textStyles } from "../../../src/pdf/text/text-style.js";
import { wrapBalanced, wrapText, type Line } from "../../../src/pdf/text/wrap.js";

const faces = new Faces(new PdfKit({ font: null as unknown as string }));

function log(text: string): Text {
  return [{ kind: "log", text }];
}

function plain(text: string): Text {
  return [{ kind: "plain", text }];
}

function read(lines: readonly Line[]): readonly string[] {
  return lines.map((line) => line.fragments.map((item) => item.boxed ?? item.text).join(""));
}

/** How much longer the longest line is than the shortest. */
function spread(lines: readonly Line[]): number {
  return Math.max(...lines.map((line) => line.width)) - Math.min(...lines.map((line) => line.width));
}

describe("wrapText", () => {
  test("breaks names after colons and slashes", () => {
    const name = "system:serviceaccount:external-secrets:external-secrets-operator";
    expect(read(wrapText(faces, log(name), textStyles.cell, 120))).toEqual([
      "system:serviceaccount:",
      "external-secrets:",
      "external-secrets-operator",
    ]);
  });

  test("breaks after dashes only what is wider than the line by itself", () => {
    const name = "payments/a-name-that-is-much-wider-than-its-column";
    const lines = read(wrapText(faces, log(name), textStyles.cell, 80));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/[-/]$/);
    expect(lines.join("")).toBe(name);
  });

  test("keeps a number with its noun and a part with its whole", () => {
    const lines = read(wrapText(faces, plain("Events were recorded in 1 of 24 hours"), textStyles.title, 260));
    expect(lines).toEqual(["Events were recorded in", "1 of 24 hours"]);
  });

  test("no line is wider than asked for, and no character is lost, whatever the text", () => {
    const words = array(
      constantFrom(
        "system:",
        "a-b_c",
        "/",
        "雪",
        "عربي",
        "123",
        "W".repeat(30),
        "\u0301",
        "é",
        "👩‍👩‍👧",
        " ",
        "  ",
        "x,y=z",
      ),
      { maxLength: 12 },
    );
    assert(
      property(words, integer({ min: 30, max: 200 }), (parts, width) => {
        const text = parts.join("").trim();
        const lines = wrapText(faces, log(text), textStyles.cell, width);
        for (const line of lines) {
          const trimmed = line.fragments;
          expect(trimmed.reduce((sum, item) => sum + item.width, 0)).toBeLessThanOrEqual(width + 0.02);
        }
        expect(read(lines).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
    );
  });

  test("cuts what has too many lines and says how many characters are missing", () => {
    const lines = read(wrapText(faces, log("x".repeat(300)), textStyles.cell, 100, { maxLines: 3 }));
    const shown = lines.filter((line) => /^x+$/.test(line)).join("").length;
    expect(lines.join(" ")).toMatch(new RegExp(`… ${300 - shown} more\\s+characters$`));
  });

  test("any printable text of one word stays in one piece where it fits", () => {
    assert(
      property(stringMatching(/^[!-~]{1,20}$/), (word) => {
        expect(read(wrapText(faces, plain(word), textStyles.cell, 1_000))).toEqual([word]);
      }),
    );
  });

  test("never throws, whatever the characters", () => {
    assert(
      property(string({ unit: "binary", maxLength: 40 }), (text) => {
        wrapText(faces, log(text), textStyles.cell, 60);
      }),
    );
  });
});

describe("wrapBalanced", () => {
  test("takes as few lines as fit and evens them out", () => {
    const words = plain("66 of 185 changes of access rights raised privilege, 25 of those by people");
    const greedy = wrapText(faces, words, textStyles.title, 440);
    const even = wrapBalanced(faces, words, textStyles.title, 440);
    expect(even).toHaveLength(greedy.length);
    expect(spread(even)).toBeLessThanOrEqual(spread(greedy));
  });
});
