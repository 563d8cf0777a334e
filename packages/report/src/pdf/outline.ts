import type { ReportDocument, ReportSection } from "../document/report-document.js";
import type { PdfDocument } from "./pdf-document.js";
import type { Strip } from "./strip.js";

/** What pdfkit keeps of a bookmark; its types do not show it. */
interface Item {
  readonly outlineData: { Count?: number };
  addItem(title: string, options: object): Item;
}

/** A bookmark, the page it leads to, and those below it. */
export interface Bookmark {
  readonly title: string;
  readonly page: number;
  readonly below: readonly Bookmark[];
}

interface LaidSection {
  readonly section: ReportSection;
  readonly pages: readonly { readonly strips: readonly { readonly strip: Strip }[] }[];
}

/** Gives the bookmarks of sections, the headings below each, and below a heading its entries; the first section begins on `firstPage`. */
export function bookmarksOf(sections: readonly LaidSection[], firstPage: number): readonly Bookmark[] {
  let page = firstPage - 1;
  return sections.map(({ section, pages }) => {
    const headings: { title: string; page: number; below: Bookmark[] }[] = [];
    const first = page + 1;
    for (const { strips } of pages) {
      page += 1;
      for (const { strip } of strips) {
        if (strip.bookmark === undefined) continue;
        const { title, level } = strip.bookmark;
        const made = { title, page, below: [] };
        (level === "heading" ? headings : (headings.at(-1)?.below ?? headings)).push(made);
      }
    }
    const number = section.number === "" ? "" : `${section.number} `;
    return { title: `${number}${section.shortTitle}`, page: first, below: headings };
  });
}

/** Adds the bookmarks: the cover and the sections; what is below them is closed at first. */
export function addBookmarks(
  doc: PdfDocument,
  document: ReportDocument,
  bookmarks: readonly Bookmark[],
  hasCover: boolean,
): void {
  const root = doc.outline as unknown as Item;
  const cover = hasCover ? [{ title: `Cover: ${document.cover.period}`, page: 1, below: [] }] : [];
  const all = [...cover, ...bookmarks];
  addBelow(root, all);
  // A bookmark with others below must tell how many are seen, less than none while it is closed: pdfkit leaves that out.
  root.outlineData.Count = all.length;
}

function addBelow(parent: Item, bookmarks: readonly Bookmark[]): void {
  for (const { title, page, below } of bookmarks) {
    const item = parent.addItem(title, { pageNumber: page - 1, fit: true });
    if (below.length > 0) item.outlineData.Count = -below.length;
    addBelow(item, below);
  }
}
