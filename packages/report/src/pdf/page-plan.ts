import type { ReportDocument, ReportSection } from "../document/report-document.js";
import { rowDemands, shareRows, withRowShares } from "../document/row-plan.js";
import type { LaidOutPage } from "./paginate.js";

/** A section with its pages. */
export interface PlannedSection {
  readonly section: ReportSection;
  readonly pages: readonly LaidOutPage[];
}

/**
 * Lays a document out on at most `mostPages` pages, the cover included. Where it has more, the rows of its tables are shared out
 * by weight until it fits; each table then says how many of how many rows it shows, and where all are. Headings, charts and
 * short tables are never left out, so that a document of nothing else may have more pages.
 */
export function planPages(
  document: ReportDocument,
  mostPages: number,
  pagesOf: (section: ReportSection) => readonly LaidOutPage[],
): readonly PlannedSection[] {
  const laid = new Map<ReportSection, readonly LaidOutPage[]>();
  const layOut = ({ sections }: ReportDocument): readonly PlannedSection[] =>
    sections.map((section) => {
      const pages = laid.get(section) ?? pagesOf(section);
      laid.set(section, pages);
      return { section, pages };
    });
  const fits = (sections: readonly PlannedSection[]) => pageCount(sections) <= mostPages;
  const whole = layOut(document);
  if (fits(whole)) return whole;
  const demands = rowDemands(document);
  let low = 0;
  let high = demands.reduce((sum, { rows }) => sum + rows, 0);
  let best = layOut(withRowShares(document, shareRows(0, demands)));
  while (high - low > 4) {
    const middle = Math.floor((low + high) / 2);
    const tried = layOut(withRowShares(document, shareRows(middle, demands)));
    if (fits(tried)) {
      best = tried;
      low = middle;
    } else high = middle;
  }
  return best;
}

function pageCount(sections: readonly PlannedSection[]): number {
  return sections.reduce((sum, { pages }) => sum + pages.length, 1);
}
