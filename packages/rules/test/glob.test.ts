import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob } from "../src/index.js";

/** What the pattern means, by the textbook: slow, but plainly right. */
function meant(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern[0] === "*") return meant(pattern.slice(1), text) || (text !== "" && meant(pattern, text.slice(1)));
  return text[0] === pattern[0] && meant(pattern.slice(1), text.slice(1));
}

describe("compileGlob", () => {
  test.each([
    ["system:serviceaccount:*:argocd-*", "system:serviceaccount:argocd:argocd-server", true],
    ["prod-*", "prod-", true],
    ["prod-*", "nonprod-eu", false],
    ["*", "", true],
    ["a*a", "a", false],
    ["a.c", "abc", false],
    ["*ab*ab*", "ab", false],
    ["*aab", "aaab", true],
    ["*aab*", "aaaab-", true],
  ])("%j on %j: %j", (pattern, text, fits) => {
    expect(compileGlob(pattern)(text)).toBe(fits);
  });

  test("means what it says, on any pattern and text", () => {
    const few = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 8 }).map((all) => all.join(""));
    const text = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 12 }).map((all) => all.join(""));
    fc.assert(fc.property(few, text, (pattern, value) => compileGlob(pattern)(value) === meant(pattern, value)));
  });

  // Abuse case 31: with backtracking, each of these takes hours.
  test.each([
    ["a*".repeat(200) + "b", "a".repeat(50_000)],
    ["*" + "ab*".repeat(300) + "c", "ab".repeat(25_000)],
    ["*" + "a".repeat(500) + "b*", "a".repeat(50_000)],
    ["*".repeat(1000) + "x", "y".repeat(50_000)],
  ])("takes time linear in 50 kB of text (%#)", (pattern, text) => {
    const matches = compileGlob(pattern);
    const start = performance.now();
    for (let i = 0; i < 20; i++) expect(matches(text)).toBe(false);
    expect((performance.now() - start) / 20).toBeLessThan(100);
  });
});
