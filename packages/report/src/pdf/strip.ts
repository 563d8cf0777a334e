import type { ReportSection } from "../document/report-document.js";
import type { Canvas } from "./canvas.js";
import type { LogoDrawing } from "./logo.js";
import type { Structure } from "./structure.js";
import type { Faces } from "./text/faces.js";
import type { TextStyle } from "./text/text-style.js";
import type { Line } from "./text/wrap.js";

/** What a block is laid out with. */
export interface Layout {
  readonly faces: Faces;
  /** Width of the text. */
  readonly width: number;
}

/** What a strip is painted with. */
export interface Painter {
  readonly canvas: Canvas;
  readonly structure: Structure;
  /** Gives the number of the page on which a section begins, or a row with this anchor stands; undefined where there is none. */
  pageOf(target: string): number | undefined;
  /** The organisation's logo, where it has one. */
  readonly logo?: LogoDrawing;
  /** Gives our own words as one line, for what is known only once pages are numbered. */
  words(text: string, style: TextStyle): Line;
}

/** A piece of a page that is never split: a heading, a row of a table, a chart. */
export interface Strip {
  readonly height: number;
  /** Space above, dropped at the top of a page. */
  readonly gap: number;
  /** Stays on the page of the strip that follows. */
  readonly keepWithNext?: boolean;
  /** Names by which links lead here; unique in the document. */
  readonly anchors?: readonly string[];
  /** The title by which the document's bookmarks lead here: of a heading, or of an entry below one. */
  readonly bookmark?: { readonly title: string; readonly level: "heading" | "entry" };
  /** Drawn again above the strip when it begins a page: the head of its table. */
  readonly repeats?: Strip;
  paint(painter: Painter, x: number, y: number): void;
}

/** A section as strips, under its title. */
export interface SectionLayout {
  readonly section: ReportSection;
  readonly opening: Strip;
  /** What a further page of the section begins with. */
  readonly continued: Strip;
  readonly strips: readonly Strip[];
}
