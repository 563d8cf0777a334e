import { describe, expect, test } from "vitest";
import { levelsOf, visualOrder } from "../../../src/pdf/text/direction.js";

/** Upper case stands for Hebrew, as in the Unicode bidi algorithm's own examples. */
function hebrew(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => String.fromCodePoint(0x5d0 + (letter.charCodeAt(0) - 65)));
}

function drawn(text: string): string {
  const levels = levelsOf(hebrew(text));
  const items = Array.from(text, (character, index) => ({ character, level: levels[index] ?? 0, run: 0 }));
  return visualOrder(items)
    .map((item) => item.character)
    .join("");
}

describe("levelsOf and visualOrder", () => {
  test.each([
    ["left to right only", "system:node-1", "system:node-1"],
    ["right to left only", "ABC", "CBA"],
    ["a word within", "user ABC end", "user CBA end"],
    ["two words", "ABC DEF", "FED CBA"],
    ["a number after", "ABC 123", "123 CBA"],
    ["a number between", "ABC 12 DEF", "FED 12 CBA"],
    ["latin after", "ABC admin 123", "CBA admin 123"],
    ["neutral characters at the end belong to the line", "ABC!", "CBA!"],
    ["a path", "a/ABC/b", "a/CBA/b"],
  ])("%s", (_, text, expected) => expect(drawn(text)).toBe(expected));

  test("values keep apart: two right-to-left values stay in their columns' order", () => {
    const items = [
      { character: "A", level: 1, run: 0 },
      { character: "/", level: 0, run: 1 },
      { character: "B", level: 1, run: 2 },
    ];
    expect(
      visualOrder(items)
        .map((item) => item.character)
        .join(""),
    ).toBe("A/B");
  });
});
