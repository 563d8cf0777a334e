import { existsSync, readFileSync } from "node:fs";
import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { readPackageFile } from "../../../src/package-files.js";
import { assertFont } from "../../../src/pdf/text/assert-font.js";
import { renderPdf } from "../../../src/pdf/render-pdf.js";
import { everyBlock } from "../../fixtures/every-block.js";
import { fonts, hasPoppler, needsPoppler, pageTexts } from "../../support/poppler.js";

installErrorMatchers();

/** Where Debian puts a font with Chinese, Japanese and Korean; the test of real characters is skipped without it. */
const cjkFile = [
  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
  "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttf",
].find((file) => existsSync(file));

const names = "部署-中文 한국어 \u{F0000}";
const document = {
  ...everyBlock,
  sections: [
    { ...everyBlock.sections[0]!, blocks: [{ kind: "paragraph", text: [{ kind: "log", text: names }] } as const] },
  ],
};

describe("renderPdf with fonts that were handed in", () => {
  test.skipIf(!hasPoppler || cjkFile === undefined)(
    `prints their characters, embeds a part of the font, and gives the same bytes again${needsPoppler}`,
    async () => {
      const added = readFileSync(cjkFile!);
      const without = await renderPdf(document, { cover: false });
      const bytes = await renderPdf(document, { cover: false, fonts: [added] });
      const [text] = pageTexts(bytes);
      expect(text?.replaceAll(/\s/g, "")).toContain("部署-中文한국어");
      expect(fonts(bytes).every(({ embedded, unicode }) => embedded && unicode)).toBe(true);
      // Whoever copies a boxed U+4E2D gets the character too, so the fonts tell that it was drawn.
      const before = new Set(fonts(without).map(({ name }) => name.replace(/^.*\+/, "")));
      const now = fonts(bytes).map(({ name }) => name.replace(/^.*\+/, ""));
      expect(now.filter((name) => !before.has(name))).toHaveLength(1);
      expect(bytes.length - without.length).toBeLessThan(200_000);
      expect(Buffer.from(bytes).equals(await renderPdf(document, { cover: false, fonts: [added] }))).toBe(true);
    },
  );

  test("a font that has none of the missing characters changes nothing: they stay U+XXXX", async () => {
    const light = readPackageFile("fonts", "pdf", "IBMPlexSans_300Light.ttf");
    const bytes = await renderPdf(document, { cover: false, fonts: [light] });
    expect(Buffer.from(bytes).equals(await renderPdf(document, { cover: false }))).toBe(true);
  });
});

describe("assertFont", () => {
  test("takes the fonts of the package", async () => {
    await assertFont(readPackageFile("fonts", "pdf", "DejaVuSans.ttf"));
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("<html>no font</html>")],
    ["a web font", readPackageFile("fonts", "web", "ibm-plex-sans-latin-400-normal.woff2")],
    ["a collection", Buffer.concat([Buffer.from("ttcf"), Buffer.alloc(100)])],
    ["the beginning of a font", readPackageFile("fonts", "pdf", "DejaVuSans.ttf").subarray(0, 2_000)],
    ["a font's head with noise", Buffer.concat([Buffer.from([0, 1, 0, 0]), Buffer.alloc(5_000, 0xa5)])],
  ])("refuses %s with a code of its own", async (_, bytes) => {
    await expect(assertFont(bytes)).toRejectWithCode("KAUDIT_REPORT_FONT_INVALID");
  });
});
