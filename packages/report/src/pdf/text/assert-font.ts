import { ReportError } from "../../errors.js";
import { padded } from "./faces.js";

/**
 * Checks that the content of a file is a single font that a report can be set in: TrueType or OpenType with the characters mapped.
 * Throws `KAUDIT_REPORT_FONT_INVALID` for anything else, a collection (.ttc) and a web font (.woff2) included.
 */
export async function assertFont(bytes: Uint8Array): Promise<void> {
  const tag = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  if (tag === "ttcf") throw invalid("it is a collection of fonts (.ttc); hand in one of them as a .ttf or .otf file");
  if (!["\0\u0001\0\0", "true", "OTTO"].includes(tag)) throw invalid("it is no TrueType or OpenType font (.ttf, .otf)");
  const { default: PDFDocument } = await import("pdfkit");
  try {
    const doc = new PDFDocument({ font: null as unknown as string });
    doc.registerFont("added", padded(bytes));
    doc.font("added").fontSize(10).widthOfString("aA1 \u4e2d\ud55c");
  } catch (cause) {
    throw new ReportError("KAUDIT_REPORT_FONT_INVALID", words("it cannot be read; the file is damaged"), { cause });
  }
}

function words(what: string): string {
  return `the font cannot be used: ${what}`;
}

function invalid(what: string): ReportError {
  return new ReportError("KAUDIT_REPORT_FONT_INVALID", words(what));
}
