import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { catalogueVersion, evidenceClasses, exceptionRules, frameworkById, frameworks } from "../src/index.js";

installErrorMatchers();

/** How many controls of each framework API audit logs bear on. */
const counts = {
  soc2: 17,
  "pci-dss": 48,
  hipaa: 22,
  "iso-27001": 17,
  "nist-800-53": 30,
  "cis-kubernetes": 24,
  "fedramp-20x": 11,
  "disa-stig": 5,
  "nsa-cisa": 1,
  dora: 2,
  nis2: 2,
};

const controls = frameworks.flatMap((framework) =>
  framework.controls.map((control) => [framework.id, control.id, control, framework] as const),
);

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

/** Runs of so many words that two texts share. */
function sharedWords(one: string, other: string, length: number): string[] {
  const runs = (text: string) => wordsOf(text).map((_, at, all) => all.slice(at, at + length).join(" "));
  const known = new Set(runs(other).filter((run) => run.split(" ").length === length));
  return runs(one).filter((run) => known.has(run));
}

describe("frameworks", () => {
  test("are the eleven, each with its controls", () => {
    expect(Object.fromEntries(frameworks.map(({ id, controls: all }) => [id, all.length]))).toEqual(counts);
    expect(catalogueVersion).toMatch(/^\d{4}\.\d{2}\.\d+$/);
  });

  test("SOC 2 has its criteria in the standard's order, and three categories", () => {
    const soc2 = frameworkById("soc2");
    expect(soc2.controls.map(({ id }) => id).join(" ")).toBe(
      "CC2.1 CC4.1 CC5.2 CC6.1 CC6.2 CC6.3 CC6.6 CC6.7 CC6.8 CC7.1 CC7.2 CC7.3 CC7.4 CC8.1 A1.2 C1.1 C1.2",
    );
    expect(soc2.controls.filter(({ categories }) => categories !== undefined).map(({ id }) => id)).toEqual([
      "A1.2",
      "C1.1",
      "C1.2",
    ]);
  });

  test("PCI DSS has a line of the table of event classes for each of 10.2.1.1 to 10.2.1.7", () => {
    const lines = frameworkById("pci-dss").controls.filter(({ eventClass }) => eventClass !== undefined);
    expect(lines.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `10.2.1.${number}`));
  });

  test("HIPAA says what is required and addressable, as the rule does", () => {
    const { controls: standards } = frameworkById("hipaa");
    const of = (requirement: string) =>
      standards.filter((control) => control.requirement === requirement).map(({ id }) => id);
    expect(of("addressable")).toEqual([
      "164.308(a)(3)(ii)(A)",
      "164.308(a)(3)(ii)(C)",
      "164.308(a)(4)(ii)(B)",
      "164.308(a)(4)(ii)(C)",
      "164.308(a)(5)(ii)(C)",
      "164.312(a)(2)(iii)",
      "164.312(c)(2)",
    ]);
    expect(of("required")).toEqual([
      "164.308(a)(1)(ii)(C)",
      "164.308(a)(1)(ii)(D)",
      "164.308(a)(6)(ii)",
      "164.308(a)(8)",
      "164.312(a)(2)(i)",
      "164.312(a)(2)(ii)",
      "164.312(b)",
      "164.316(b)(1)",
      "164.316(b)(2)(i)",
    ]);
  });

  test("only HIPAA's regulation, which is in the public domain, is quoted", () => {
    const quoting = frameworks.filter((framework) => framework.controls.some(({ ruleText }) => ruleText !== undefined));
    expect(quoting.map(({ id }) => id)).toEqual(["hipaa"]);
  });

  // 45 CFR 164.308, .312 and .316, as published.
  test.each([
    [
      "164.308(a)(1)(ii)(D)",
      "Implement procedures to regularly review records of information system activity, such as audit logs, access reports, and security incident tracking reports.",
    ],
    ["164.308(a)(5)(ii)(C)", "Procedures for monitoring log-in attempts and reporting discrepancies."],
    ["164.312(a)(2)(i)", "Assign a unique name and/or number for identifying and tracking user identity."],
    [
      "164.312(b)",
      "Implement hardware, software, and/or procedural mechanisms that record and examine activity in information systems that contain or use electronic protected health information.",
    ],
    [
      "164.312(d)",
      "Implement procedures to verify that a person or entity seeking access to electronic protected health information is the one claimed.",
    ],
    [
      "164.316(b)(2)(i)",
      "Retain the documentation required by paragraph (b)(1) of this section for 6 years from the date of its creation or the date when it last was in effect, whichever is later.",
    ],
  ])("HIPAA %s has the words of the rule", (id, text) => {
    expect(frameworkById("hipaa").controls.find((control) => control.id === id)?.ruleText).toBe(text);
  });

  test.each(controls)("%s %s is written in its own words, for sentences of a report", (_framework, _id, control) => {
    const { title, summary, tested, criteria, limits, ruleText } = control;
    expect(new Set(control.evidenceClasses).size).toBe(control.evidenceClasses.length);
    for (const name of control.evidenceClasses) expect(evidenceClasses).toContain(name);
    for (const { missing, askFor } of limits) {
      // They are put into sentences: "Not in this source: …. Ask for: …."
      expect(`${missing}\n${askFor}`).not.toMatch(/[.;]$/m);
      expect(`${missing}\n${askFor}`).not.toMatch(/^(?:A|An|The) /m);
    }
    const own = [title, summary, tested, criteria.present, criteria.exceptions, criteria.insufficient].join("\n");
    expect(own).not.toMatch(/complian|\bmust\b|\bshall\b|the entity('s)? (?:implements|selects|obtains)|[“”"]/i);
    expect(own).not.toMatch(/\bpass(?:es|ed)?\b(?! over)|\bsecure\b|robust|guarantee/i);
    for (const sentence of [summary, ...Object.values(criteria)]) expect(sentence).toMatch(/\.$/);
    for (const words of [title, tested]) expect(words).not.toMatch(/\.$/);
    if (ruleText !== undefined) expect(sharedWords(summary, ruleText, 5)).toEqual([]);
    expect(limits.length).toBeGreaterThan(0);
  });

  test.each(frameworks.map((framework) => [framework.id, framework] as const))(
    "%s repeats no summary, and says whose words these are",
    (_id, framework) => {
      const summaries = framework.controls.map(({ summary }) => summary);
      expect(new Set(summaries).size).toBe(summaries.length);
      expect(framework.note).toMatch(/\b(?:ours|in other words)\b/);
      expect(framework.source).not.toBe("");
      // A report prints all of it, and never says that anybody complies.
      expect(JSON.stringify(framework)).not.toMatch(/complian/i);
      expect(framework.retention).toMatch(/\.$/);
    },
  );

  test.each(controls)("%s %s names exception rules that there are, each once", (_framework, _id, control) => {
    const rules = control.rules === "all" ? [] : control.rules;
    expect(new Set(rules).size).toBe(rules.length);
    for (const rule of rules) expect(exceptionRules.map(({ id }) => id)).toContain(rule);
  });

  test.each(exceptionRules.map((rule) => [rule.id, rule] as const))("%s names controls that there are", (_id, rule) => {
    for (const [framework, ids] of Object.entries(rule.controls ?? {})) {
      const known = frameworkById(framework).controls.map(({ id }) => id);
      for (const id of ids) expect(known).toContain(id);
    }
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
      expect(() => frameworkById(id)).toThrow(
        /^framework ".{0,64}" is not known; use soc2, pci-dss, hipaa, [a-z0-9, -]+$/,
      );
    },
  );
});
