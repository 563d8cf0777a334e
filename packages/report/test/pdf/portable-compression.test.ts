import { inflateSync } from "node:zlib";
import { zlibSync } from "fflate";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderPdf } from "../../src/pdf/render-pdf.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { sampleRows } from "../fixtures/sample-rows.js";

describe("compressPortably", () => {
  test("each compressed stream is what the portable compressor makes of its content", { timeout: 60_000 }, async () => {
    const input = { evidence: evidenceOf({ rows: sampleRows }), frameworkId: "soc2", evidenceId: "ab".repeat(32) };
    const text = Buffer.from(await renderPdf(await buildReportDocument(input))).toString("latin1");
    const streams = [...text.matchAll(/\/Length (\d+)\n\/Filter \/FlateDecode\n>>\nstream\n/g)];
    expect(streams.length).toBeGreaterThan(20);
    expect(text.match(/\/FlateDecode/g)).toHaveLength(streams.length);
    for (const match of streams) {
      const start = match.index + match[0].length;
      const body = Buffer.from(text.slice(start, start + Number(match[1])), "latin1");
      expect(Buffer.from(zlibSync(inflateSync(body), { level: 6 })).equals(body)).toBe(true);
    }
  });
});
