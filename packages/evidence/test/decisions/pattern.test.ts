import { expect, test } from "vitest";
import { anyOf, fitsEverything } from "../../src/decisions/pattern.js";

test.each([
  ["alice", "alice", true],
  ["alice", "alice2", false],
  ["alice", "Alice", false],
  ["*", "", true],
  ["*", "anything", true],
  ["", "", true],
  ["", "a", false],
  ["system:serviceaccount:*", "system:serviceaccount:argocd:server", true],
  ["system:serviceaccount:*:deployer", "system:serviceaccount:team-a:deployer", true],
  ["system:serviceaccount:*:deployer", "system:serviceaccount:team-a:deployer2", false],
  ["a*b*c", "abc", true],
  ["a*b*c", "acb", false],
  ["a*a", "a", false],
  ["ab*ba", "aba", false],
  ["a**c", "abc", true],
  ["pay.*", "payments", false],
  ["a+", "aa", false],
])("pattern %j and text %j: %j", (pattern, text, fits) => {
  expect(anyOf([pattern])(text)).toBe(fits);
});

test("no list fits everything, an empty list nothing, of several one is enough", () => {
  expect(anyOf(undefined)("x")).toBe(true);
  expect(anyOf([])("x")).toBe(false);
  expect(anyOf(["a", "x*"])("xyz")).toBe(true);
});

test("only stars stand for everything", () => {
  expect(["*", "**", "", "a*", "*:*"].map(fitsEverything)).toEqual([true, true, false, false, false]);
});

test("a pattern made to be slow is not (abuse case 31)", () => {
  const matches = anyOf([`${"*a".repeat(200)}*b`]);
  const text = "a".repeat(50_000);
  const start = performance.now();
  expect(matches(text)).toBe(false);
  expect(matches(`${text}c`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(500);
});
