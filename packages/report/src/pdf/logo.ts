import type { Logo } from "../organisation/logo.js";
import type { PdfDocument } from "./pdf-document.js";

/** What pdfkit keeps of a page's pictures; its types do not show it. */
interface PageObjects {
  readonly xobjects: Record<string, unknown>;
}

/** Draws an organisation's logo; its pixels are in the file once, on however many pages it stands. */
export class LogoDrawing {
  readonly #doc: PdfDocument;
  readonly #logo: Logo;
  #object: { end(data: Buffer): void } | undefined;

  constructor(doc: PdfDocument, logo: Logo) {
    this.#doc = doc;
    this.#logo = logo;
  }

  /** Gives the width at a height, both no more than the most given. */
  sizeWithin(mostWidth: number, mostHeight: number): { readonly width: number; readonly height: number } {
    const scale = Math.min(mostWidth / this.#logo.width, mostHeight / this.#logo.height);
    return { width: this.#logo.width * scale, height: this.#logo.height * scale };
  }

  /** Draws it with its top left corner at a place. */
  draw(x: number, y: number, width: number, height: number): void {
    const doc = this.#doc;
    const logo = this.#logo;
    if (logo.kind === "svg") {
      doc
        .save()
        .translate(x, y)
        .scale(width / logo.width)
        .translate(-logo.left, -logo.top);
      for (const shape of logo.shapes) {
        doc.save();
        for (const matrix of shape.transforms) doc.transform(...matrix);
        doc.path(shape.path).fill(shape.fill, shape.evenOdd ? "even-odd" : "non-zero");
        doc.restore();
      }
      doc.restore();
      return;
    }
    const page = doc.page as unknown as PageObjects;
    page.xobjects["Logo"] = this.#pixels();
    doc.save().transform(width, 0, 0, -height, x, y + height);
    doc.addContent("/Logo Do");
    doc.restore();
  }

  #pixels(): unknown {
    if (this.#object !== undefined) return this.#object;
    const logo = this.#logo;
    if (logo.kind === "svg") return undefined;
    const grey = logo.kind === "jpeg" && isGrey(logo.bytes);
    this.#object = this.#doc.ref({
      Type: "XObject",
      Subtype: "Image",
      Width: logo.width,
      Height: logo.height,
      ColorSpace: grey ? "DeviceGray" : "DeviceRGB",
      BitsPerComponent: 8,
      ...(logo.kind === "jpeg" ? { Filter: "DCTDecode" } : {}),
    }) as unknown as { end(data: Buffer): void };
    this.#object.end(Buffer.from(logo.kind === "png" ? logo.rgb : logo.bytes));
    return this.#object;
  }
}

/** Components of the frame: the tenth byte of the first SOF0 to SOF2 segment. */
function isGrey(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) return bytes[at + 9] === 1;
  }
  return false;
}
