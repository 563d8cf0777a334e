import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports these values and no others", () => {
  expect(Object.keys(api).toSorted()).toEqual([
    "PackManifest",
    "ReportError",
    "assessmentResultsText",
    "buildReportDocument",
    "complianceFindingsText",
    "diffPacks",
    "ed25519Signer",
    "keyFingerprint",
    "packFormats",
    "renderHtml",
    "renderMarkdown",
    "renderPdf",
    "renderXlsx",
    "timestampFiles",
    "verificationKey",
    "verifyPack",
    "writePack",
  ]);
});
