import { describe, expect, test } from "vitest";
import { changedLines, contentLines } from "../../src/document/access-content.js";
import { textOf } from "../../src/document/text.js";

const read = (json: string) => contentLines(json).map(textOf);

function lines(...names: string[]) {
  return names.map((name) => [{ kind: "log" as const, text: name }]);
}

describe("contentLines", () => {
  test("names subjects and the role they are bound to", () => {
    const json = JSON.stringify({
      subjects: [
        { kind: "User", name: "mallory" },
        { kind: "ServiceAccount", namespace: "payments", name: "app" },
      ],
      roleRef: { kind: "ClusterRole", name: "cluster-admin" },
    });
    expect(read(json)).toEqual(["User mallory", "ServiceAccount payments/app", "to ClusterRole cluster-admin"]);
  });

  test("names verbs, resources, groups, names and paths of rules", () => {
    const json = JSON.stringify({
      rules: [
        { verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] },
        { verbs: ["get"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"] },
        { verbs: ["get"], nonResourceURLs: ["/metrics"] },
      ],
    });
    expect(read(json)).toEqual(["get, list on pods", "get on deployments in apps named web", "get on /metrics"]);
  });

  test.each(["[]", "{", '"text"', '{"__proto__":{"rules":[]}}', '{"rules":5,"subjects":{},"roleRef":[]}'])(
    "prints %s as it was recorded",
    (json) => expect(read(json)).toEqual([json]),
  );

  test("nothing recorded gives no line", () => expect(read("")).toEqual([]));
});

describe("changedLines", () => {
  test("marks what the other side does not have", () => {
    const marked = changedLines(lines("a", "b"), lines("a"));
    expect(marked.map((line) => [textOf(line.text), line.changed])).toEqual([
      ["a", false],
      ["b", true],
    ]);
  });

  test("keeps changed lines when there are many, and says how many are left out", () => {
    const marked = changedLines(
      lines("a", "b", "c", "d", "e", "f", "g", "new"),
      lines("a", "b", "c", "d", "e", "f", "g"),
    );
    expect(marked).toHaveLength(6);
    expect(marked.map((line) => textOf(line.text))).toContain("new");
    expect(textOf(marked.at(-1)?.text ?? [])).toBe("… 3 more lines");
  });
});
