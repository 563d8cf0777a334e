import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutMiddle, displayWidth } from "../../src/terminal/display-width.js";

describe("displayWidth", () => {
  test.each([
    ["", 0],
    ["audit.log", 9],
    ["Zo\u00eb", 3],
    ["Zoe\u0308", 3],
    ["雪", 2],
    ["こんにちは", 10],
    ["안녕", 4],
    ["ﾊﾝｶｸ", 4],
    ["ＡＢ", 4],
    ["🚀", 2],
    ["𠮷", 2],
    ["●▲◧◌─…", 6],
    ["α\u200dβ", 2],
  ])("%j takes %i columns", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("cutMiddle", () => {
  test.each([
    ["external-secrets-operator", 25, "external-secrets-operator"],
    ["external-secrets-operator", 20, "external-s…-operator"],
    ["external-secrets-operator", 5, "ex…or"],
    ["external-secrets-operator", 1, "…"],
    ["雪雪雪雪雪", 7, "雪…雪雪"],
    ["雪雪雪雪雪", 6, "雪…雪"],
    ["e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"],
  ])("%j in %i columns is %j", (text, width, cut) => {
    expect(cutMiddle(text, width)).toBe(cut);
  });

  test("never takes more columns than it may, and keeps what fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (text, width) => {
        const cut = cutMiddle(text, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (displayWidth(text) <= width) expect(cut).toBe(text);
        else {
          const [start = "", end = ""] = cut.split("…");
          expect(text.startsWith(start)).toBe(true);
          expect(text.endsWith(end)).toBe(true);
        }
      }),
    );
  });
});
