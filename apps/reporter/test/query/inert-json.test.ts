import { hostileStrings } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inertJson } from "../../src/query/inert-json.js";

/** What must never reach a terminal raw; U+0080 to U+009F are controls just as U+0000 to U+001F are. */
const active = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

describe("inertJson", () => {
  test.each(hostileStrings.map(({ name, value }) => [name, value]))("keeps %s exact and inert", (_name, value) => {
    const text = inertJson({ [value]: [value] });
    expect(text).not.toMatch(active);
    expect(JSON.parse(text)).toEqual({ [value]: [value] });
  });

  test("keeps any text exact and inert, on one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const text = inertJson({ value });
        expect(text).not.toMatch(active);
        expect(JSON.parse(text)).toEqual({ value });
      }),
    );
  });

  test.each([
    ["\u001b]0;title\u0007", '"\\u001b]0;title\\u0007"'],
    ["\u009b31m", '"\\u009b31m"'],
    ["a\u202eb", '"a\\u202eb"'],
    ["\u{e0061}", '"\\udb40\\udc61"'],
    ["雪 ë 🚀", '"雪 ë 🚀"'],
  ])("writes %j as %s", (value, text) => {
    expect(inertJson(value)).toBe(text);
  });
});
