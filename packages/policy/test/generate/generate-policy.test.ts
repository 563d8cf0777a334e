import { describe, expect, test } from "vitest";

import { generatePolicy, lintPolicy, loadPolicy, policyCoverage } from "../../src/index.js";
import type { GeneratePolicyOptions, PolicyFramework, PolicyStyle } from "../../src/index.js";

const styles: readonly PolicyStyle[] = ["balanced", "minimal-volume", "forensic"];
const versions = ["1.24", "1.30", "1.36", undefined];
const combinations = styles.flatMap((style) => versions.map((targetVersion) => ({ style, targetVersion })));

function optionsOf({ style, targetVersion }: (typeof combinations)[number]): GeneratePolicyOptions {
  return { style, ...(targetVersion === undefined ? {} : { targetVersion }) };
}

describe("generatePolicy", () => {
  test.each(combinations)(
    "$style for $targetVersion: its text is its policy, and the API server logs no warning",
    (combination) => {
      const { text, policy } = generatePolicy(optionsOf(combination));
      const { targetVersion } = combination;
      const loaded = loadPolicy(text, targetVersion === undefined ? {} : { kubernetesVersion: targetVersion });
      expect(loaded.policy).toEqual(policy);
      expect(loaded.warnings).toEqual([]);
    },
  );

  test.each(combinations)(
    "$style for $targetVersion passes its own lint without errors and warnings",
    (combination) => {
      const { text } = generatePolicy(optionsOf(combination));
      const { findings, benchmark } = lintPolicy(
        text,
        combination.targetVersion === undefined ? {} : { targetVersion: combination.targetVersion },
      );
      expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
      expect(benchmark.map(({ passed }) => passed)).toEqual([true, true]);
    },
  );

  test.each(styles)("%s can record every class of evidence, and holds no secret values", (style) => {
    const { rows } = policyCoverage(generatePolicy({ style }).policy);
    const general = ["authorization/denied", "impersonation/any"];
    const machines = ["node", "system", "serviceaccount-kube-system"];
    const missing = rows.filter(({ recordable }) => recordable !== "yes");
    expect(missing.filter(({ request, actor }) => !(general.includes(request) && machines.includes(actor)))).toEqual(
      [],
    );
    expect(rows.filter(({ exposed }) => exposed !== null)).toEqual([]);
  });

  test("every style records secrets, config maps, token reviews and token requests at Metadata and says why", () => {
    for (const style of styles) {
      const { policy, text } = generatePolicy({ style });
      expect(
        policy.rules.slice(0, 2).map(({ level, resources }) => [level, resources?.flatMap((one) => one.resources)]),
      ).toEqual([
        ["Metadata", ["secrets", "configmaps"]],
        ["Metadata", ["serviceaccounts/token", "tokenreviews"]],
      ]);
      expect(text).toMatch(/a higher level\s+# writes the values into the log/);
    }
  });

  test("with includeSecretBodies the values of changes are recorded, and lint says so", () => {
    const { text } = generatePolicy({ includeSecretBodies: true });
    const found = lintPolicy(text)
      .findings.filter(({ id }) => id === "secret/body")
      .map(({ message }) => message);
    expect(found[0]).toMatch(/^Rule 1 records the contents of secrets \(level Request\)/);
  });

  test("the styles record more and more, and drop nothing but noise by machines", () => {
    const rules = Object.fromEntries(styles.map((style) => [style, generatePolicy({ style }).policy.rules]));
    const bodies = (style: PolicyStyle): number =>
      rules[style]!.filter(({ level }) => level === "Request" || level === "RequestResponse").length;
    expect(bodies("minimal-volume")).toBeLessThan(bodies("balanced"));
    expect(bodies("balanced")).toBeLessThan(bodies("forensic"));
    for (const style of styles) {
      for (const rule of rules[style]!) {
        if (rule.level === "None")
          expect((rule.users ?? []).length + (rule.userGroups ?? []).length).toBeGreaterThan(0);
      }
    }
  });

  test.each<[PolicyFramework, RegExp, RegExp]>([
    ["soc2", /SOC 2 CC6\.1/, /PCI DSS|HIPAA/],
    ["pci-dss", /PCI DSS v4\.0\.1 10\.2\.1\.4|10\.2\.1\.4/, /SOC 2|HIPAA/],
    ["hipaa", /HIPAA 164\.312\(b\)/, /SOC 2|PCI DSS/],
  ])("names the requirements of %s and of no other framework", (framework, own, others) => {
    const { text } = generatePolicy({ frameworks: [framework] });
    expect(text.replaceAll(/\n *# /g, " ")).toMatch(own);
    expect(text).not.toMatch(others);
  });

  test("comments every rule, in lines of at most 100 characters", () => {
    const { text, policy } = generatePolicy();
    policy.rules.forEach((_, index) => expect(text).toContain(`  # ${index + 1}. `));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("keeps RequestReceived for the mode blocking-strict", () => {
    const { text, policy } = generatePolicy({ blockingStrict: true });
    expect(policy.omitStages).toBeUndefined();
    const { findings } = lintPolicy(text, { logMode: "blocking-strict" });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test.each([
    [{ frameworks: [] }],
    [{ frameworks: ["iso"] as unknown as PolicyFramework[] }],
    [{ style: "small" as PolicyStyle }],
    [{ targetVersion: "1.23" }],
    [{ targetVersion: "x" }],
  ])("refuses %o", (options) => {
    expect(() => generatePolicy(options)).toThrow(expect.objectContaining({ code: "KAUDIT_POLICY_ARGUMENT" }));
  });

  test("gives the same bytes each time", () => {
    expect(generatePolicy({ style: "forensic" }).text).toBe(generatePolicy({ style: "forensic" }).text);
  });
});
