import type { ReportSection } from "../../src/document/report-document.js";
import type { Evidence, EvidenceBundle } from "@kaudit/evidence";
import { visibleText } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import type { ReportDocument } from "../../src/document/report-document.js";
import { renderPdf, type PdfOptions } from "../../src/pdf/render-pdf.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { hostileEvidence, hostileGroups } from "../fixtures/hostile.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { monthEvidence } from "../fixtures/month.js";
import { sampleRows, secretsRow, sessionsRow } from "../fixtures/sample-rows.js";
import { readPdf } from "../support/pdf-file.js";
import { fonts, hasPoppler, needsPoppler, pageTexts, placedWords, structure } from "../support/poppler.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);
const margin = 48;
const widths = { A4: 595.28, Letter: 612 } as const;
const lowest = { A4: 816, Letter: 770 } as const;

interface Rendered {
  readonly document: ReportDocument;
  readonly bytes: Uint8Array;
}

async function render(evidence: Evidence, options: PdfOptions = {}): Promise<Rendered> {
  const document = await buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
  return { document, bytes: await renderPdf(document, options) };
}

function withBundle(evidence: Evidence, changes: Partial<EvidenceBundle>): Evidence {
  return { ...evidence, bundle: { ...evidence.bundle, ...changes } };
}

/** Letters and signs alone: lines may break anywhere, and poppler puts spaces where letters stand apart. */
function compact(text: string): string {
  return text.replaceAll(/\s/g, "");
}

/** Words that reach beyond the text's edges; the cover's picture has the hours at its left. */
function outside(bytes: Uint8Array, size: "A4" | "Letter" = "A4") {
  return placedWords(bytes).filter((word) => {
    const left = word.page === 1 ? 24 : margin;
    return (
      word.left < left - 0.6 || word.right > widths[size] - margin + 0.6 || word.top < 20 || word.bottom > lowest[size]
    );
  });
}

/** The month and the hostile strings are looked at by several tests. */
let month: Promise<Rendered> | undefined;
let hostile: Promise<readonly (Rendered & { readonly group: readonly string[] })[]> | undefined;

function renderedMonth(): Promise<Rendered> {
  return (month ??= render(monthEvidence()));
}

function renderedHostile(): NonNullable<typeof hostile> {
  return (hostile ??= Promise.all(
    hostileGroups().map(async (group) => ({ group, ...(await render(hostileEvidence(group))) })),
  ));
}

