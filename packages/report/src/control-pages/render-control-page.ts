import type { ReportDocument } from "../document/report-document.js";
import { type PdfOptions, renderPages } from "../pdf/render-pdf.js";
import { controlPageDocument, type ControlPageInput } from "./control-page-document.js";

/** Tried in this order where a page does not hold all; the last one holds whatever a log and a framework of one's own say. */
const shares = [0.5, 0.25];

/** Renders the page of one control as a PDF: always a single page. Longer texts are cut where they must be, and say so. */
export async function renderControlPage(
  document: ReportDocument,
  input: ControlPageInput,
  options: Pick<PdfOptions, "fonts"> = {},
): Promise<Uint8Array> {
  const render = (share: number) =>
    renderPages(controlPageDocument(document, { ...input, share }), { ...options, cover: false });
  let page = await render(1);
  for (const share of shares) {
    if (page.pages === 1) break;
    page = await render(share);
  }
  return page.bytes;
}
