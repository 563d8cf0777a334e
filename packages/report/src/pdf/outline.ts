import type { ReportDocument, ReportSection } from "../document/report-document.js";
import type { PdfDocument } from "./pdf-document.js";

/** What pdfkit keeps of a bookmark; its types do not show it. */
interface Bookmark {
  readonly outlineData: { Count?: number };
}

/** Adds the bookmarks: cover and sections, and the headings of each section below it, closed at first. */
export function addBookmarks(
  doc: PdfDocument,
  document: ReportDocument,
  sections: readonly { readonly section: ReportSection; readonly page: number }[],
  hasCover: boolean,
): void {
  if (hasCover) doc.outline.addItem(`Cover: ${document.cover.period}`, at(1));
  for (const { section, page } of sections) {
    const number = section.number === "" ? "" : `${section.number} `;
    doc.outline.addItem(`${number}${section.shortTitle}`, at(page));
  }
  // A bookmark with children must tell how many are open: pdfkit leaves that out.
  (doc.outline as unknown as Bookmark).outlineData.Count = sections.length + (hasCover ? 1 : 0);
}

function at(page: number): object {
  return { pageNumber: page - 1, fit: true };
}