describe("renderPdf", { timeout: 120_000 }, () => {
  test("the same document gives the same bytes, in any time zone", async () => {
    const zone = process.env["TZ"];
    const { document, bytes } = await renderedMonth();
    try {
      process.env["TZ"] = "Pacific/Auckland";
      expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(-780);
      const other = await render(monthEvidence());
      expect(Buffer.from(other.bytes).equals(Buffer.from(bytes))).toBe(true);
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    expect(Buffer.from(await renderPdf(document)).equals(Buffer.from(bytes))).toBe(true);
  });

  test("carries the period's end as its date, a title and a language, and nothing of the run", async () => {
    const { objects } = readPdf((await renderedMonth()).bytes);
    expect(objects.match(/\(D:\d+Z?\)/g)).toEqual(["(D:20261101000000Z)", "(D:20261101000000Z)"]);
    expect(objects).toContain("(Evidence for SOC 2 from Kubernetes audit logs, 1 to 31 October 2026)");
    expect(objects).toContain("/Lang (en)");
    expect(objects).toContain("/DisplayDocTitle true");
    expect(objects).toMatch(/\/MarkInfo \d+ 0 R/);
  });

  test("has bookmarks for the cover and each section, and below them headings", async () => {
    const { document, bytes } = await renderedMonth();
    const { bookmarks, objects } = readPdf(bytes);
    const isOurs = (title: string) => document.sections.some((section) => title === nameOf(section));
    expect(bookmarks.filter((title) => title.startsWith("Cover: ") || isOurs(title))).toEqual([
      "Cover: 1 to 31 October 2026",
      ...document.sections.map(nameOf),
    ]);
    for (const section of document.sections) {
      const from = bookmarks.indexOf(nameOf(section));
      const headings = section.blocks.flatMap((block) => (block.kind === "heading" ? [block.text] : []));
      const next = document.sections[document.sections.indexOf(section) + 1];
      const below = bookmarks.slice(from + 1, next === undefined ? undefined : bookmarks.indexOf(nameOf(next)));
      expect(below).toEqual(headings);
      if (below.length > 0) expect(objects).toMatch(/\/Count -\d+/);
    }
    expect(objects).toMatch(new RegExp(`/Count ${document.sections.length + 1}\\b`));
  });

  test("has bookmarks for rows that ask for one, below the heading over their table", async () => {
    const { document } = await renderedMonth();
    const bytes = await renderPdf({
      ...document,
      sections: document.sections.slice(0, 1).map((section) => ({
        ...section,
        blocks: [
          { kind: "heading", text: "The two that are open" },
          {
            kind: "table",
            description: "Exceptions",
            columns: [{ key: "id", head: "Exception", share: 1, align: "left" }],
            rows: [[{ text: [] }], [{ text: [] }], [{ text: [] }]],
            bookmarks: ["KX-005-3f9a, critical", "KX-002-91d4, high", ""],
          },
          { kind: "heading", text: "The rest" },
        ],
      })),
    });
    const { bookmarks, objects } = readPdf(bytes);
    expect(bookmarks.slice(2)).toEqual([
      "The two that are open",
      "KX-005-3f9a, critical",
      "KX-002-91d4, high",
      "The rest",
    ]);
    expect(objects.match(/\/Count -?\d+/g)?.toSorted()).toEqual(expect.arrayContaining(["/Count -2"]));
    const parents = [...objects.matchAll(/\/Parent (\d+) 0 R\s*\/Title \(KX-/g)].map(([, parent]) => parent);
    expect(new Set(parents).size).toBe(1);
  });

  test("holds nothing that a reader would run or fetch", async () => {
    for (const { bytes } of [await renderedMonth(), ...(await renderedHostile())]) {
      const { objects } = readPdf(bytes);
      expect(objects).not.toMatch(
        /\/(JavaScript|JS|Launch|URI|OpenAction|AA|SubmitForm|ImportData|GoToR|EmbeddedFile|RichMedia|XFA|AcroForm)\b/,
      );
    }
  });

  test("text of the log stands in no object of the file, only in drawn glyphs", async () => {
    for (const { group, bytes } of await renderedHostile()) {
      const { objects } = readPdf(bytes);
      for (const value of group) {
        if (/^[\x21-\x7e]{12,}$/.test(value)) expect(objects).not.toContain(value);
      }
    }
  });

  test.skipIf(!hasPoppler)(`embeds each font in a form that turns back into text${needsPoppler}`, async () => {
    for (const { bytes } of [await renderedMonth(), ...(await renderedHostile())]) {
      const list = fonts(bytes);
      expect(list.length).toBeGreaterThan(4);
      for (const font of list) expect(font).toMatchObject({ embedded: true, unicode: true });
      for (const font of list) expect(font.name).toMatch(/^[A-Z]{6}\+(IBMPlex|DejaVu)/);
    }
  });

  test.skipIf(!hasPoppler)(
    `begins each section on a page of its own, counts pages, and prints the ids on each${needsPoppler}`,
    async () => {
      const { document, bytes } = await renderedMonth();
      const pages = pageTexts(bytes);
      expect(readPdf(bytes).pages).toBe(pages.length);
      for (const section of document.sections) {
        expect(pages.filter((page) => compact(page).includes(compact(section.title)))).toHaveLength(1);
      }
      pages.slice(1).forEach((page, index) => {
        expect(page).toContain(`${index + 2} of ${pages.length}`);
        expect(page).toContain("7f3a9c41e07d52b8 · DRAFT");
        expect(page).toContain("prod-eu-1");
        expect(page).toContain("1 to 31 October 2026, UTC");
      });
      expect(pages[0]).not.toContain("DRAFT");
      expect(pages[0]).toContain("Draft: not signed off");
    },
  );

  test.skipIf(!hasPoppler)(`prints for each register the page on which its section begins${needsPoppler}`, async () => {
    const { document, bytes } = await renderedMonth();
    const pages = pageTexts(bytes);
    const secrets = document.sections.find((section) => section.id === "secrets");
    const page = pages.findIndex((text) => compact(text).includes(compact(secrets?.title ?? ""))) + 1;
    expect(pages[1]).toMatch(new RegExp(`Requests on Secrets\\s+113\\s+51\\s+58\\s+${page}\\b`));
  });

  test.skipIf(!hasPoppler)(`repeats a table's head on each page that it goes on to${needsPoppler}`, async () => {
    const pages = pageTexts((await renderedMonth()).bytes);
    const continued = pages.filter((page) => page.includes("Access to Secrets, continued"));
    expect(continued.length).toBeGreaterThan(0);
    for (const page of continued)
      expect(page).toMatch(/October, UTC\s+Actor\s+Action\s+Where, and which Secret\s+From\s+Code\s+Outcome/);
  });

  test.skipIf(!hasPoppler)(`never splits a row over two pages${needsPoppler}`, async () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      sessionsRow({
        rowId: `s-${index}`,
        pod: `pod-${index}-begins`,
        command: Array.from({ length: 12 }, () => `c${index}`),
      }),
    );
    const pages = pageTexts((await render(evidenceOf({ rows: { sessions: rows } }))).bytes);
    for (const [index] of rows.entries()) {
      const holding = pages.filter((page) => compact(page).includes(`pod-${index}-begins`));
      expect(holding).toHaveLength(1);
      expect(holding[0]?.match(new RegExp(`\\bc${index}\\b`, "g"))).toHaveLength(12);
    }
  });

  describe("keeps every word inside the margins", () => {
    const long = "x".repeat(300);
    const many = Array.from({ length: 10_000 }, (_, index) =>
      secretsRow({ rowId: `s-${index}`, source: `audit.log:${index}` }),
    );
    const [server] = monthEvidence().bundle.coverage;
    const fifty = Array.from({ length: 50 }, (_, index) => ({
      ...(server as NonNullable<typeof server>),
      instance: `${index}-${long}`,
    }));
    const { bundle } = evidenceOf({ rows: {} });

    test.skipIf(!hasPoppler).each<readonly [string, () => Evidence]>([
      ["a busy month", monthEvidence],
      ["a small month", () => evidenceOf({ rows: sampleRows })],
      ["empty registers", () => evidenceOf({ rows: { secrets: [secretsRow()] } })],
      [
        "a period without an event",
        () => withBundle(evidenceOf({ rows: {} }), { coverage: [], totals: { ...bundle.totals, insidePeriod: 0 } }),
      ],
      [
        "no input at all",
        () =>
          withBundle(evidenceOf({ rows: {} }), {
            coverage: [],
            inputs: [],
            totals: { ...bundle.totals, files: 0, insidePeriod: 0 },
          }),
      ],
      ["ten thousand rows", () => evidenceOf({ rows: { secrets: many } })],
      ["names of 300 characters", () => hostileEvidence(Array.from({ length: 14 }, (_, index) => `${index}${long}`))],
      [
        "names of 300 characters with dashes",
        () => hostileEvidence(Array.from({ length: 14 }, () => "abcdef-".repeat(43))),
      ],
      ["fifty API servers with long names", () => withBundle(monthEvidence(), { coverage: fifty })],
      [
        "numbers of fifteen digits",
        () =>
          withBundle(monthEvidence(), {
            totals: { ...monthEvidence().bundle.totals, records: 999_999_999_999_999, bytes: 999_999_999_999_999 },
          }),
      ],
    ])(`with %s${needsPoppler}`, async (_, evidence) => {
      expect(outside((await render(evidence())).bytes)).toEqual([]);
    });

    test.skipIf(!hasPoppler)(`with hostile strings${needsPoppler}`, async () => {
      for (const { bytes } of await renderedHostile()) expect(outside(bytes)).toEqual([]);
    });

    test.skipIf(!hasPoppler)(`on paper of Letter size${needsPoppler}`, async () => {
      const { bytes } = await render(monthEvidence(), { pageSize: "Letter" });
      expect(readPdf(bytes).objects).toContain("/MediaBox [0 0 612 792]");
      expect(outside(bytes, "Letter")).toEqual([]);
    });
  });

  test.skipIf(!hasPoppler)(
    `cover and answer stay on one page each, however much there is to say${needsPoppler}`,
    async () => {
      const { bundle } = monthEvidence();
      const [framework] = bundle.frameworks;
      const [control] = framework?.controls ?? [];
      if (framework === undefined || control === undefined) throw new Error("no control");
      const controls = Array.from({ length: 120 }, (_, index) => ({ ...control, id: `CC${index}.1` }));
      for (const pageSize of ["A4", "Letter"] as const) {
        const { bytes } = await render(withBundle(monthEvidence(), { frameworks: [{ ...framework, controls }] }), {
          pageSize,
        });
        const pages = pageTexts(bytes);
        expect(pages[1]).toContain("The answer on one page");
        expect(pages[2]).toContain("Can this evidence be relied on?");
        expect(pages[2]).not.toContain("continued");
        // What does not fit is counted, and the last request is still there where it does.
        expect(pages[1]).toMatch(
          pageSize === "A4"
            ? /Review the registers and sign/
            : /Review the registers and sign|… and \d+ more; the web page/,
        );
      }
    },
  );

  test.skipIf(!hasPoppler)(`hostile strings are on the page, visible and whole${needsPoppler}`, async () => {
    const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
    for (const { group, bytes } of await renderedHostile()) {
      const text = compact(pageTexts(bytes).join("\n")).normalize("NFC").replaceAll("\u200d", "");
      for (const value of group) {
        // Poppler gives right-to-left text back in an order of its own, and writes ligatures as letters.
        if (rightToLeft.test(value) || value.length > 60 || /[\ufb00-\ufb06]/.test(value)) continue;
        const shown = compact(
          visibleText(value)
            .map((run) => run.text)
            .join(""),
        )
          .normalize("NFC")
          .replaceAll("\u200d", "");
        expect(text).toContain(shown);
      }
    }
  });

  test.skipIf(!hasPoppler)(
    `a character that no font has is drawn as its code point and copied as itself${needsPoppler}`,
    async () => {
      const { bytes } = await render(evidenceOf({ rows: { secrets: [secretsRow({ actor: "Zoë 雪" })] } }));
      expect(pageTexts(bytes).join("\n")).toContain("Zoë 雪");
      const drawn = readPdf(bytes).streams.filter((stream) => stream.includes("/ActualText (\xfe\xff\x96\xea)"));
      expect(drawn).toHaveLength(1);
    },
  );

  test.skipIf(!hasPoppler)(
    `the structure names titles, tables with heads, and figures with what they show${needsPoppler}`,
    async () => {
      const { document, bytes } = await renderedMonth();
      const tree = structure(bytes);
      expect(tree.match(/^\s+H1 /gm)).toHaveLength(document.sections.length + 1);
      for (const role of ["H2", "Table", "TR", "TH", "TD", "Figure", "Link", "P", "Code"]) {
        expect(tree).toMatch(new RegExp(`^\\s+${role}\\b`, "m"));
      }
      const { objects } = readPdf(bytes);
      expect(objects).toMatch(/\/Scope \/Column/);
      expect(objects.match(/\/S \/Figure/g)?.length).toBe(
        objects.match(/\/S \/Figure\s+(?:(?!endobj)[\s\S])*?\/Alt \(/g)?.length,
      );
      expect(objects).not.toMatch(/\/Contents \(\)/);
    },
  );

  test.skipIf(!hasPoppler)(`the example log becomes pages whose words all lie inside${needsPoppler}`, async () => {
    const { bytes } = await render(await exampleEvidence());
    expect(outside(bytes)).toEqual([]);
    const text = pageTexts(bytes).join("\n");
    expect(compact(text)).toContain("<script>alert(1)</script>");
    expect(text).toContain("Zoë Müller 雪");
  });
});

/** What the bookmark of a section is called. */
function nameOf({ number, shortTitle }: ReportSection): string {
  return `${number} ${shortTitle}`;
}
