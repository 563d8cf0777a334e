import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";

describe("hostileStrings", () => {
  test("names and values are unique", () => {
    expect(new Set(hostileStrings.map((row) => row.name)).size).toBe(hostileStrings.length);
    expect(new Set(hostileStrings.map((row) => row.value)).size).toBe(hostileStrings.length);
  });

  test.each<readonly [string, (value: string) => boolean]>([
    ["a script element", (value) => value.startsWith("<script>")],
    ["a double quote before a handler", (value) => value.startsWith('" onmouseover')],
    ["a single quote before a handler", (value) => value.startsWith("' onfocus")],
    ["handlebars", (value) => value.includes("{{{")],
    ["__proto__", (value) => value === "__proto__"],
    ["constructor", (value) => value === "constructor"],
    ["an equals sign first", (value) => value.startsWith("=")],
    ["a plus first", (value) => value.startsWith("+")],
    ["a minus first", (value) => value.startsWith("-")],
    ["an at sign first", (value) => value.startsWith("@")],
    ["a tab first", (value) => value.startsWith("\t")],
    ["a carriage return first", (value) => value.startsWith("\r")],
    ["an escape sequence", (value) => value.includes("\u001b[")],
    ["an OSC 8 hyperlink", (value) => value.includes("\u001b]8;")],
    ["a C1 introducer", (value) => value.includes("\u009b")],
    ["NUL", (value) => value.includes("\0")],
    ["a bidi override", (value) => value.includes("\u202e")],
    ["a bidi isolate", (value) => value.includes("\u2066")],
    ["a zero-width space", (value) => value.includes("\u200b")],
    ["a lone surrogate", (value) => /\p{Cs}/u.test(value)],
    ["a homoglyph", (value) => value.includes("\u0430")],
    ["a fullwidth sign", (value) => value.includes("\uff1d")],
    ["a line separator", (value) => value.includes("\u2028")],
    ["a paragraph separator", (value) => value.includes("\u2029")],
    ["PDF text operators", (value) => value.includes(") Tj ET")],
    ["a Markdown link", (value) => value.includes("](javascript:")],
    ["%n", (value) => value.includes("%n")],
    ["parent folders", (value) => value.includes("../")],
    ["a template literal", (value) => value.includes("${")],
    ["private use", (value) => value.includes("\ue000")],
    ["4,000 characters and more", (value) => value.length > 4_000],
    ["a pile of combining marks", (value) => value.length > 100 && value.includes("\u0489\u0351")],
  ])("the corpus holds %s", (_what, isIt) => {
    expect(hostileStrings.some((row) => isIt(row.value))).toBe(true);
  });
});
