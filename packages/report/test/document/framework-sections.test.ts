import type { Evidence, EvidenceOptions, GivenFramework } from "@kaudit/evidence";
import { beforeAll, describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { dayMarks } from "../../src/document/day-marks.js";
import { commonId } from "../../src/document/references.js";
import type { ReportDocument, TableBlock } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { documentText, sectionLines } from "../support/document-text.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);

/** The minute that the example log holds, so that its gates can hold. */
const minute = { from: "2026-11-22T12:18:25Z", to: "2026-11-22T12:19:25Z", label: "22 November 2026" };
const policy: NonNullable<EvidenceOptions["policy"]> = {
  file: "policy.yaml",
  sha256: "0".repeat(64),
  policy: { rules: [{ level: "Metadata" }] },
};
const reviewed = { name: "Ada Byron", role: "Security officer", date: "2026-11-24" };

let evidence: Evidence;
let signed: Evidence;

beforeAll(async () => {
  const frameworks = ["soc2", "pci-dss", "hipaa"];
  evidence = await exampleEvidence({ frameworks, policy, period: minute });
  signed = await exampleEvidence({
    frameworks,
    period: minute,
    signOff: { reviewed },
    scope: { cde: ["payments"], ephi: ["clinic-*"] },
  });
});

function build(frameworkId: string, of = evidence): Promise<ReportDocument> {
  return buildReportDocument({ evidence: of, frameworkId, evidenceId });
}

function sectionText(document: ReportDocument, id: string): string {
  const section = document.sections.find((one) => one.id === id);
  if (section === undefined) throw new Error(`no section ${id}`);
  return sectionLines(section).join("\n");
}

function tables(document: ReportDocument, id: string): readonly TableBlock[] {
  const blocks = document.sections.find((one) => one.id === id)?.blocks ?? [];
  return blocks.filter((block): block is TableBlock => block.kind === "table");
}

describe("a PCI DSS report", () => {
  test("has its own sections after what can be relied on, and before the table of requirements", async () => {
    const ids = (await build("pci-dss")).sections.map(({ id }) => id);
    expect(ids.slice(0, 5)).toEqual(["answer", "reliance", "event-classes", "log-keeping", "controls"]);
    expect(ids).not.toContain("citations");
  });

  test("tells each kind of event of 10.2.1.1 to .7 with level, days, rows, open exceptions and result", async () => {
    const [grid] = tables(await build("pci-dss"), "event-classes");
    const rows = grid?.rows.map((row) => row.map((cell) => textOf(cell.text)));
    expect(rows?.map(([id]) => id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `10.2.1.${number}`));
    const framework = evidence.bundle.frameworks.find(({ id }) => id === "pci-dss");
    const control = framework?.controls.find(({ id }) => id === "10.2.1.1");
    const total = control?.populations.reduce((sum, population) => sum + population.rows, 0);
    expect(rows?.[0]?.slice(2, 6)).toEqual([
      "Metadata",
      "1 of 1 day in full",
      String(total),
      String(control?.exceptions.open),
    ]);
    expect(rows?.[2]?.slice(2, 6)).toEqual(["not here", "not in this source", "none", ""]);
    expect(rows?.[5]?.[2]).toBe("derived");
    expect(grid?.rows[0]?.[3]?.picture).toEqual({ kind: "marks", marks: ["full"] });
  });

  test("says where no policy was handed in, and which namespaces are in scope", async () => {
    const text = sectionText(await build("pci-dss", signed), "event-classes");
    expect(text).toContain("Whether the audit policy records the 7 kinds of events is not known");
    expect(text).toContain("In scope as cde: payments; the rows are those of the whole cluster.");
    expect(sectionText(await build("pci-dss"), "event-classes")).toContain(
      "No namespace was declared as in scope; the whole cluster is treated as in scope.",
    );
  });

  test("counts the details of 10.2.2 in every register, as the bundle does", async () => {
    const [, details] = tables(await build("pci-dss"), "event-classes");
    expect(details?.rows).toHaveLength(evidence.bundle.registers.length);
    const refused = evidence.bundle.registers.findIndex(({ name }) => name === "authentication");
    const user = details?.rows[refused]?.[2];
    expect(textOf(user?.text ?? [])).toBe("0");
    expect(user?.picture).toEqual({ kind: "bar", share: 0 });
  });

  test("does not say that the log was looked at every day", async () => {
    expect(sectionText(await build("pci-dss"), "log-keeping")).toContain(
      "No review of the period is on record either.",
    );
    const text = sectionText(await build("pci-dss", signed), "log-keeping");
    expect(text).toContain(
      "One review of the whole period is on record: Ada Byron, Security officer, 24 November 2026.",
    );
    expect(text).toContain("0 of 1");
  });

  test("is cited by evidence id and requirement", async () => {
    const references = Object.fromEntries((await build("pci-dss")).sections.map((one) => [one.id, one.reference]));
    expect(references).toMatchObject({ "event-classes": "10.2.1", "log-keeping": "10.5.1", secrets: "10.2.1.1" });
    expect(references["answer"]).toBeUndefined();
    expect((await build("soc2")).sections.every(({ reference }) => reference === undefined)).toBe(true);
  });

  test("reads as it always read, in its own sections", async () => {
    const document = await build("pci-dss");
    const text = ["event-classes", "log-keeping", "controls"].map((id) => sectionText(document, id)).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot("../golden/pci-dss.txt");
  });
});

describe("a HIPAA report", () => {
  test("leads with the review, and quotes the rule in the order of its citations", async () => {
    const document = await build("hipaa");
    const ids = document.sections.map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual([
      "review-record",
      "answer",
      "reliance",
      "controls",
      "citations",
      "emergency-access",
    ]);
    const quoted = document.sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === "paragraph" && block.quoted === true ? [textOf(block.text)] : []));
    const standards = evidence.bundle.frameworks.find(({ id }) => id === "hipaa")?.controls ?? [];
    const rules = standards.flatMap(({ ruleText }) => ruleText ?? []);
    expect(rules).toHaveLength(6);
    expect(new Set(quoted)).toEqual(new Set(rules));
  });

  test("says who reviewed, or that nobody did", async () => {
    expect(sectionText(await build("hipaa"), "review-record")).toContain("No review of 22 November 2026");
    const text = sectionText(await build("hipaa", signed), "review-record");
    expect(text).toContain("was reviewed on 24 November 2026");
    expect(text).toContain("Ada Byron (Security officer)");
  });

  test("names required and addressable, and the date until which it is kept", async () => {
    const document = await build("hipaa");
    const text = documentText(document);
    expect(text).toContain("22 standards, of them 9 required and 7 addressable");
    expect(text).toContain("Keep until: 22 November 2032. Six years");
    expect(text).toContain("Proposed changes are not in force.");
  });

  test("reads as it always read, in its own sections", async () => {
    const document = await build("hipaa");
    const text = ["review-record", "citations", "emergency-access"].map((id) => sectionText(document, id)).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot("../golden/hipaa.txt");
  });
});

