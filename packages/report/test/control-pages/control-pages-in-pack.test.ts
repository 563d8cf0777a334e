import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostileStrings } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderControlPage } from "../../src/control-pages/render-control-page.js";
import { verifyPack } from "../../src/verify/verify-pack.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { monthEvidence } from "../fixtures/month.js";
import { hasPoppler, needsPoppler, pageTexts, placedWords } from "../support/poppler.js";
import { finishedAt, writeSmallPack } from "../support/small-pack.js";

const evidenceId = "7f3a9c41e07d52b8".repeat(4);
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "kaudit-controls-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("control pages", () => {
  test("a pack holds one for each control when they are asked for, and verifies; one that is missing is found", async () => {
    const out = join(folder, "pack");
    const { files } = await writeSmallPack(out, { formats: ["csv", "control-pages"] });
    const pages = files.map(({ path }) => path).filter((path) => path.startsWith("controls/"));
    expect(pages).toContain("controls/soc2-CC6.1.pdf");
    expect((await verifyPack(out, { now: new Date(finishedAt) })).failures).toEqual([]);
    rmSync(join(out, "controls/soc2-CC6.1.pdf"));
    expect((await verifyPack(out, { now: new Date(finishedAt) })).failures).toMatchObject([
      { file: "controls/soc2-CC6.1.pdf", code: "missing" },
    ]);
  });

  test("are the same byte for byte when written again", async () => {
    const bytes = [];
    for (const name of ["one", "two"]) {
      await writeSmallPack(join(folder, name), { formats: ["control-pages"] });
      bytes.push(readFileSync(join(folder, name, "controls/soc2-CC6.1.pdf")));
    }
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
  });

  test.skipIf(!hasPoppler)(
    `every control of a month is one page that says what was tested, the population, the result and the evidence id${needsPoppler}`,
    async () => {
      const evidence = monthEvidence();
      const { bundle } = evidence;
      const document = await buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
      for (const control of bundle.frameworks[0]!.controls) {
        const texts = pageTexts(
          await renderControlPage(document, {
            bundle,
            frameworkId: "soc2",
            controlId: control.id,
            evidenceId,
            report: "soc2.pdf",
          }),
        );
        expect(texts).toHaveLength(1);
        const compact = texts[0]!.replaceAll(/\s/g, "");
        for (const part of [control.id, control.tested, "7f3a9c41e07d52b8", "1 of 1"])
          expect(compact).toContain(part.replaceAll(/\s/g, ""));
      }
    },
    20_000,
  );

  test.skipIf(!hasPoppler)(
    `a control with much to say and hostile names still has one page${needsPoppler}`,
    async () => {
      const evidence = await exampleEvidence();
      const [framework] = evidence.bundle.frameworks;
      const long = hostileStrings
        .map(({ value }) => value)
        .join(" ")
        .slice(0, 20_000);
      const control = {
        ...framework!.controls[0]!,
        statusReason: long,
        summary: long,
        tested: long,
        askFor: [{ missing: long, askFor: long }],
      };
      const sentence = long.slice(0, 1_000);
      const exceptions = evidence.bundle.exceptions.slice(0, 1).flatMap((one) =>
        Array.from({ length: 40 }, (_, index) => ({
          ...one,
          id: `KX-001-${index}`,
          sentence,
          state: "open" as const,
          controls: { soc2: [control.id] },
        })),
      );
      const bundle = { ...evidence.bundle, exceptions, frameworks: [{ ...framework!, controls: [control] }] };
      const document = await buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
      const bytes = await renderControlPage(document, {
        bundle,
        frameworkId: "soc2",
        controlId: control.id,
        evidenceId,
        report: null,
      });
      expect(pageTexts(bytes)).toHaveLength(1);
      expect(placedWords(bytes).filter(({ bottom, right }) => bottom > 816 || right > 595.28 - 47)).toEqual([]);
    },
  );
});
