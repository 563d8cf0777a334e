import * as fc from "fast-check";
import { hostileText } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { readGoQuoted } from "../src/go-quoted.js";
import { goQuoted } from "./legacy-line.js";

/** What Go's strconv.Unquote gives; U+FFFD for each byte that is not UTF-8. */
const unquoted: readonly (readonly [quoted: string, value: string])[] = [
  [String.raw`""`, ""],
  [String.raw`"plain é 😀"`, "plain é 😀"],
  [String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
  [String.raw`"\x01\x7f"`, "\x01\x7f"],
  [String.raw`"\000\101\177"`, "\0A\x7f"],
  [String.raw`"\u2028\u00e9"`, "\u2028é"],
  [String.raw`"\U0001f600"`, "😀"],
  [String.raw`"\xc3\xa9"`, "é"],
  [String.raw`"\303\251"`, "é"],
  [String.raw`"\xf0\x9f\x98\x80"`, "😀"],
  [String.raw`"a\xffb"`, "a\ufffdb"],
  [String.raw`"\xe2\x82"`, "\ufffd\ufffd"],
  [String.raw`"\xc3é"`, "\ufffdé"],
  [String.raw`"\xed\xa0\x80"`, "\ufffd\ufffd\ufffd"],
];

const refused: readonly string[] = [
  "",
  "plain",
  '"',
  '"no end',
  String.raw`"ends in an escape\"`,
  String.raw`"\q"`,
  String.raw`"\'"`,
  String.raw`"\x1"`,
  String.raw`"\18"`,
  String.raw`"\400"`,
  String.raw`"\u12"`,
  String.raw`"\ud83d\ude00"`,
  String.raw`"\U00110000"`,
  '"line\nbreak"',
];

describe("readGoQuoted", () => {
  test.each(unquoted)("reads %s", (quoted, value) => {
    expect(readGoQuoted(`x=${quoted} y="z"`, 2)).toEqual({ value, end: 2 + quoted.length });
  });

  test.each(refused)("refuses %j, as Go does", (text) => {
    expect(readGoQuoted(text, 0)).toBeUndefined();
  });

  test("gives back whatever Go quotes", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const wellFormed = text.replace(/[\ud800-\udfff]/gu, "\ufffd");
        expect(readGoQuoted(goQuoted(wellFormed), 0)?.value).toBe(wellFormed);
      }),
    );
  });

  test("takes time in proportion to a long string of escapes", () => {
    const length = 2_000_000;
    expect(readGoQuoted(`"${String.raw`\xff`.repeat(length)}"`, 0)?.value).toHaveLength(length);
  });
});
