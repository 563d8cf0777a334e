import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const cases = [...read("docs/threat-model.md").matchAll(/^\| (\d+) +\| .*\| `([^`]+)` +\|$/gm)].map(
  ([, number = "", file = ""]) => ({ number, file }),
);

describe("docs/threat-model.md", () => {
  test("lists abuse cases, each once", () => {
    expect(cases.length).toBeGreaterThan(25);
    expect(new Set(cases.map(({ number }) => number)).size).toBe(cases.length);
  });

  test.each(cases)("abuse case $number is tested in $file, by its number", ({ number, file }) => {
    const named = [...read(file).matchAll(/abuse cases? (\d+(?:(?:, | and )\d+)*)/gi)].flatMap(([, list = ""]) =>
      list.split(/, | and /),
    );
    expect(named).toContain(number);
  });
});
