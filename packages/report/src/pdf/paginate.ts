import type { PageGeometry } from "./page-geometry.js";
import type { SectionLayout, Strip } from "./strip.js";

/** A strip at its place on a page. */
export interface PlacedStrip {
  readonly strip: Strip;
  readonly y: number;
  /** A table's head drawn again: not part of the content. */
  readonly repeated?: boolean;
}

/** A page of a section. */
export interface LaidOutPage {
  readonly layout: SectionLayout;
  readonly first: boolean;
  readonly strips: readonly PlacedStrip[];
}

const afterTitle = 14;
const afterContinuedTitle = 10;

/**
 * Spreads a section over pages. A strip is never split; strips that stay with the next one move with it; a page that begins
 * within a table repeats the table's head. What fits a whole page but not a shortened one stands on a whole one.
 */
export function paginate(
  layout: SectionLayout,
  shortened: PageGeometry,
  whole: PageGeometry = shortened,
): readonly LaidOutPage[] {
  const geometry = shortened;
  const pages: { strips: PlacedStrip[] }[] = [];
  let strips: PlacedStrip[] = [];
  let y = 0;
  let empty = true;
  const open = () => {
    const title = pages.length === 0 ? layout.opening : layout.continued;
    strips = [{ strip: title, y: geometry.top }];
    pages.push({ strips });
    y = geometry.top + title.height + (pages.length === 1 ? afterTitle : afterContinuedTitle);
    empty = true;
  };
  const put = (strip: Strip, repeated: boolean) => {
    if (!empty) y += strip.gap;
    strips.push({ strip, y, ...(repeated ? { repeated } : {}) });
    y += strip.height;
    empty = false;
  };
  const fits = (height: number) => y + height <= (empty ? whole.bottom : geometry.bottom);
  open();
  for (const group of groups(layout.strips)) {
    if (!empty && !fits(heightOf(group, empty))) open();
    for (const strip of group) {
      if (!empty && !fits(strip.gap + strip.height)) open();
      if (empty && strip.repeats !== undefined) put(strip.repeats, true);
      put(strip, false);
    }
  }
  return pages.map((page, index) => ({ layout, first: index === 0, strips: page.strips }));
}

/** Gives where the room below a page's title begins. */
export function bodyTop({ first, layout }: LaidOutPage, geometry: PageGeometry): number {
  return geometry.top + (first ? layout.opening.height + afterTitle : layout.continued.height + afterContinuedTitle);
}

/** Strips that stay together. */
function groups(strips: readonly Strip[]): readonly (readonly Strip[])[] {
  const result: Strip[][] = [];
  let joins = false;
  for (const strip of strips) {
    const last = result.at(-1);
    if (joins && last !== undefined) last.push(strip);
    else result.push([strip]);
    joins = strip.keepWithNext === true;
  }
  return result;
}

function heightOf(group: readonly Strip[], atTop: boolean): number {
  const gaps = group.reduce((sum, strip, index) => sum + (atTop && index === 0 ? 0 : strip.gap), 0);
  return gaps + group.reduce((sum, strip) => sum + strip.height, 0);
}
