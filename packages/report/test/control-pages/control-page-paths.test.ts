import { hostileStrings } from "@kaudit/testkit";
import { expect, test } from "vitest";
import { controlPagePaths } from "../../src/control-pages/control-page-paths.js";
import { isPackPath } from "../../src/verify/pack-content.js";

const framework = (id: string, ...controls: readonly string[]) => ({
  id,
  controls: controls.map((one) => ({ id: one })),
});

function pathsOf(...frameworks: Parameters<typeof controlPagePaths>[0]): readonly string[] {
  return [...controlPagePaths(frameworks).values()].flatMap((paths) => [...paths.values()]);
}

test("the ids of the frameworks can be read in the names", () => {
  expect(
    pathsOf(framework("soc2", "CC6.1"), framework("pci-dss", "10.2.1.2"), framework("hipaa", "164.312(a)(2)(i)")),
  ).toEqual(["controls/soc2-CC6.1.pdf", "controls/pci-dss-10.2.1.2.pdf", "controls/hipaa-164.312-a-2-i.pdf"]);
});

test("ids that would give one name, also to a file system that does not tell capitals apart, give two", () => {
  const paths = pathsOf(framework("a", "b-c", "B-C", "b/c", "d"), framework("a-b", "c"));
  expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(5);
  expect(paths).toContain("controls/a-d.pdf");
  for (const path of paths) expect(isPackPath(path)).toBe(true);
});

test("abuse case 16: whatever ids a framework of one's own has, the files stay in the folder, and no two are one", () => {
  const ids = hostileStrings.map(({ value }) => value);
  const paths = pathsOf(framework("ours", ...ids, "../../etc/passwd", "..", "x".repeat(5_000)));
  expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(
    new Set([...ids, "../../etc/passwd", "..", "x".repeat(5_000)]).size,
  );
  for (const path of paths) {
    expect(isPackPath(path)).toBe(true);
    expect(path).toMatch(/^controls\/[A-Za-z0-9._-]+\.pdf$/);
    expect(path.length).toBeLessThan(120);
  }
});

test("the order of frameworks changes no name", () => {
  const [one, other] = [framework("a", "b-c"), framework("a-b", "c")];
  expect(pathsOf(one, other).toSorted()).toEqual(pathsOf(other, one).toSorted());
});
