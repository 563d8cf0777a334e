import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderHtml } from "../../src/html/render-html.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { everyBlock, everyBlockRows } from "../fixtures/every-block.js";
import { sampleRows, secretsRow } from "../fixtures/sample-rows.js";

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
    const data = JSON.parse(/<script type="application\/json" id="rows-secrets">(.*?)<\/script>/.exec(html)?.[1] ?? "");
    expect(data.rows).toHaveLength(20);
    expect(data.total).toBe(30);
    const table = /<div class="register" data-register="secrets"[\s\S]*?<\/table>/.exec(html)?.[0] ?? "";
    expect(table.match(/<tr class="row" id="secrets-\d+">/g)).toHaveLength(5);
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
    const markup = html.replace(/<script type="application\/json"[^]*?<\/script>/g, "");
    expect(markup.match(/ style=| on[a-z]+=(?=["'])/g)).toBeNull();
  });

  test("is small enough to mail: under 600 KB without rows", async () => {
    expect(Buffer.byteLength(await renderEveryBlock())).toBeLessThan(600_000);
  });
});
