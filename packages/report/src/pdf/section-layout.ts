import type { Block, ReportSection, TableBlock, TableCell } from "../document/report-document.js";
import { formatCount } from "../document/words/count.js";
import { changesStrips } from "./blocks/changes.js";
import { keyFiguresStrip, statusFiguresStrip } from "./blocks/figures.js";
import { factsStrips, totalsStrips } from "./blocks/rows.js";
import { signaturesStrip } from "./blocks/signatures.js";
import { tableStrips } from "./blocks/table.js";
import {
  codeStrip,
  continuedStrip,
  headingStrips,
  noteStrip,
  openingStrip,
  paragraphStrip,
} from "./blocks/text-blocks.js";
import { actorBarsStrip } from "./charts/actor-bars.js";
import { coverageRibbonStrip } from "./charts/coverage-ribbon.js";
import { ladderStrip } from "./charts/ladder.js";
import { namespaceMatrixStrips } from "./charts/namespace-matrix.js";
import { timelineStrip } from "./charts/timeline.js";
import type { PageGeometry } from "./page-geometry.js";
import { paginate, type LaidOutPage } from "./paginate.js";
import { paperTable } from "./paper-table.js";
import { fittedPages } from "./section-fit.js";
import type { Layout, SectionLayout, Strip } from "./strip.js";

/**
 * Lays a section out on pages, the last of them not nearly empty. One that must stay on a single page has its tables set closer,
 * then loses rows of its longest table until it does; a line says how many.
 */
export function sectionPages(layout: Layout, section: ReportSection, geometry: PageGeometry): readonly LaidOutPage[] {
  const layOut = (tried: ReportSection, shortenBy = 0) =>
    paginate(layoutOf(layout, tried, tried.blocks), { ...geometry, bottom: geometry.bottom - shortenBy }, geometry);
  if (section.singlePage !== true) return fittedPages(section, geometry, layOut);
  const pagesOf = (blocks: readonly Block[]) => layOut({ ...section, blocks });
  const whole = pagesOf(section.blocks);
  if (whole.length === 1) return whole;
  const dense = section.blocks.map((block) => (block.kind === "table" ? { ...block, dense: true } : block));
  const longest = Math.max(0, ...dense.map((block) => (block.kind === "table" ? block.rows.length : 0)));
  let pages = pagesOf(dense);
  for (let most = longest - 1; pages.length > 1 && most > 1; most -= 1) {
    pages = pagesOf(dense.map((block) => (block.kind === "table" ? cutTable(block, most) : block)));
  }
  return pages;
}

/** Keeps this many rows of a table and says how many are left out. */
function cutTable(block: TableBlock, most: number): TableBlock {
  if (block.rows.length <= most) return block;
  const missing = block.rows.length - most;
  const words = `… and ${formatCount(missing)} more; the web page of this report has all.`;
  const last = block.columns.map((_, index): TableCell => ({
    text: index === 0 ? [{ kind: "muted", text: words }] : [],
  }));
  return { ...block, rows: [...block.rows.slice(0, most), last] };
}

function layoutOf(layout: Layout, section: ReportSection, blocks: readonly Block[]): SectionLayout {
  return {
    section,
    opening: openingStrip(layout, section),
    continued: continuedStrip(layout, section),
    strips: blocks.flatMap((block) => blockStrips(layout, block)),
  };
}

function blockStrips(layout: Layout, block: Block): readonly Strip[] {
  switch (block.kind) {
    case "heading":
      return headingStrips(layout, block);
    case "paragraph":
      return [paragraphStrip(layout, block)];
    case "status-figures":
      return [statusFiguresStrip(layout, block)];
    case "key-figures":
      return [keyFiguresStrip(layout, block)];
    case "facts":
      return factsStrips(layout, block);
    case "code":
      return [codeStrip(layout, block)];
    case "table":
      return tableStrips(layout, paperTable(block));
    case "totals":
      return totalsStrips(layout, block);
    case "coverage-ribbon":
      return [coverageRibbonStrip(layout, block)];
    case "actor-bars":
      return [actorBarsStrip(layout, block)];
    case "namespace-matrix":
      return namespaceMatrixStrips(layout, block);
    case "timeline":
      return [timelineStrip(layout, block)];
    case "changes":
      return changesStrips(layout, block);
    case "ladder":
      return [ladderStrip(layout, block)];
    case "signatures":
      return [signaturesStrip(layout, block)];
    case "register":
      return [noteStrip(layout, block.note), ...tableStrips(layout, paperTable(block.printed))];
  }
}
