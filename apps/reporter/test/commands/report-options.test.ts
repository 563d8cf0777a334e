import { hostileStrings, installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { planReport, type ReportOptions } from "../../src/commands/report-options.js";

installErrorMatchers();

const abilities = { formats: ["pdf", "html", "xlsx", "csv", "json", "oscal"] } as const;
const now = new Date("2026-12-03T06:15:00Z");
const ids =
  "soc2, pci-dss, hipaa, iso-27001, nist-800-53, cis-kubernetes, fedramp-20x, disa-stig, nsa-cisa, dora, nis2";

const defaults: ReportOptions = {
  framework: "soc2",
  format: "pdf,html,xlsx,csv,json,oscal",
  color: true,
  period: "last-month",
};

function plan(options: Partial<ReportOptions>, inputs: readonly string[] = ["audit.log"]) {
  return planReport(inputs, { ...defaults, ...options }, abilities, now);
}

describe("planReport", () => {
  test("takes the defaults of the contract", () => {
    expect(plan({})).toEqual({
      period: { from: "2026-11-01T00:00:00.000000Z", to: "2026-12-01T00:00:00.000000Z", label: "November 2026" },
      frameworks: ["soc2"],
      categories: [],
      formats: ["pdf", "html", "xlsx", "csv", "json", "oscal"],
      cluster: { name: "", basis: "not given" },
      out: "kaudit-2026-11",
    });
  });

  test("asks for the pages of controls by an option of their own", () => {
    expect(plan({ format: "csv", controlPages: true }).formats).toEqual(["csv", "control-pages"]);
  });

  test("names the pack's folder for cluster and period", () => {
    expect(plan({ cluster: "prod-eu-1" })).toMatchObject({
      cluster: { name: "prod-eu-1", basis: "option" },
      out: "kaudit-prod-eu-1-2026-11",
    });
    expect(plan({ out: "/evidence/x" }).out).toBe("/evidence/x");
  });

  test.each(hostileStrings.map(({ name, value }) => [name, value]))(
    "keeps %s inside one folder name",
    (_name, value) => {
      const { out } = plan({ cluster: value });
      expect(out).toMatch(/^kaudit-[\p{L}\p{N}._-]*2026-11$/u);
      expect(out).not.toMatch(/^kaudit-\.|\//);
      expect(Buffer.byteLength(out)).toBeLessThanOrEqual(255);
    },
  );

  test.each([
    [
      { framework: "soc3" },
      "KAUDIT_CLI_USAGE",
      `--framework soc3: not known; did you mean "soc2"? Known are ${ids}, or a file: ./ours.yaml`,
    ],
    [
      { framework: "pcidss" },
      "KAUDIT_CLI_USAGE",
      `--framework pcidss: not known; did you mean "pci-dss"? Known are ${ids}, or a file: ./ours.yaml`,
    ],
    [
      { categories: "a,," },
      "KAUDIT_CLI_USAGE",
      "--categories a,,: has an empty entry; separate names by single commas",
    ],
    [
      { framework: "soc2,,hipaa" },
      "KAUDIT_CLI_USAGE",
      "--framework soc2,,hipaa: has an empty entry; separate names by single commas",
    ],
    [
      { framework: "constructor" },
      "KAUDIT_CLI_USAGE",
      `--framework constructor: not known; use ${ids}, or a file: ./ours.yaml`,
    ],
    [{ format: "docx" }, "KAUDIT_CLI_USAGE", "--format docx: not known; use pdf, html, xlsx, csv, json, oscal"],
  ])("refuses %j", (options, code, message) => {
    expect(() => plan(options)).toThrowCode(code);
    expect(() => plan(options)).toThrow(message);
  });

  test("takes several frameworks and formats once each, in the order given", () => {
    expect(plan({ framework: "hipaa, soc2,hipaa", format: "csv,pdf" })).toMatchObject({
      frameworks: ["hipaa", "soc2"],
      formats: ["csv", "pdf"],
    });
  });

  test("asks for an input with an example", () => {
    expect(() => plan({}, [])).toThrow(
      "no input given; name a file, a folder, a glob or - for standard input, as in: kaudit report /var/log/kubernetes/audit --period last-month",
    );
  });
});
