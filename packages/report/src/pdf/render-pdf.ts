import type { ReportDocument } from "../document/report-document.js";
import { textOf } from "../document/text.js";
import { Canvas } from "./canvas.js";
import { drawCover } from "./cover-page.js";
import { drawFurniture } from "./furniture.js";
import { addBookmarks, bookmarksOf } from "./outline.js";
import { LogoDrawing } from "./logo.js";
import { pageGeometries, type PageSize } from "./page-geometry.js";
import { planPages } from "./page-plan.js";
import type { PdfDocument } from "./pdf-document.js";
import { compressPortably } from "./portable-compression.js";
import { sectionPages } from "./section-layout.js";
import type { Painter } from "./strip.js";
import { Structure } from "./structure.js";
import { Faces } from "./text/faces.js";
import { wrapText } from "./text/wrap.js";

/** An auditor reads no more; all rows are in the workbook. */
const mostPages = 60;
/** A link leads to a little above its row. */
const aboveAnchor = 40;

/** How a report is printed. */
export interface PdfOptions {
  /** The paper; default A4. */
  readonly pageSize?: PageSize;
  /** TrueType or OpenType fonts for characters that the fonts of the report have not, in order; checked by `assertFont`. Default: none. */
  readonly fonts?: readonly Uint8Array[];
  /** Rows of tables are cut until it has no more pages than this; default 60. */
  readonly mostPages?: number;
  /** Print the cover; default true. Without it the first section is on the first page. */
  readonly cover?: boolean;
}

/**
 * Renders a report as a PDF: fonts embedded, tagged, with bookmarks and page numbers; the same document gives the same
 * bytes on any machine and in any time zone. Throws `KAUDIT_REPORT_FILE_MISSING` when the package's fonts are not where it
 * was installed.
 */
export async function renderPdf(document: ReportDocument, options: PdfOptions = {}): Promise<Uint8Array> {
  return (await renderPages(document, options)).bytes;
}

/** Renders a report like {@link renderPdf}, and counts its pages. */
export async function renderPages(
  document: ReportDocument,
  options: PdfOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const geometry = pageGeometries[options.pageSize ?? "A4"];
  const doc = await newDocument(document, [geometry.width, geometry.height]);
  const bytes = collect(doc);
  const faces = new Faces(doc, options.fonts);
  const layout = { faces, width: geometry.textWidth };
  const sections = planPages(document, options.mostPages ?? mostPages, (section) =>
    sectionPages(layout, section, geometry),
  );
  const firstPages = new Map<string, number>();
  const hasCover = options.cover !== false;
  let count = hasCover ? 1 : 0;
  for (const { section, pages } of sections) {
    firstPages.set(section.id, count + 1);
    for (const page of pages) {
      count += 1;
      for (const { strip } of page.strips) for (const anchor of strip.anchors ?? []) firstPages.set(anchor, count);
    }
  }
  const logo = document.organisation?.logo;
  const painter: Painter = {
    ...(logo === undefined ? {} : { logo: new LogoDrawing(doc, logo) }),
    canvas: new Canvas(doc, faces),
    structure: new Structure(doc),
    pageOf: (target) => firstPages.get(target),
    words: (text, style) =>
      wrapText(faces, [{ kind: "plain", text }], style, Infinity)[0] ?? { fragments: [], width: 0 },
  };
  if (hasCover) {
    doc.addPage();
    drawCover(painter, faces, document, geometry);
  }
  let page = hasCover ? 1 : 0;
  for (const { section, pages } of sections) {
    for (const laid of pages) {
      doc.addPage();
      page += 1;
      if (laid.first) {
        painter.structure.beginSection(section.shortTitle);
        doc.addNamedDestination(section.id, "XYZ", 0, geometry.top - 20, null);
      }
      const name = section.number === "" ? section.shortTitle : `${section.number} ${section.shortTitle}`;
      drawFurniture(painter, faces, document, geometry, {
        section: name,
        reference: section.reference,
        page,
        pages: count,
      });
      for (const { strip, y } of laid.strips) {
        for (const anchor of strip.anchors ?? []) doc.addNamedDestination(anchor, "XYZ", 0, y - aboveAnchor, null);
        strip.paint(painter, geometry.left, y);
      }
    }
  }
  addBookmarks(doc, document, bookmarksOf(sections, hasCover ? 2 : 1), hasCover);
  painter.structure.end();
  doc.end();
  return { bytes: await bytes, pages: count };
}

async function newDocument(document: ReportDocument, size: [number, number]): Promise<PdfDocument> {
  const { default: PDFDocument } = await import("pdfkit");
  const date = new Date(document.documentDate);
  const doc = new PDFDocument({
    size,
    compress: false,
    margin: 0,
    autoFirstPage: false,
    bufferPages: false,
    pdfVersion: "1.7",
    lang: document.language,
    tagged: true,
    displayTitle: true,
    // pdfkit applies the constructor's font again at each page; null keeps it from doing so.
    font: null as unknown as string,
    info: {
      Title: document.title,
      ...authorOf(document),
      Creator: "kaudit",
      Producer: "kaudit",
      CreationDate: date,
      ModDate: date,
    },
  });
  compressPortably(doc);
  return doc;
}

function authorOf({ organisation }: ReportDocument): { readonly Author?: string } {
  return organisation === undefined ? {} : { Author: textOf(organisation.name) };
}

function collect(doc: PdfDocument): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    doc.on("error", reject);
  });
}
