import type { Block, ReportSection } from "../document/report-document.js";
import { partlyPrinted, printedRows, withRows } from "../document/row-plan.js";
import type { PageGeometry } from "./page-geometry.js";
import { bodyTop, type LaidOutPage } from "./paginate.js";

/** A last page with less on it than this is worth losing a few rows for. */
const worthCutting = 0.3;
/** A last page with less on it than this looks like a mistake. */
const nearlyEmpty = 0.16;
/** Of a long table at least so many rows stay. */
const leastRows = 12;

/** How a section is laid out: its blocks, and by how much its pages but the last are shortened (points). */
export type LayOut = (section: ReportSection, shortenBy?: number) => readonly LaidOutPage[];

/**
 * Lays a section out so that its last page is not nearly empty. First a table of which only a part is printed loses rows, so that
 * the page goes away; else tables are set closer; else the pages before it give it some of theirs.
 */
export function fittedPages(section: ReportSection, geometry: PageGeometry, layOut: LayOut): readonly LaidOutPage[] {
  const whole = layOut(section);
  const filled = filledShare(whole, geometry);
  if (whole.length === 1 || filled >= worthCutting) return whole;
  const cut = withFewerRows(section, whole.length, layOut);
  if (cut !== undefined) return cut;
  if (filled >= nearlyEmpty) return whole;
  const dense: ReportSection = { ...section, blocks: section.blocks.map(closer) };
  const closely = layOut(dense);
  if (closely.length < whole.length) return closely;
  const cutDense = withFewerRows(dense, whole.length, layOut);
  if (cutDense !== undefined) return cutDense;
  return balanced(section, whole, geometry, layOut);
}

/** Gives how much of the room below the title of a section's last page is filled, 0 to 1. */
function filledShare(pages: readonly LaidOutPage[], geometry: PageGeometry): number {
  const last = pages.at(-1);
  if (last === undefined) return 1;
  const top = bodyTop(last, geometry);
  const end = Math.max(top, ...last.strips.map(({ strip, y }) => y + strip.height));
  return (end - top) / (geometry.bottom - top);
}

/** The fewest rows less that save a page, taken from the last table that may lose some; undefined where none saves it. */
function withFewerRows(section: ReportSection, pages: number, layOut: LayOut): readonly LaidOutPage[] | undefined {
  const place = partlyPrinted(section).at(-1);
  if (place === undefined) return undefined;
  const rows = printedRows(section.blocks[place]);
  const least = Math.max(leastRows, Math.ceil(rows / 2));
  if (rows <= least) return undefined;
  const tried = (kept: number) => layOut(withRows(section, place, kept));
  if (tried(least).length >= pages) return undefined;
  let low = least;
  let high = rows;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (tried(middle).length < pages) low = middle;
    else high = middle;
  }
  return tried(low);
}

function closer(block: Block): Block {
  if (block.kind === "table" || block.kind === "facts") return { ...block, dense: true };
  return block.kind === "register" ? { ...block, printed: { ...block.printed, dense: true } } : block;
}

function balanced(
  section: ReportSection,
  whole: readonly LaidOutPage[],
  geometry: PageGeometry,
  layOut: LayOut,
): readonly LaidOutPage[] {
  for (let shorten = 40; shorten <= 320; shorten += 40) {
    const pages = layOut(section, shorten);
    if (pages.length > whole.length) return whole;
    if (filledShare(pages, geometry) >= nearlyEmpty) return pages;
  }
  return whole;
}
