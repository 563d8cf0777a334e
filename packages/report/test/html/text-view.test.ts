import { describe, expect, test } from "vitest";
import { hostileStrings } from "@kaudit/testkit";
import { breakablePieces, textView } from "../../src/html/text-view.js";

describe("breakablePieces", () => {
  test.each([
    ["bob", ["bob"]],
    ["system:anonymous", ["system:anonymous"]],
    [
      "system:serviceaccount:external-secrets:external-secrets-operator",
      ["system:", "serviceaccount:", "external-secrets:", "external-secrets-operator"],
    ],
    ["https://a/b//c/dddddddd", ["https://", "a/", "b//", "c/", "dddddddd"]],
  ])("%s breaks after : and /", (text, pieces) => {
    expect(breakablePieces(text)).toEqual(pieces);
  });

  test("nothing is lost or added, whatever the text", () => {
    for (const { value } of hostileStrings) expect(breakablePieces(value).join("")).toBe(value);
  });
});

describe("textView", () => {
  test("only log text is broken into pieces", () => {
    const text = "one/two/three/four/five";
    expect(textView([{ kind: "plain", text }])).toEqual([
      { plain: true, log: false, className: "plain", whole: "", pieces: [text] },
    ]);
    expect(textView([{ kind: "log", text }])[0]?.pieces).toHaveLength(5);
  });
});
