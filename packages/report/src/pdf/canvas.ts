import { palette } from "./palette.js";
import type { PdfDocument } from "./pdf-document.js";
import { mirror, visualOrder } from "./text/direction.js";
import { withoutLigatures, type Faces } from "./text/faces.js";
import { boxMargin, type Fragment } from "./text/fragments.js";
import { baselineOf, type TextStyle } from "./text/text-style.js";
import type { Line } from "./text/wrap.js";

/** Where a line stands in its column. */
export type Align = "left" | "right" | "center";

/** A line of a figure, or of the outline of a shape. */
export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly [length: number, space: number];
}

/** Draws on the current page: text at its baseline, rules and shapes as paths. It knows nothing of blocks or structure. */
export class Canvas {
  readonly doc: PdfDocument;
  readonly #faces: Faces;

  constructor(doc: PdfDocument, faces: Faces) {
    this.doc = doc;
    this.#faces = faces;
  }

  /** Draws lines under each other, the first one's line box at `y`; gives the height they took. */
  lines(lines: readonly Line[], x: number, y: number, width: number, style: TextStyle, align: Align = "left"): number {
    lines.forEach((line, index) => {
      const spare = align === "left" ? 0 : align === "right" ? width - line.width : (width - line.width) / 2;
      this.line(line, x + spare, y + index * style.leading + baselineOf(style));
    });
    return lines.length * style.leading;
  }

  /** Draws one line with its baseline at `baseline`. */
  line(line: Line, x: number, baseline: number): void {
    let at = x;
    for (const item of visualOrder(line.fragments)) {
      if (item.boxed === undefined) this.#fragment(item, at, baseline);
      else this.#boxed(item, at, baseline);
      at += item.width;
    }
  }

  /** Draws a rule from left to right. */
  rule(x: number, y: number, width: number, stroke: Stroke): void {
    this.segment(x, y, x + width, y, stroke);
  }

  /** Draws a straight line. */
  segment(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): void {
    this.doc.moveTo(x1, y1).lineTo(x2, y2);
    this.#stroke(stroke);
  }

  /** Fills a rectangle. */
  fillBox(x: number, y: number, width: number, height: number, colour: string): void {
    this.doc.rect(x, y, width, height).fill(colour);
  }

  /** Outlines a rectangle; the line stands inside it. */
  outlineBox(x: number, y: number, width: number, height: number, stroke: Stroke): void {
    const half = stroke.width / 2;
    this.doc.rect(x + half, y + half, Math.max(0.1, width - stroke.width), Math.max(0.1, height - stroke.width));
    this.#stroke(stroke);
  }

  /** Fills an area bounded by points. */
  fillArea(points: readonly (readonly [number, number])[], colour: string): void {
    points.forEach(([x, y], index) => (index === 0 ? this.doc.moveTo(x, y) : this.doc.lineTo(x, y)));
    this.doc.closePath().fill(colour);
  }

  /** Fills a disc. */
  fillDisc(x: number, y: number, radius: number, colour: string): void {
    this.doc.circle(x, y, radius).fill(colour);
  }

  /** Outlines a circle. */
  outlineDisc(x: number, y: number, radius: number, stroke: Stroke): void {
    this.doc.circle(x, y, radius);
    this.#stroke(stroke);
  }

  #stroke(stroke: Stroke): void {
    this.doc.lineWidth(stroke.width);
    if (stroke.dash === undefined) this.doc.undash();
    else this.doc.dash(stroke.dash[0], { space: stroke.dash[1] });
    this.doc.stroke(stroke.colour);
    if (stroke.dash !== undefined) this.doc.undash();
  }

  #fragment(item: Fragment, x: number, baseline: number): void {
    this.#text(item, item.level % 2 === 1 ? mirror(item.text) : item.text, x, baseline);
    const stroke: Stroke = { colour: item.colour, width: 0.6 };
    if (item.underlined === true) this.rule(x, baseline + item.size * 0.18, item.width, stroke);
    if (item.struck === true) this.rule(x, baseline - item.size * 0.28, item.width, stroke);
  }

  #text(item: Fragment, text: string, x: number, baseline: number): void {
    this.#faces.use(item.face);
    this.doc.fontSize(item.size).fillColor(item.colour);
    this.doc.text(text, x, baseline, {
      lineBreak: false,
      baseline: "alphabetic",
      characterSpacing: item.tracking,
      features: withoutLigatures,
    });
  }

  /** A character that no face has: its code point in a frame; whoever copies the text gets the character itself. */
  #boxed(item: Fragment, x: number, baseline: number): void {
    const { doc } = this;
    const top = baseline - item.size * 0.98;
    doc.roundedRect(x + boxMargin, top, item.width - 2 * boxMargin, item.size * 1.28, 1.2);
    this.#stroke({ colour: palette.ruleStrong, width: 0.5 });
    doc.markContent("Span", { actual: item.boxed ?? "" });
    this.#text(item, item.text, x + boxMargin + 2, baseline);
    // Poppler gives the character the place and size in force where its marked content ends; pdfkit has put both back by then.
    doc.save().transform(1, 0, 0, -1, 0, doc.page.height);
    doc.addContent(`/${this.#faces.resourceName(item.face)} ${item.size} Tf`);
    doc.endMarkedContent();
    doc.restore();
  }
}
