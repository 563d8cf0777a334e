export { buildReportDocument } from "./document/build-report-document.js";
export { renderPdf } from "./pdf/render-pdf.js";
export { ReportError } from "./errors.js";
export { renderHtml } from "./html/render-html.js";
export { packFormats } from "./pack/pack-input.js";
export { writePack } from "./pack/write-pack.js";

export type { ReportDocument } from "./document/report-document.js";
export type { ReportInput } from "./report-input.js";
export type { HtmlOptions } from "./html/html-options.js";
export type { PackFile, PackFormat, PackInput, PackOptions, PackResult, RunFacts } from "./pack/pack-input.js";
export type { ReportErrorCode } from "./errors.js";
export type { PdfOptions } from "./pdf/render-pdf.js";
export type { PageSize } from "./pdf/page-geometry.js";
