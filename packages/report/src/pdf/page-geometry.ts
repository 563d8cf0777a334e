/** The paper a report is printed on. */
export type PageSize = "A4" | "Letter";

/** Sizes and places on a page, in points from the top left corner. */
export interface PageGeometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Width of the text. */
  readonly textWidth: number;
  /** Where the text ends below. */
  readonly bottom: number;
  readonly headerBaseline: number;
  readonly footerRule: number;
  readonly footerBaseline: number;
}

const side = 48;

/** The two sizes; a table gives its columns as shares of the width, so that both hold the same. */
export const pageGeometries: Readonly<Record<PageSize, PageGeometry>> = {
  A4: {
    width: 595.28,
    height: 841.89,
    left: side,
    top: 64,
    textWidth: 595.28 - 2 * side,
    bottom: 785.89,
    headerBaseline: 37,
    footerRule: 799.5,
    footerBaseline: 811,
  },
  Letter: {
    width: 612,
    height: 792,
    left: side,
    top: 60,
    textWidth: 612 - 2 * side,
    bottom: 740,
    headerBaseline: 35,
    footerRule: 754,
    footerBaseline: 765,
  },
};
