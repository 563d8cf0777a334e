import { hostileStrings, installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { ControlsError, frameworkById, frameworkJsonSchema, frameworks, parseFramework } from "../src/index.js";
import type { FrameworkInput, FrameworkProblem } from "../src/index.js";

installErrorMatchers();

const control = {
  id: "1",
  title: "Shells",
  summary: "People open no shells.",
  tested: "Sessions",
  evidenceClasses: ["sessions"],
  criteria: { present: "No shell.", exceptions: "A shell." },
} as const;

const smallest: FrameworkInput = {
  id: "ours",
  name: "Our rules",
  edition: "2026",
  owner: "Platform team",
  note: "Ours.",
  retention: "One year.",
  source: "Wiki.",
  controls: [{ ...control, evidenceClasses: [...control.evidenceClasses] }],
};

function problemsOf(value: unknown): readonly FrameworkProblem[] {
  try {
    parseFramework(value);
  } catch (error) {
    if (error instanceof ControlsError) return error.details?.["problems"] as readonly FrameworkProblem[];
    throw error;
  }
  return [];
}

describe("parseFramework", () => {
  test("fills in what may be left out", () => {
    expect(parseFramework(smallest)).toEqual({
      ...smallest,
      controlNoun: { singular: "control", plural: "controls" },
      scopeLabel: "production",
      categories: [],
      sections: [],
      footnotes: [],
      controls: [
        {
          ...control,
          relevance: "direct",
          gates: [],
          rules: [],
          needs: [],
          limits: [],
          idConfidence: "high",
          criteria: { ...control.criteria, insufficient: expect.stringMatching(/^It is not verified/) as unknown },
        },
      ],
    });
  });

  test.each(frameworks.map((framework) => [framework.id, framework] as const))("gives %s back as it is", (_, one) => {
    expect(parseFramework(one)).toEqual(one);
  });

  test.each<[string, unknown, (string | number)[], RegExp]>([
    [
      "an unknown class",
      { ...control, evidenceClasses: ["secret"] },
      ["evidenceClasses", 0],
      /expected one of "secrets"/,
    ],
    ["a number for an id", { ...control, id: 10.1 }, ["id"], /write it in quotes/],
    ["a misspelt field", { ...control, ruels: ["KX-001"] }, [], /ruels/],
    ["an empty summary", { ...control, summary: "" }, ["summary"], /not empty/],
    ["nothing to test and nothing to ask for", { ...control, evidenceClasses: [] }, ["limits"], /nothing is tested/],
    ["a category that there is not", { ...control, categories: ["x"] }, ["categories", 0], /it has none/],
    ["a gate that there is not", { ...control, gates: ["G8"] }, ["gates", 0], /G7/],
    ["a rule that is no id", { ...control, rules: ["all"] }, ["rules", 0], /KX-012/],
  ])("refuses %s and says where", (_, changed, path, message) => {
    const problems = problemsOf({ ...smallest, controls: [changed] });
    expect(problems).toEqual([{ path: ["controls", 0, ...path], message: expect.stringMatching(message) as unknown }]);
  });

  test("names every problem at once, and an id that stands twice", () => {
    const value = { ...smallest, id: "Ours!", controls: [control, { ...control }] };
    expect(() => parseFramework({ ...value, id: "ours" })).toThrow('controls[1].id: "1" stands twice');
    expect(() => parseFramework(value)).toThrowCode("KAUDIT_CONTROLS_FRAMEWORK_INVALID");
    expect(problemsOf(value).map(({ path }) => path)).toContainEqual(["id"]);
  });

  test.each(["Ours", "../x", "a/b", "con.pdf", "", "-x", "a--b", "x".repeat(41)])(
    "refuses the id %j, which becomes a file's name",
    (id) => {
      expect(problemsOf({ ...smallest, id })[0]?.path).toEqual(["id"]);
    },
  );

  test.each([null, [], "soc2", 7, { controls: [] }])("refuses %j", (value) => {
    expect(() => parseFramework(value)).toThrowCode("KAUDIT_CONTROLS_FRAMEWORK_INVALID");
  });

  test("takes no text that would not print as it stands", () => {
    for (const text of hostileStrings) {
      const [problem] = problemsOf({ ...smallest, controls: [{ ...control, summary: text }] });
      // What is visible and plain is taken: it is text for the report, which prints it literally.
      if (problem === undefined) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      else expect(problem.path).toEqual(["controls", 0, "summary"]);
    }
  });

  test("__proto__ in a file changes no object", () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}}') as unknown;
    expect(() => parseFramework(value)).toThrowCode("KAUDIT_CONTROLS_FRAMEWORK_INVALID");
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("frameworkJsonSchema", () => {
  test("is what the package publishes; write it anew with vitest -u", async () => {
    const text = `${JSON.stringify(frameworkJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../framework.schema.json");
  });

  test("knows every field of a framework", () => {
    const schema = frameworkJsonSchema() as { properties: object; additionalProperties: boolean; required: string[] };
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(frameworkById("hipaa"))));
    expect(schema.required.toSorted()).toEqual(Object.keys(smallest).toSorted());
  });
});
