export { buildReportDocument } from "./document/build-report-document.js";
export { diffPacks } from "./diff/diff-packs.js";
export { renderPdf } from "./pdf/render-pdf.js";
export { assertFont } from "./pdf/text/assert-font.js";
export { ReportError } from "./errors.js";
export { renderHtml } from "./html/render-html.js";
export { renderMarkdown } from "./markdown/render-markdown.js";
export { complianceFindingsText } from "./ocsf/compliance-findings.js";
export { assessmentResultsText } from "./oscal/assessment-results.js";
export { readLogo } from "./organisation/logo.js";
export { PackManifest } from "./pack/manifest.js";
export { packFormats } from "./pack/pack-input.js";
export { writePack } from "./pack/write-pack.js";
export { timestampFiles } from "./signing/timestamp-request.js";
export { ed25519Signer, keyFingerprint, verificationKey } from "./signing/keys.js";
export { verifyPack } from "./verify/verify-pack.js";
export { renderXlsx } from "./xlsx/render-xlsx.js";

export type {
  ActorChange,
  Change,
  ComparedException,
  ControlChange,
  PackDiff,
  PackIdentity,
} from "./diff/pack-diff.js";
export type { ReportDocument } from "./document/report-document.js";
export type { Logo } from "./organisation/logo.js";
export type { Organisation } from "./organisation/organisation.js";
export type { ReportInput } from "./report-input.js";
export type { HtmlOptions } from "./html/html-options.js";
export type {
  PackFile,
  PackFormat,
  PackInput,
  PackOptions,
  PackOptionValue,
  PackResult,
  RunFacts,
} from "./pack/pack-input.js";
export type { PackSigner } from "./signing/keys.js";
export type {
  PackFailure,
  PackFailureCode,
  PackVerification,
  SignatureState,
  Successor,
} from "./verify/verification.js";
export type { VerifyOptions } from "./verify/verify-pack.js";
export type { XlsxOptions } from "./xlsx/render-xlsx.js";
export type { ReportErrorCode } from "./errors.js";
export type { PdfOptions } from "./pdf/render-pdf.js";
export type { PageSize } from "./pdf/page-geometry.js";
