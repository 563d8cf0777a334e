import type { PdfDocument } from "../pdf-document.js";
import { readPackageFile } from "../../package-files.js";

/** The faces a report is set in: IBM Plex, and DejaVu for characters that Plex has not. */
export const faceFiles = {
  light: "IBMPlexSans_300Light.ttf",
  regular: "IBMPlexSans_400Regular.ttf",
  italic: "IBMPlexSans_400Regular_Italic.ttf",
  medium: "IBMPlexSans_500Medium.ttf",
  semibold: "IBMPlexSans_600SemiBold.ttf",
  mono: "IBMPlexMono_400Regular.ttf",
  monoMedium: "IBMPlexMono_500Medium.ttf",
  fallbackSans: "DejaVuSans.ttf",
  fallbackMono: "DejaVuSansMono.ttf",
} as const;

/** The name of a face; those that begin with `added-` are fonts that were handed in, from 0. */
export type Face = keyof typeof faceFiles | `added-${number}`;

/** What pdfkit keeps of the face in use; its types do not show it. */
interface FontInUse {
  readonly id: string;
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  layoutRun(text: string, features: unknown): unknown;
}

/** The faces of one document: loaded when first used, so that a report without a rare character embeds no fallback. */
export class Faces {
  readonly #doc: PdfDocument;
  readonly #fonts = new Map<Face, FontInUse>();
  readonly #widths = new Map<string, number>();
  readonly #added: readonly Uint8Array[];
  /** The faces of the fonts that were handed in: asked for a character in this order, after all others. */
  readonly added: readonly Face[];

  /** `added`: the content of fonts for characters that the others have not. */
  constructor(doc: PdfDocument, added: readonly Uint8Array[] = []) {
    this.#doc = doc;
    this.#added = added;
    this.added = added.map((_, index): Face => `added-${index}`);
  }

  /** Makes a face the document's current one. */
  use(face: Face): void {
    if (this.#fonts.has(face)) {
      this.#doc.font(face);
      return;
    }
    this.#doc.registerFont(face, padded(this.#bytes(face)));
    this.#doc.font(face);
    const font = Reflect.get(this.#doc, "_font") as FontInUse;
    rememberLayouts(font);
    this.#fonts.set(face, font);
  }

  #bytes(face: Face): Uint8Array {
    const index = this.added.indexOf(face);
    const added = this.#added[index];
    return added ?? readPackageFile("fonts", "pdf", faceFiles[face as keyof typeof faceFiles]);
  }

  /** Gives the name by which a page's content calls a face. */
  resourceName(face: Face): string {
    this.use(face);
    return this.#fonts.get(face)?.id ?? "";
  }

  /** Tells whether a face has a glyph for a character. */
  has(face: Face, codePoint: number): boolean {
    if (!this.#fonts.has(face)) this.use(face);
    return this.#fonts.get(face)?.font.hasGlyphForCodePoint(codePoint) === true;
  }

  /** Gives the width of a text in a face, in points at size 1; without ligatures, as literal text is drawn. */
  unitWidth(face: Face, text: string): number {
    const key = `${face} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    this.use(face);
    this.#doc.fontSize(1000);
    const width = this.#doc.widthOfString(text, { features: withoutLigatures, lineBreak: false }) / 1000;
    this.#widths.set(key, width);
    return width;
  }
}

/**
 * pdfkit shapes a text anew each time that it is measured or drawn with features of its own, three times for each that a
 * page shows. Every text of a report has the same features, so that the first result stands for all.
 */
function rememberLayouts(font: FontInUse): void {
  const layout = font.layoutRun.bind(font);
  const known = new Map<string, unknown>();
  font.layoutRun = (text, features) => {
    if (features !== withoutLigatures) return layout(text, features);
    const run = known.get(text) ?? layout(text, features);
    known.set(text, run);
    return run;
  };
}

/**
 * fontkit reads a header for each glyph, also for one without an outline. In Plex Mono the space is such a glyph and stands
 * at the file's very end, so the read would go beyond it.
 */
export function padded(font: Uint8Array): Buffer {
  return Buffer.concat([font, Buffer.alloc(16)]);
}

/** pdfkit takes an object here, its types a list. */
export const withoutLigatures = { liga: false } as unknown as [];
