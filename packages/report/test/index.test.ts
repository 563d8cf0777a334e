import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports these values and no others", () => {
  expect(Object.keys(api).toSorted()).toEqual([
    "PackManifest",
    "ReportError",
    "assertFont",
    "assessmentResultsText",
    "buildReportDocument",
    "complianceFindingsText",
    "diffPacks",
    "ed25519Signer",
    "keyFingerprint",
    "packFormats",
    "readLogo",
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
