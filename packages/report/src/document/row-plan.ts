import type { Block, ReportDocument, ReportSection, TableBlock, Text } from "./report-document.js";

/** Of a table no fewer rows than this are printed, however little room there is. */
const fewestRows = 3;

/** What a table asks of the pages: its rows, and how much they matter beside those of other tables. */
export interface RowDemand {
  readonly rows: number;
  readonly weight: number;
}

/** Gives the tables of a document whose rows can be cut, in the order of the document. */
export function rowDemands(document: ReportDocument): readonly RowDemand[] {
  return document.sections.flatMap((section) =>
    section.blocks.flatMap((block) => {
      const table = cuttable(block);
      return table?.plan === undefined ? [] : [{ rows: table.rows.length, weight: table.plan.weight }];
    }),
  );
}

/**
 * Shares a number of rows among tables by weight: a table that asks for no more than its part gets all it asks for, and what it
 * leaves goes to the others. Each keeps at least three rows (or all it has), even where that is more than the number to share.
 */
export function shareRows(total: number, demands: readonly RowDemand[]): readonly number[] {
  const shares = demands.map(({ rows }) => Math.min(rows, fewestRows));
  let left = total - shares.reduce((sum, share) => sum + share, 0);
  let open = demands.map((_, index) => index).filter((index) => lacks(demands, shares, index));
  while (left > 0 && open.length > 0) {
    const weights = open.reduce((sum, index) => sum + weightOf(demands, index), 0);
    let given = 0;
    for (const index of open) {
      const part = Math.floor((left * weightOf(demands, index)) / weights);
      const taken = Math.min(part, (demands[index]?.rows ?? 0) - (shares[index] ?? 0));
      shares[index] = (shares[index] ?? 0) + taken;
      given += taken;
    }
    // What cannot be divided goes to the heaviest.
    if (given === 0) {
      const heaviest = open.toSorted((a, b) => weightOf(demands, b) - weightOf(demands, a));
      for (const index of heaviest.slice(0, left)) {
        shares[index] = (shares[index] ?? 0) + 1;
        given += 1;
      }
    }
    left -= given;
    open = open.filter((index) => lacks(demands, shares, index));
  }
  return shares;
}

function lacks(demands: readonly RowDemand[], shares: readonly number[], index: number): boolean {
  return (shares[index] ?? 0) < (demands[index]?.rows ?? 0);
}

function weightOf(demands: readonly RowDemand[], index: number): number {
  return Math.max(0.01, demands[index]?.weight ?? 1);
}

/** Gives the document with so many rows of each of its cuttable tables; the line above each says how many of how many. */
export function withRowShares(document: ReportDocument, shares: readonly number[]): ReportDocument {
  let next = 0;
  const sections = document.sections.map((section): ReportSection => {
    let cut = section;
    section.blocks.forEach((block, index) => {
      if (cuttable(block)?.plan === undefined) return;
      cut = withRows(cut, index, shares[next] ?? 0);
      next += 1;
    });
    return cut;
  });
  return { ...document, sections };
}

/** Gives a section with the first rows of the table at a place among its blocks, and the line above that says so. */
export function withRows(section: ReportSection, place: number, rows: number): ReportSection {
  const block = section.blocks[place];
  const table = block === undefined ? undefined : cuttable(block);
  if (table?.plan === undefined || rows >= table.rows.length) return section;
  const note = table.plan.note(rows);
  const cut = { ...table, rows: table.rows.slice(0, rows), ...anchorsOf(table, rows) };
  const blocks = section.blocks.map((one, index): Block => {
    if (index === place) return one.kind === "register" ? { ...one, note, printed: cut } : cut;
    return index === place - 1 && block?.kind === "table" ? withNote(one, note) : one;
  });
  return { ...section, blocks };
}

/** Gives the places of the tables of a section of which not every row is printed, and which may lose more of them. */
export function partlyPrinted(section: ReportSection): readonly number[] {
  return section.blocks.flatMap((block, index) => {
    const table = cuttable(block);
    return table?.plan !== undefined && table.rows.length < table.plan.total ? [index] : [];
  });
}

/** Gives the rows that a block prints; 0 for one without rows. */
export function printedRows(block: Block | undefined): number {
  return block === undefined ? 0 : (cuttable(block)?.rows.length ?? 0);
}

function anchorsOf({ anchors }: TableBlock, rows: number): Pick<TableBlock, "anchors"> {
  return anchors === undefined ? {} : { anchors: anchors.slice(0, rows) };
}

function withNote(block: Block, note: Text): Block {
  return block.kind === "heading" ? { ...block, note } : block;
}

function cuttable(block: Block): TableBlock | undefined {
  if (block.kind === "register") return block.printed;
  return block.kind === "table" ? block : undefined;
}