describe("the table of controls", () => {
  test("gives for each criterion what was tested, the population, open and closed, and a page", async () => {
    const [matrix] = tables(await build("soc2"), "controls");
    expect(matrix?.columns.map(({ head }) => head)).toEqual([
      "Criterion",
      "What was tested",
      "Population",
      "Open",
      "Closed",
      "Result",
      "Section",
    ]);
    const framework = evidence.bundle.frameworks.find(({ id }) => id === "soc2");
    matrix?.rows.forEach((row, index) => {
      const control = framework?.controls[index];
      expect(textOf(row[0]?.text ?? [])).toBe(control?.id);
      expect(row[5]?.status).toBe(control?.status);
      if (control?.status !== "outside-source")
        expect(textOf(row[3]?.text ?? [])).toBe(String(control?.exceptions.open));
    });
  });

  test("says what of a framework is in scope", async () => {
    const wider = await exampleEvidence({ period: minute, categories: ["confidentiality"] });
    const text = sectionText(await build("soc2", wider), "controls");
    expect(text).toContain("All 16 criteria in scope: Security, Confidentiality.");
  });
});

describe("a framework of one's own", () => {
  const ours: GivenFramework["definition"] = {
    id: "ours",
    name: "Our rules",
    edition: "2026",
    owner: "Platform team",
    note: "The words are ours.",
    retention: "Two years.",
    source: "Wiki.",
    controlNoun: { singular: "rule", plural: "rules" },
    scopeLabel: "production",
    categories: [],
    footnotes: [],
    sections: ["event-classes", "log-keeping", "review-record", "citations", "emergency-access"],
    controls: [
      {
        id: "1",
        title: "Shells <b>",
        summary: "Nobody opens a shell.",
        relevance: "direct",
        tested: "Sessions",
        evidenceClasses: ["sessions"],
        gates: [],
        rules: [],
        needs: [],
        criteria: { present: "None.", exceptions: "One.", insufficient: "Not known." },
        limits: [],
        idConfidence: "high",
      },
    ],
  };

  test("can have every section, and prints its words as text", async () => {
    const given = { definition: ours, file: "ours.yaml", sha256: "a".repeat(64) };
    const document = await build("ours", await exampleEvidence({ frameworks: [given], period: minute }));
    expect(document.sections.map(({ id }) => id)).not.toContain("emergency-access");
    const text = documentText(document);
    expect(text).toContain("Framework: Our rules, 2026; defined by ours.yaml, SHA-256 aaaa aaaa aaaa aaaa");
    expect(text).toContain("Shells <b>");
    expect(text).toContain("1 rule, of them 0 required and 0 addressable");
  });
});

const marksOf = (picture: ReturnType<typeof dayMarks>) => (picture?.kind === "marks" ? picture.marks : null);

describe("dayMarks", () => {
  const october = { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" };
  const days = { by: "covered-time", inPeriod: 31, inFull: 30, notInFull: ["2026-10-14"] } as const;

  test("gives a mark a day, short where it is not covered in full", () => {
    const marks = marksOf(dayMarks(october, { ...days, notInFull: [...days.notInFull] }));
    expect(marks).toHaveLength(31);
    expect(marks?.indexOf("short")).toBe(13);
    expect(marks?.filter((mark) => mark === "full")).toHaveLength(30);
  });

  test("gives a mark a week for a quarter, and none for many years", () => {
    const quarter = { from: "2026-07-01T00:00:00Z", to: "2026-10-01T00:00:00Z" };
    expect(marksOf(dayMarks(quarter, { ...days, notInFull: ["2026-07-09"] }))).toHaveLength(14);
    expect(dayMarks({ from: "2000-01-01T00:00:00Z", to: "2026-10-01T00:00:00Z" }, null)).toBeUndefined();
  });

  test("gives empty marks where nothing was handed in", () => {
    expect(new Set(marksOf(dayMarks(october, null)))).toEqual(new Set(["none"]));
  });
});

test.each([
  [["10.2.1.1", "10.2.1.7"], "10.2.1"],
  [["4.1"], "4.1"],
  [["4.1", "5.1"], ""],
  [[], ""],
])("commonId of %j is %j", (ids, id) => expect(commonId(ids)).toBe(id));
