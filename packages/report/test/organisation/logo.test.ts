import { zlibSync } from "fflate";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderHtml } from "../../src/html/render-html.js";
import { readLogo } from "../../src/organisation/logo.js";
import { renderPdf } from "../../src/pdf/render-pdf.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { readPdf } from "../support/pdf-file.js";
import { hasPoppler, needsPoppler, pageTexts } from "../support/poppler.js";

const red = [255, 0, 0, 255];
const clear = [0, 0, 0, 0];

/** A PNG of RGBA pixels; the filter of every line is the one given. */
function png(rows: readonly (readonly number[][])[], filter = 0): Uint8Array {
  const width = rows[0]?.length ?? 0;
  const lines = rows.map((row, y) => {
    const line = row.flat();
    const above = rows[y - 1]?.flat() ?? line.map(() => 0);
    const encoded = line.map((value, x) => (filter === 2 ? (value - (above[x] ?? 0)) & 255 : value));
    return [filter, ...encoded];
  });
  const header = [...bytes32(width), ...bytes32(rows.length), 8, 6, 0, 0, 0];
  const data = zlibSync(Uint8Array.from(lines.flat()));
  return Uint8Array.from([
    0x89,
    ...Buffer.from("PNG\r\n\x1a\n", "latin1"),
    ...chunk("IHDR", header),
    ...chunk("IDAT", [...data]),
    ...chunk("IEND", []),
  ]);
}

function bytes32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function chunk(name: string, data: readonly number[]): number[] {
  return [...bytes32(data.length), ...Buffer.from(name), ...data, 0, 0, 0, 0];
}

function svg(content: string, attributes = 'viewBox="0 0 10 5"'): Uint8Array {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`);
}

describe("readLogo", () => {
  test.each([0, 2])("reads a PNG, whatever its lines' filter (%i), and lays what is clear on white", (filter) => {
    const logo = readLogo(
      png(
        [
          [red, clear],
          [clear, red],
        ],
        filter,
      ),
      "logo.png",
    );
    expect(logo.kind === "png" && [...logo.rgb]).toEqual([255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0]);
  });

  test("reads the shapes of an SVG with the fills and transforms of their groups", () => {
    const logo = readLogo(
      svg(
        '<g fill="#1b4079" transform="translate(1 2)"><path d="M0 0h4v4z"/><circle cx="5" cy="2" r="1" fill="black"/></g>',
      ),
      "logo.svg",
    );
    expect(logo.kind === "svg" && logo.shapes.map(({ fill, transforms }) => [fill, transforms])).toEqual([
      ["#1b4079", [[1, 0, 0, 1, 1, 2]]],
      ["#000000", [[1, 0, 0, 1, 1, 2]]],
    ]);
  });

  test.each([
    ["nothing", new Uint8Array(), "is empty"],
    ["600 KiB", new Uint8Array(600 * 1024), "has 614400 bytes"],
    ["a text", Buffer.from("GIF89a"), "neither PNG, JPEG nor SVG"],
    ["a PNG that is cut off", png([[red]]).slice(0, 60), "PNG"],
    ["a PNG whose pixels are fewer than it says", png([[red], []]), "pixels cannot be read"],
    [
      "a PNG of 100,000 pixels a side",
      Uint8Array.from([...png([[red]]).slice(0, 16), ...bytes32(1e5), ...bytes32(1e5), 8, 6, 0, 0, 0, 0, 0, 0, 0]),
      "100000 × 100000",
    ],
    [
      "a JPEG that is cut off",
      Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 5, 0, 5, 3, 1, 1, 1]),
      "JPEG is cut off",
    ],
    ["an SVG with a script", svg("<script>alert(1)</script>"), "<script>"],
    ["an SVG with text", svg("<text>Org</text>"), "<text>"],
    ["an SVG with a picture from elsewhere", svg('<image href="http://example.com/a.png"/>'), "<image>"],
    ["an SVG with entities", Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'), "document type"],
    ["an SVG with a gradient", svg('<path d="M0 0h1" fill="url(#a)"/>'), "fills with url(#a)"],
    ["an SVG with a stroke", svg('<path d="M0 0h1" stroke="#000"/>'), "uses stroke"],
    ["an SVG without a size", svg('<path d="M0 0h1v1z"/>', ""), "viewBox"],
  ])("refuses %s, and says why", (_, bytes, why) => {
    let message = "";
    try {
      readLogo(bytes, "organisation.logo logo.x");
    } catch (error) {
      expect(error).toMatchObject({ code: "KAUDIT_REPORT_LOGO_INVALID" });
      message = String((error as Error).message);
    }
    expect(message).toContain("organisation.logo logo.x: ");
    expect(message).toContain(why);
  });
});

describe("the organisation of a report", { timeout: 60_000 }, () => {
  const evidence = evidenceOf({ rows: {} });
  const build = (organisation: Parameters<typeof buildReportDocument>[0]["organisation"]) =>
    buildReportDocument({
      evidence,
      frameworkId: "soc2",
      evidenceId: "7f".repeat(32),
      ...(organisation === undefined ? {} : { organisation }),
    });

  test.skipIf(!hasPoppler)(`its name is on the cover and at the head of each page${needsPoppler}`, async () => {
    const pages = pageTexts(await renderPdf(await build({ name: "Example Org <b>\u202e" })));
    for (const page of pages) expect(page).toContain("Example Org <b>");
  });

  test("its logo is in the PDF once, and in the web page as a picture with its name", async () => {
    const organisation = { name: 'Example "Org"', logo: readLogo(png([[red, clear]]), "logo.png") };
    const document = await build(organisation);
    const { objects } = readPdf(await renderPdf(document));
    expect(objects.match(/\/Subtype \/Image/g)).toHaveLength(1);
    const html = await renderHtml(document, { rows: evidence.rows });
    expect(html).toMatch(
      /<img class="logo" src="data:image\/png;base64,[A-Za-z0-9+/=&#x;]+" alt="Example &quot;Org&quot;">/,
    );
  });

  test("an SVG is drawn as paths", async () => {
    const logo = readLogo(svg('<path fill="#1b4079" d="M0 0h4v4z"/>'), "logo.svg");
    const { streams } = readPdf(await renderPdf(await build({ name: "Example Org", logo })));
    expect(streams.some((stream) => /0 0 m\n4 0 l\n4 4 l\nh/.test(stream))).toBe(true);
  });
});
