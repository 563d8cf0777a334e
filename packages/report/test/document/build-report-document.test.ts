import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Evidence, EvidenceBundle } from "@kaudit/evidence";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import type { Block, ReportDocument, ReportSection } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { hostileEvidence, hostileGroups } from "../fixtures/hostile.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { monthEvidence } from "../fixtures/month.js";
import { sampleRows, secretsRow } from "../fixtures/sample-rows.js";
import { documentText, ownStrings, sectionLines, textsOf } from "../support/document-text.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);

function build(evidence: Evidence): Promise<ReportDocument> {
  return buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
}

function section(document: ReportDocument, id: string): ReportSection {
  const found = document.sections.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no section ${id}`);
  return found;
}

function blocksOf<Kind extends Block["kind"]>(
  from: ReportSection,
  kind: Kind,
): readonly Extract<Block, { kind: Kind }>[] {
  return from.blocks.filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind);
}

function withBundle(evidence: Evidence, changes: Partial<EvidenceBundle>): Evidence {
  return { ...evidence, bundle: { ...evidence.bundle, ...changes } };
}

/** Only Secrets were asked for; the other registers hold nothing. */
function empty(): Evidence {
  return evidenceOf({ rows: { secrets: [secretsRow()] } });
}

describe("buildReportDocument", () => {
  test("reads as it always read", async () => {
    await expect(documentText(await build(monthEvidence()))).toMatchFileSnapshot("../golden/month.txt");
  });

  test("puts trust before results, and the sections in the order of the registers", async () => {
    const document = await build(monthEvidence());
    expect(document.sections.map((item) => `${item.number} ${item.id}`)).toEqual([
      "2 answer",
      "3 reliance",
      "4 controls",
      "5 secrets",
      "6 rbac",
      "7 sessions",
      "8 refused",
      "9 credentials",
      "10 impersonation",
      "11 deletions",
      "12 configuration",
      "13 exceptions",
      "14 sample",
      "15 sign-off",
      "16 method",
      "17 limits",
      "18 verify",
    ]);
  });

  test("the same evidence gives the same document", async () => {
    const [one, other] = [await build(monthEvidence()), await build(monthEvidence())];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  test("a framework that the bundle does not hold is refused by its code", async () => {
    await expect(
      buildReportDocument({ evidence: monthEvidence(), frameworkId: "hipaa", evidenceId }),
    ).rejects.toMatchObject({
      code: "KAUDIT_REPORT_UNKNOWN_FRAMEWORK",
      message: 'framework "hipaa": the bundle does not hold it; it holds: soc2. Name it when the evidence is gathered.',
    });
  });

  test("our own words never judge", async () => {
    for (const evidence of [monthEvidence(), evidenceOf({ rows: {} }), evidenceOf({ rows: sampleRows })]) {
      const document = await build(evidence);
      const own = textsOf(document).flatMap((text) =>
        text.filter((run) => run.kind !== "log" && run.kind !== "escape"),
      );
      const words = [...ownStrings(document), ...own.map((run) => run.text)].join("\n");
      expect(words).not.toMatch(/\b(compliant|pass|passed|passes|secure|guarantee\w*|robust|alarming|good|bad|we)\b/i);
    }
  });

  test("every link leads to a section of the document", async () => {
    const document = await build(withBundle(monthEvidence(), { registers: [] }));
    const ids = new Set(document.sections.map((item) => item.id));
    expect(ids.has("secrets")).toBe(false);
    const links = [...JSON.stringify(document).matchAll(/"section":"([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(ids).toContain(link);
  });

  test("shares of every table add up to one", async () => {
    const document = await build(monthEvidence());
    for (const item of document.sections) {
      for (const block of item.blocks) {
        const table = block.kind === "register" ? block.printed : block;
        if (table.kind !== "table") continue;
        expect(table.columns.reduce((sum, column) => sum + column.share, 0)).toBeCloseTo(1, 10);
        for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
      }
    }
  });

  describe("of evidence in which nothing was observed", () => {
    test("says so with what was not verified, and shows when the log was running instead of a table", async () => {
      const document = await build(empty());
      for (const id of ["rbac", "sessions", "impersonation", "deletions"]) {
        const found = section(document, id);
        expect(found.title).toMatch(/^No .+ was observed$/);
        expect(found.blocks.map((block) => block.kind)).toEqual(["paragraph", "heading", "coverage-ribbon"]);
        expect(sectionLines(found).join("\n")).toContain(
          "None observed; the class was recordable on 31 of 31 days, no planted action was used to check.",
        );
      }
      expect(section(document, "refused").title).toBe("No failed authentication and no refused request was observed");
    });

    test("names the policy that was not handed in as the reason", async () => {
      const { bundle } = empty();
      const gates = bundle.gates.map((gate) =>
        gate.id === "G1"
          ? {
              ...gate,
              result: "not-evaluated" as const,
              registers: gate.registers.map((one) => ({
                ...one,
                result: "not-evaluated" as const,
                reasons: ["None was handed in."],
              })),
            }
          : gate,
      );
      const document = await build(withBundle(empty(), { policies: [], gates }));
      expect(documentText(document)).toContain("None observed; recording not verified: None was handed in.");
      expect(documentText(document)).not.toContain("was recordable on");
    });

    test("claims that recording was verified only where planted actions were found again", async () => {
      const { bundle } = empty();
      expect(documentText(await build(empty()))).not.toContain("recording of this class verified");
      const gates = bundle.gates.map((gate) =>
        gate.id === "G4"
          ? { ...gate, registers: gate.registers.map((one) => ({ ...one, result: "holds" as const, reasons: [] })) }
          : gate,
      );
      const text = documentText(await build(withBundle(empty(), { gates })));
      expect(text).toContain("None observed; recording of this class verified for 31 of 31 days.");
    });
  });

  test("a period without any event gives no register section and asks for the files", async () => {
    const { bundle } = evidenceOf({ rows: {} });
    const document = await build(
      withBundle(evidenceOf({ rows: {} }), { coverage: [], totals: { ...bundle.totals, insidePeriod: 0 } }),
    );
    expect(document.sections.map((item) => item.id)).toEqual([
      "answer",
      "reliance",
      "controls",
      "exceptions",
      "sign-off",
      "method",
      "limits",
      "verify",
    ]);
    expect(documentText(document)).toContain("Supply the audit log files of this period.");
  });

  describe("of a single row", () => {
    test("is grammatical and shows a table without charts", async () => {
      const found = section(await build(evidenceOf({ rows: { secrets: [secretsRow()] } })), "secrets");
      expect(found.title).toBe("1 request on Secrets, made by people");
      expect(found.blocks.map((block) => block.kind)).toEqual(["key-figures", "heading", "register"]);
      const [register] = blocksOf(found, "register");
      expect(textOf(register?.note ?? [])).toBe("The only row, in order of time; also in registers/secrets.csv.");
    });
  });

  describe("of a long register", () => {
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      secretsRow({
        rowId: `secrets-${index}`,
        time: new Date(Date.UTC(2026, 9, 1) + index * 60_000).toISOString(),
        actor: index === 9_000 ? "eve" : "system:node:node-1",
        actorKind: index === 9_000 ? "human" : "node",
        ...(index === 9_000 ? { bulk: true, access: "list" } : {}),
      }),
    );

    test("prints 25 rows, those of people first, and says how many there are", async () => {
      const [register] = blocksOf(section(await build(evidenceOf({ rows: { secrets: rows } })), "secrets"), "register");
      expect(register?.printed.rows).toHaveLength(25);
      expect(textOf(register?.note ?? [])).toContain("First 25 of 10,000 rows, ");
      expect(textOf(register?.printed.rows[0]?.[1]?.text ?? [])).toBe("eve");
      expect(register?.rows).toBe(10_000);
    });
  });

  test("registers of up to 40 rows are printed whole, in order of time", async () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      secretsRow({ rowId: `s-${index}`, actorKind: index % 2 === 0 ? "node" : "human", name: `name-${index}` }),
    );
    const [register] = blocksOf(section(await build(evidenceOf({ rows: { secrets: rows } })), "secrets"), "register");
    expect(register?.printed.rows.map((row) => textOf(row[3]?.text ?? []))).toEqual(
      rows.map((row) => `payments/${row.name}`),
    );
  });

  test("the matrix holds every row once", async () => {
    const document = await build(monthEvidence());
    for (const [id, count] of [
      ["secrets", 113],
      ["sessions", 37],
      ["deletions", 68],
    ] as const) {
      const [matrix] = blocksOf(section(document, id), "namespace-matrix");
      expect(matrix?.rows.reduce((sum, row) => sum + row.total, 0)).toBe(count);
      for (const row of matrix?.rows ?? []) {
        expect(row.cells.reduce((sum, cell) => sum + (cell === null ? 0 : cell.success + cell.other), 0)).toBe(
          row.total,
        );
      }
    }
  });

  test("of 50 API servers the twelve with fewest hours are shown, and the rest are counted", async () => {
    const evidence = monthEvidence();
    const [server] = evidence.bundle.coverage;
    if (server === undefined) throw new Error("no server");
    const coverage = Array.from({ length: 50 }, (_, index) => ({
      ...server,
      instance: `cp-${index}`,
      hours: server.hours.slice(index),
    }));
    const reliance = section(await build(withBundle(evidence, { coverage })), "reliance");
    const [ribbon] = blocksOf(reliance, "coverage-ribbon");
    expect(ribbon?.rows.map((row) => textOf(row.instance))).toEqual(
      Array.from({ length: 12 }, (_, index) => `cp-${49 - index}`),
    );
    expect(sectionLines(reliance).join("\n")).toContain(
      "The 12 API servers with fewest hours are shown; 38 more are in bundle.json.",
    );
  });

  describe("control totals", () => {
    test("are added up again", async () => {
      const [totals] = blocksOf(section(await build(monthEvidence()), "reliance"), "totals");
      expect(totals?.lines.map((line) => line.ties)).toEqual([true, true, true, true, true, true]);
    });

    test("that do not tie are said in the title", async () => {
      const evidence = monthEvidence();
      const totals = { ...evidence.bundle.totals, rejected: 4 };
      const reliance = section(await build(withBundle(evidence, { totals })), "reliance");
      expect(reliance.title).toMatch(/; 1 total does not tie$/);
      expect(blocksOf(reliance, "totals")[0]?.lines[0]?.ties).toBe(false);
    });
  });

  test("text of the log stands only in runs of its own, whatever it is", async () => {
    for (const group of hostileGroups()) {
      const document = await build(hostileEvidence(group));
      const own = ownStrings(document).join("\n");
      for (const value of group) {
        // Short and harmless strings occur in our own words by themselves.
        if (value.length > 6 && !/^[a-z]+$/i.test(value)) expect(own).not.toContain(value);
      }
      for (const text of textsOf(document)) {
        for (const run of text)
          expect(run.text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u00ad]/u);
      }
    }
  });

  test("the example log gives the counts of its raw lines", async () => {
    const folder = fileURLToPath(new URL("../../../../examples/recommended-policy/", import.meta.url));
    const events = readdirSync(folder)
      .filter((file) => file.endsWith(".log"))
      .flatMap((file) => readFileSync(folder + file, "utf8").split("\n"))
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { stage: string; responseStatus?: { code?: number } });
    // The API server writes a 401 at one stage only, so events are requests.
    const unauthorized = events.filter((event) => event.responseStatus?.code === 401).length;
    expect(unauthorized).toBeGreaterThan(0);
    const document = await build(await exampleEvidence());
    expect(section(document, "refused").title).toContain(`${unauthorized} requests without accepted identity (401)`);
    const [totals] = blocksOf(section(document, "reliance"), "totals");
    expect(totals?.lines.find((line) => line.label === "Events")?.total).toBe(events.length);
  });
});
