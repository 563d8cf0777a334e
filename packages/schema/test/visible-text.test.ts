import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { visibleString, visibleText } from "../src/index.js";

/** Reads a visible string back: a backslash begins an escape, a doubled one is itself. */
function unescape(shown: string): string {
  return shown.replaceAll(
    /\\(?:(\\)|([ntr])|x([0-9a-f]{2})|u\{([0-9A-F]{4,6})\})/gu,
    (_all, backslash?: string, letter?: string, byte?: string, codePoint?: string) => {
      if (backslash !== undefined) return "\\";
      if (letter !== undefined) return { n: "\n", t: "\t", r: "\r" }[letter] ?? "";
      return String.fromCodePoint(Number.parseInt(byte ?? codePoint ?? "", 16));
    },
  );
}

const anyText = fc.string({ unit: "binary", maxLength: 60 });
/** Surrogates that stand alone, controls and look-alikes come up often. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\0",
        "\x1b[31m",
        "\n",
        "\\n",
        "\\",
        "U+202E",
        "\u202e",
        "\u200d",
        "\ufe0f",
        "❤",
        "👩",
        "1",
        "\u20e3",
      ),
      fc.constantFrom(" ", "  ", "\u00a0", "\u0301", "é", "\ud800", "\udc00", "\u{e0041}", "\ufeff", "雪", "x"),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

describe("visibleText", () => {
  test.each([
    "alice",
    "system:serviceaccount:kube-system:default",
    "Zoë Müller 雪",
    "שלום",
    "مرحبا بالعالم",
    "नमस्ते",
    "👩‍💻 👍🏽 ❤️ 🏳️‍🌈 1️⃣ 🇨🇭",
    "two  spaces inside",
    "e\u0301 decomposed",
    '<script>alert("x")</script>',
  ])("%s stays as it is", (text) => {
    expect(visibleText(text)).toEqual([{ kind: "text", text }]);
  });

  test("the empty text gives no runs", () => {
    expect(visibleText("")).toEqual([]);
  });

  test.each([
    ["NUL", "a\0b", "\\x00"],
    ["ESC", "a\x1bb", "\\x1b"],
    ["a line feed", "a\nb", "\\n"],
    ["a carriage return", "a\rb", "\\r"],
    ["a tab", "a\tb", "\\t"],
    ["DEL", "a\x7fb", "\\x7f"],
    ["a C1 control", "a\x9bb", "\\x9b"],
    ["a right-to-left override", "a\u202eb", "U+202E"],
    ["an isolate", "a\u2066b", "U+2066"],
    ["a zero-width space", "a\u200bb", "U+200B"],
    ["a zero-width joiner between letters", "a\u200db", "U+200D"],
    ["a soft hyphen", "a\u00adb", "U+00AD"],
    ["a no-break space", "a\u00a0b", "U+00A0"],
    ["an ideographic space", "a\u3000b", "U+3000"],
    ["a line separator", "a\u2028b", "U+2028"],
    ["a byte order mark", "a\ufeffb", "U+FEFF"],
    ["a variation selector behind a letter", "a\ufe0fb", "U+FE0F"],
    ["a supplementary variation selector", "a\u{e0100}b", "U+E0100"],
    ["a tag character", "a\u{e0041}b", "U+E0041"],
    ["a Hangul filler", "a\u3164b", "U+3164"],
    ["the blank Braille pattern", "a\u2800b", "U+2800"],
    ["a private-use character", "a\ue000b", "U+E000"],
    ["a noncharacter", "a\uffffb", "U+FFFF"],
    ["a high surrogate alone", "a\ud83db", "U+D83D"],
    ["a low surrogate alone", "a\udc00b", "U+DC00"],
  ])("%s becomes an escape", (_what, text, escape) => {
    expect(visibleText(text)).toEqual([
      { kind: "text", text: "a" },
      { kind: "escape", text: escape },
      { kind: "text", text: "b" },
    ]);
  });

  test("spaces at both ends are shown, those inside stay", () => {
    expect(visibleText(" a b  ")).toEqual([
      { kind: "escape", text: "U+0020" },
      { kind: "text", text: "a b" },
      { kind: "escape", text: "U+0020" },
      { kind: "escape", text: "U+0020" },
    ]);
    expect(visibleString("  ")).toBe("\\u{0020}\\u{0020}");
  });

  test("a combining mark without a letter, and the fourth in a row, become escapes", () => {
    expect(visibleString("\u0301a")).toBe("\\u{0301}a");
    expect(visibleString("a \u0301")).toBe("a \\u{0301}");
    expect(visibleString("a\u200b\u0301")).toBe("a\\u{200B}\\u{0301}");
    expect(visibleString("a\u0301\u0302\u0303\u0304")).toBe("a\u0301\u0302\u0303\\u{0304}");
  });

  test("no selector or joiner hides beside an emoji", () => {
    expect(visibleString("❤\ufe0f\ufe0f")).toBe("❤\ufe0f\\u{FE0F}");
    expect(visibleString("👩\u200d")).toBe("👩\\u{200D}");
    expect(visibleString("👩\u200d\u200d👩")).toBe("👩\\u{200D}\\u{200D}👩");
    expect(visibleString("1\ufe0f")).toBe("1\\u{FE0F}");
  });

  test("maxCharacters counts characters and says how many more there are", () => {
    expect(visibleText("abcdef", { maxCharacters: 4 })).toEqual([
      { kind: "text", text: "abcd" },
      { kind: "escape", text: "… 2 more characters" },
    ]);
    expect(visibleString("👍👍👍", { maxCharacters: 2 })).toBe("👍👍\\… 1 more character");
    expect(visibleString("ab", { maxCharacters: 2 })).toBe("ab");
    expect(visibleString("a\n\n", { maxCharacters: 2 })).toBe("a\\n\\… 1 more character");
    expect(visibleString("a b", { maxCharacters: 2 })).toBe("a \\… 1 more character");
    expect(visibleString("abc", { maxCharacters: 0 })).toBe("\\… 3 more characters");
  });

  test("nothing that controls a terminal or the direction of text is left", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), (text) => {
        const shown = visibleString(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown).toBe(shown.trim());
      }),
    );
  });

  test("runs hold the whole text, and no neighbours are both text", () => {
    fc.assert(
      fc.property(hostileText, fc.nat(30), (text, maxCharacters) => {
        const runs = visibleText(text, { maxCharacters });
        expect(runs.every((run, at) => run.kind === "escape" || runs[at + 1]?.kind !== "text")).toBe(true);
        const more = Array.from(text).length - maxCharacters;
        expect(runs.at(-1)?.text.startsWith("…") ?? false).toBe(more > 0);
      }),
    );
  });

  test("50,000 hostile characters take a moment, not a minute", () => {
    const started = performance.now();
    for (const unit of [" ", "\u0301", "\u200d", "👩\u200d", "\\", "a ", "\ud800"])
      visibleString(`${unit.repeat(50_000)}é`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("visibleString", () => {
  test("a backslash of the input is doubled, so it cannot pass for an escape", () => {
    expect(visibleString("a\\nb")).toBe("a\\\\nb");
    expect(visibleString("a\nb")).toBe("a\\nb");
    expect(visibleString("aU+202Eb")).toBe("aU+202Eb");
    expect(visibleString("a\u202eb")).toBe("a\\u{202E}b");
    expect(visibleString("a\u202e1")).toBe("a\\u{202E}1");
    expect(visibleString("a\\u{202E}b")).toBe("a\\\\u{202E}b");
    expect(visibleString("a\\… 2 more characters")).toBe("a\\\\… 2 more characters");
  });

  test("the text can be read back, so different texts are never shown alike", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), (text) => {
        expect(unescape(visibleString(text))).toBe(text);
      }),
    );
  });
});
