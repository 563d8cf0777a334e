import { compareByCodePoint } from "@kaudit/schema";
import { hostileText } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderedKey } from "../../src/internal/ordered-key.js";

const part = fc.oneof(
  hostileText(),
  fc
    .array(
      fc.constantFrom("", "\u0000", "\u0001", "\u0000\u0000", "\u0000\u0001", "a", "\ufffd", "\ud800", "\ufffdd800"),
    )
    .map((all) => all.join("")),
);
const parts = fc.array(part, { minLength: 1, maxLength: 4 });

describe("orderedKey", () => {
  test("different parts never give the same key", () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(orderedKey(a) === orderedKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 500 },
    );
  });

  test("no key begins another of as many parts, also after it went through UTF-8", () => {
    fc.assert(
      fc.property(fc.tuple(part, part), fc.tuple(part, part), (a, b) => {
        const [first, second] = [orderedKey(a), orderedKey(b)].map((key) => Buffer.from(key).toString("hex"));
        expect(first?.startsWith(second ?? "") === true).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 500 },
    );
  });

  test("keys sort as their parts do, one after the other", () => {
    const wellFormed = part.filter((text) => !/[\p{Surrogate}\ufffd]/u.test(text));
    fc.assert(
      fc.property(fc.tuple(wellFormed, wellFormed), fc.tuple(wellFormed, wellFormed), (a, b) => {
        const byParts = compareByCodePoint(a[0], b[0]) || compareByCodePoint(a[1], b[1]);
        expect(Math.sign(compareByCodePoint(orderedKey(a), orderedKey(b)))).toBe(Math.sign(byParts));
      }),
      { numRuns: 500 },
    );
  });

  test("an audit id cannot forge the boundary to the next part", () => {
    expect(orderedKey(["id\u0000\u0000get", "x"])).not.toBe(orderedKey(["id", "get", "x"]));
    expect(orderedKey(["id\u0000", "get"])).not.toBe(orderedKey(["id", "\u0000get"]));
  });
});
