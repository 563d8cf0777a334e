import { beforeAll, describe, expect, test } from "vitest";
import type { Evidence, EvidenceBundle, RegisterName, RegisterRow } from "@kaudit/evidence";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderPdf } from "../../src/pdf/render-pdf.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { monthEvidence } from "../fixtures/month.js";
import { hasPoppler, needsPoppler, pageTexts, placedWords } from "../support/poppler.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);
/** Between the title of a page that continues a section and the foot, on A4. */
const body = { top: 105, bottom: 786 } as const;

async function pdfOf(evidence: Evidence, frameworkId: string, mostPages?: number): Promise<Uint8Array> {
  const document = await buildReportDocument({ evidence, frameworkId, evidenceId });
  return renderPdf(document, mostPages === undefined ? {} : { mostPages });
}

/** The month with registers of 100,000 rows in all, its own rows over and over, and 5,000 exceptions. */
function hugeEvidence(): Evidence {
  const month = monthEvidence();
  const filled = month.bundle.registers.filter(({ rows }) => rows > 0);
  const each = Math.ceil(100_000 / filled.length);
  const registers = month.bundle.registers.map((entry) => (entry.rows > 0 ? { ...entry, rows: each } : entry));
  const exceptions = Array.from({ length: 5_000 }, (_, index) => exceptionOf(index));
  async function* rows(name: RegisterName): AsyncGenerator<RegisterRow> {
    const own: RegisterRow[] = [];
    for await (const row of month.rows(name)) own.push(row);
    for (let index = 0; own.length > 0 && index < each; index += 1) {
      const row = own[index % own.length];
      if (row !== undefined) yield { ...row, rowId: `${name}-${index}` };
    }
  }
  return {
    ...month,
    bundle: { ...month.bundle, registers, exceptions },
    rows: rows as unknown as Evidence["rows"],
  };
}

function exceptionOf(index: number): EvidenceBundle["exceptions"][number] {
  const id = `KX-002-${index.toString(16).padStart(8, "0")}`;
  return {
    id,
    rule: "KX-002",
    title: "Secrets listed by a person",
    sentence:
      `bob listed the Secrets of namespace team-${index}, values included, 12 times in the course of the month. `.repeat(
        3,
      ),
    severity: "high",
    raisedByScope: false,
    cluster: "prod-eu-1",
    register: "secrets",
    actor: "bob",
    actorKind: "human",
    impersonated: "",
    namespace: `team-${index}`,
    subject: "secrets",
    key: [["actor", "bob"]],
    count: 12,
    first: "2026-10-14T09:00:00.000000Z",
    last: "2026-10-14T09:05:30.000000Z",
    rowIds: [`secrets-${index}`],
    rowIdsCapped: false,
    controls: { soc2: ["CC6.1", "CC7.2"] },
    approved: 0,
    approvals: [],
    disposition: null,
    state: "open",
    remedy: "Ask for the reason.",
  };
}

/** How much of the room below a continued section's title is filled, by page; only such pages. */
function filledPages(bytes: Uint8Array): readonly { readonly page: number; readonly filled: number }[] {
  const lowest = new Map<number, number>();
  for (const { page, bottom } of placedWords(bytes))
    if (bottom < body.bottom + 8) lowest.set(page, Math.max(lowest.get(page) ?? 0, bottom));
  return pageTexts(bytes).flatMap((text, index) => {
    if (!/, continued\n/.test(text)) return [];
    const filled = ((lowest.get(index + 1) ?? 0) - body.top) / (body.bottom - body.top);
    return [{ page: index + 1, filled }];
  });
}

describe.skipIf(!hasPoppler)(`the pages of a report${needsPoppler}`, { timeout: 120_000 }, () => {
  let example: Evidence;
  beforeAll(async () => {
    example = await exampleEvidence({ frameworks: ["soc2", "pci-dss", "hipaa"] });
  });

  test.each(["soc2", "pci-dss", "hipaa"])("%s of the example: few pages, and none of them nearly empty", async (id) => {
    const bytes = await pdfOf(example, id);
    expect(pageTexts(bytes).length).toBeLessThanOrEqual(44);
    expect(filledPages(bytes).filter(({ filled }) => filled < 0.12)).toEqual([]);
  });

  test("100,000 rows and 5,000 exceptions make at most 60 pages, which say how many rows they show", async () => {
    const pages = pageTexts(await pdfOf(hugeEvidence(), "soc2"));
    expect(pages.length).toBeLessThanOrEqual(60);
    const text = pages.join("\n").replaceAll(/\s+/g, " ");
    expect(text).toMatch(/First \d+ of 5,000 rows, most serious first; all are in the workbook, sheet exceptions/);
    expect(text).toMatch(
      /First \d+ of 1\d,\d{3} rows, open exceptions first, .{0,80} all are in the workbook, sheet secrets/,
    );
  });

  test("fewer pages are kept by sharing out the rows: every table keeps some, and says how many", async () => {
    const usual = pageTexts(await pdfOf(example, "soc2"));
    const most = usual.length - 6;
    const pages = pageTexts(await pdfOf(example, "soc2", most));
    expect(pages.length).toBeLessThanOrEqual(most);
    const notes = [...pages.join("\n").matchAll(/First (\d+) of (?:\d+,)?\d+ rows/g)].map((match) => Number(match[1]));
    expect(notes.length).toBeGreaterThan(4);
    expect(Math.min(...notes)).toBeGreaterThanOrEqual(3);
  });
});
