import { describe, expect, test } from "vitest";
import { type DataProblem, readDataDocument } from "../../src/config/data-document.js";

function read(text: string | Uint8Array) {
  return readDataDocument(typeof text === "string" ? Buffer.from(text) : text);
}

function problemsOf(text: string | Uint8Array): readonly string[] {
  return read(text).problems.map(({ line, column, message }: DataProblem) => `${line}:${column}: ${message}`);
}

describe("readDataDocument", () => {
  test("reads YAML and JSON alike, and knows where things stand", () => {
    const yaml = read("scope:\n  cde: [payments]\nsample:\n  size: 40\n").document;
    const json = read('{\n  "scope": { "cde": ["payments"] },\n  "sample": { "size": 40 }\n}\n').document;
    expect(yaml?.value).toEqual({ scope: { cde: ["payments"] }, sample: { size: 40 } });
    expect(json?.value).toEqual(yaml?.value);
    expect(yaml?.placeOf(["sample", "size"])).toEqual({ line: 4, column: 3 });
    expect(yaml?.placeOf(["scope", "cde", 0])).toEqual({ line: 2, column: 9 });
    expect(yaml?.placeOf(["scope", "ephi"])).toEqual({ line: 2, column: 3 });
    expect(json?.placeOfKey(["sample"], "size")).toEqual({ line: 3, column: 15 });
  });

  test.each([
    ["a key that stands twice", "out: a\nout: b\n", "2:1: this key stands twice; keep one of them"],
    ["two documents", "out: a\n---\nout: b\n", "2:1: a second document begins here; expected one"],
    ["an alias", "a: &x [1]\nb: *x\n", "2:4: is an alias of YAML; write the value itself"],
    ["a tag", "out: !!js/function 'function () {}'\n", "1:6: has a tag of YAML; expected plain data"],
    ["a tag of the program's", "out: !run x\n", "1:6: has a tag of YAML; expected plain data"],
    ["a key that is no text", "1: a\n", "1:1: is not a text; put a key in quotes"],
    ["a tab", "scope:\n\tcde: [a]\n", "2:1: is indented with a tab; YAML takes spaces only"],
    ["a program", "module.exports = {};\nrequire('child_process')\n", null],
  ])("refuses %s", (_what, text, expected) => {
    const problems = problemsOf(text);
    if (expected === null) expect(read(text).document?.value ?? "").toBeTypeOf("string");
    else expect(problems).toContain(expected);
  });

  test.each(["__proto__", "constructor", "prototype"])("refuses %s as a key, at any depth (abuse case 35)", (key) => {
    for (const text of [`${key}: {polluted: 1}\n`, `scope:\n  - {"${key}": {"polluted": 1}}\n`]) {
      expect(read(text).document).toBeNull();
      expect(problemsOf(text)[0]).toContain(`${key}: is not known here`);
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("refuses what cannot be read without quoting it, and does not fall over", () => {
    expect(problemsOf(Buffer.from([0xff, 0xfe, 0x00]))).toEqual(["1:1: is not UTF-8 text; expected YAML or JSON"]);
    const secret = "hunter2-\u001b[31m";
    for (const text of [`password: "${secret}`, `a: [${secret}`, `? [${secret}\n`, `{${secret}`]) {
      expect(read(text).document).toBeNull();
      expect(problemsOf(text).join()).not.toContain("hunter2");
    }
  });

  test.each(["[", "{a: ", "- ", "? ", "\n["])("nesting of %j without end is refused before it is parsed", (open) => {
    const deep = open.repeat(100_000);
    expect(problemsOf(deep)).toEqual([expect.stringMatching(/^\d+:\d+: is nested too deeply to be read$/)]);
    expect(problemsOf(open.repeat(50))).not.toContain("is nested too deeply to be read");
  });

  test("indentation without end is refused too", () => {
    const steps = Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
    expect(problemsOf(steps)).toEqual(["402:402: is nested too deeply to be read"]);
  });

  test("an empty file is an empty document", () => {
    for (const text of ["", "# nothing yet\n"]) expect(read(text).document?.value ?? null).toBeNull();
  });
});
