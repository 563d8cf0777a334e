import { createHash } from "node:crypto";
import { visibleText } from "@kaudit/schema";
import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderHtml } from "../../src/html/render-html.js";
import { shareRows } from "../../src/html/share-rows.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { everyBlock, everyBlockRows } from "../fixtures/every-block.js";
import { hostileRows } from "../fixtures/hostile-rows.js";
import { sampleRows, secretsRow } from "../fixtures/sample-rows.js";
import { unpackRows } from "../support/page-rows.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);

async function render(
  sample: Parameters<typeof evidenceOf>[0],
  options: { maxRows?: number; maxPlainRows?: number } = {},
) {
  const evidence = evidenceOf(sample);
  const document = await buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
  return { document, html: await renderHtml(document, { rows: evidence.rows, ...options }) };
}

describe("renderHtml", () => {
  test("every section of the document is on the page, by its sentence", async () => {
    const { document, html } = await render({ rows: sampleRows });
    const headings = [...html.matchAll(/<section class="section" id="([^"]+)"[^]*?<h2[^>]*>([^<]*)<\/h2>/g)].map(
      ([, id, title]) => [id, title],
    );
    expect(headings).toEqual(document.sections.map((section) => [section.id, section.title]));
  });

  test("the same evidence gives the same bytes", async () => {
    const [one, other] = [await render({ rows: sampleRows }), await render({ rows: sampleRows })];
    expect(one.html).toBe(other.html);
  });

  test("the page names no address to load from", async () => {
    const { html } = await render({ rows: sampleRows });
    expect(html.match(/\s(?:src|href|action|poster|data)="(?!#)[^"]*"/g)).toBeNull();
    expect(html.match(/url\((?!data:font\/woff2;base64,)/g)).toBeNull();
  });

  test("says how many rows of how many the page holds, and where all are", async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      secretsRow({ rowId: `secrets-${index}`, source: `audit.log:${index}` }),
    );
    const { html } = await render({ rows: { secrets: rows } }, { maxRows: 20, maxPlainRows: 5 });
    expect(html).toContain(
      '<span class="strong">First 20 of 30 rows</span>, in order of time; without JavaScript the first 5 of these can be seen. ' +
        'The whole register is in <span class="code">registers/secrets.csv</span>.',
    );
    const { about, columns } = unpackRows(html, "secrets");
    expect(columns.map((column) => column.length)).toEqual(columns.map(() => 20));
    expect(about.total).toBe(30);
    const table = /<div class="register" data-register="secrets"[\s\S]*?<\/table>/.exec(html)?.[0] ?? "";
    expect(table.match(/<tr class="row" id="secrets-\d+">/g)).toHaveLength(5);
  });
});

/** How the page shows a text: what cannot be seen as an escape. */
function shown(value: string): string {
  return visibleText(value)
    .map((run) => run.text)
    .join("");
}

describe("the rows in the page", () => {
  test("are every value of every row, each in its column, hostile ones too", async () => {
    const values = hostileStrings.map(({ value }) => value);
    const { html } = await render(hostileRows(values));
    const { about, columns } = unpackRows(html, "secrets");
    const agents = columns[about.cells.length + about.details.indexOf("userAgent")] ?? [];
    for (const value of values.filter(({ length }) => length <= 2_000)) expect(agents).toContain(shown(value));
  });

  test("are shared fairly when the page cannot hold all, and what small registers leave goes to large ones", () => {
    expect(shareRows([10, 100_000, 3, 0, 50_000], 60_013)).toEqual([10, 30_000, 3, 0, 30_000]);
    expect(shareRows([70_000, 20_000], 100_000)).toEqual([70_000, 20_000]);
    expect(shareRows([7, 7, 7], 20)).toEqual([6, 7, 7]);
  });

  test("take some 70 bytes each: 5,000 rows add less than 400 KB to a page", async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => {
      const id = createHash("sha256").update(String(index)).digest("hex");
      return secretsRow({
        rowId: `secrets-${id.slice(0, 16)}`,
        auditID: `${id.slice(16, 24)}-${id.slice(24, 28)}-4${id.slice(29, 32)}-a${id.slice(33, 36)}-${id.slice(36, 48)}`,
        time: new Date(Date.UTC(2026, 9, 1) + index * 130_000).toISOString().replace("Z", "000Z"),
        actor: `person-${index % 37}`,
        name: `secret-${index % 419}`,
        source: `audit-2026-10.log:${index * 1_873}`,
      });
    });
    const { html } = await render({ rows: { secrets: rows } });
    expect(unpackRows(html, "secrets").about.total).toBe(5_000);
    const packed = /id="rows-secrets">([^<]*)</.exec(html)?.[1] ?? "";
    expect(packed.length).toBeLessThan(400_000);
  });
});

function renderEveryBlock(): Promise<string> {
  return renderHtml(everyBlock, {
    rows: async function* () {
      yield* everyBlockRows as never[];
    },
  });
}

describe("renderHtml over every kind of block", () => {
  test("draws what was looked at and found good", async () => {
    const html = await renderEveryBlock();
    // Style and script are files of their own; the policy holds their hashes.
    const body = html
      .replace(/<style>[^]*<\/style>/, "<style></style>")
      .replace(/<script>[^]*<\/script>/, "<script></script>")
      .replace(/sha256-[\w+/=]+/g, "sha256-…");
    await expect(body).toMatchFileSnapshot("../fixtures/every-block.html");
  });

  test("the policy names the hashes of exactly the style and the script in the page", async () => {
    const html = await renderEveryBlock();
    const hashOf = (element: string) => {
      const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)?.[1] ?? "";
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll("&#x27;", "'");
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hashOf("style").replaceAll("=", "&#x3D;")}`,
      `script-src ${hashOf("script").replaceAll("=", "&#x3D;")}`,
      "img-src data:",
      "font-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(html.match(/<script>/g)).toHaveLength(1);
    const markup = html.replace(/<script type="application\/octet-stream"[^]*?<\/script>/g, "");
    expect(markup.match(/ style=| on[a-z]+=(?=["'])/g)).toBeNull();
  });

  test("is small enough to mail: under 600 KB without rows", async () => {
    expect(Buffer.byteLength(await renderEveryBlock())).toBeLessThan(600_000);
  });
});
