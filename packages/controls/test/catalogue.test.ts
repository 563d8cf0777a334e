import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import {
  catalogueVersion,
  ControlDefinition,
  evidenceClasses,
  FrameworkDefinition,
  frameworkById,
  frameworks,
} from "../src/index.js";

installErrorMatchers();

describe("frameworks", () => {
  test("have the documented shape, and ids of their own", () => {
    for (const framework of frameworks) {
      FrameworkDefinition.parse(framework);
      const ids = framework.controls.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(new Set(frameworks.map(({ id }) => id)).size).toBe(frameworks.length);
    expect(catalogueVersion).toMatch(/^\d{4}\.\d{2}\.\d+$/);
  });

  test("SOC 2 has the five criteria of the first release, in the standard's order", () => {
    expect(frameworkById("soc2").controls.map(({ id }) => id)).toEqual(["CC6.1", "CC6.2", "CC6.3", "CC7.2", "CC8.1"]);
  });

  test.each(
    frameworks.flatMap((framework) =>
      framework.controls.map((control) => [framework.id, control.id, control] as const),
    ),
  )("%s %s names known classes once, and what to ask for where the log ends", (_framework, _id, control) => {
    expect(new Set(control.evidenceClasses).size).toBe(control.evidenceClasses.length);
    for (const name of control.evidenceClasses) expect(evidenceClasses).toContain(name);
    for (const { missing, askFor } of control.limits) {
      // They are put into sentences: "Not in this source: …. Ask for: …."
      expect(missing).not.toMatch(/[.;]$/);
      expect(askFor).not.toMatch(/[.;]$/);
    }
    expect(`${control.title} ${control.summary}`).not.toMatch(/complian|\bmust\b|the entity\b/i);
    expect(control.summary).toMatch(/\.$/);
    expect(control.title).not.toMatch(/\.$/);
    expect(control.source).toMatch(/AICPA/);
  });
});

describe("frameworkById", () => {
  test("gives the framework", () => {
    expect(frameworkById("soc2")).toMatchObject({ id: "soc2", name: "SOC 2", owner: "AICPA" });
  });

  test.each(["soc3", "SOC2", "", "__proto__", "constructor", "x".repeat(10_000)])(
    "throws for %j and lists the ids",
    (id) => {
      expect(() => frameworkById(id)).toThrowCode("KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK");
      expect(() => frameworkById(id)).toThrow(/^framework ".{0,64}" is not known; use soc2$/);
    },
  );
});

describe("ControlDefinition", () => {
  const control = frameworkById("soc2").controls[0];
  test.each([
    ["an unknown class", { evidenceClasses: ["secret"] }],
    ["no class", { evidenceClasses: [] }],
    ["no limit", { limits: [] }],
    ["a field that it does not know", { severity: "high" }],
    ["an empty summary", { summary: "" }],
  ])("refuses %s", (_name, fields) => {
    expect(ControlDefinition.safeParse({ ...control, ...fields }).success).toBe(false);
    expect(ControlDefinition.safeParse(control).success).toBe(true);
  });
});
