import { describe, expect, test } from "vitest";
import { partlyPrinted, rowDemands, shareRows, withRows, withRowShares } from "../../src/document/row-plan.js";
import type { ReportDocument, ReportSection, TableBlock } from "../../src/document/report-document.js";
import { plain, textOf } from "../../src/document/text.js";

function table(rows: number, weight: number, total = rows): TableBlock {
  return {
    kind: "table",
    description: "",
    columns: [],
    rows: Array.from({ length: rows }, () => []),
    anchors: Array.from({ length: rows }, (_, index) => `row-${index}`),
    plan: { weight, total, note: (shown) => [plain(`First ${shown} of ${total} rows`)] },
  };
}

function section(...tables: readonly TableBlock[]): ReportSection {
  const blocks = tables.flatMap((one) => [{ kind: "heading", text: "Rows", note: [] } as const, one]);
  return { id: "s", number: "1", shortTitle: "", title: "", standfirst: "", blocks };
}

describe("shareRows", () => {
  test("who asks for less than its part gets all, and what it leaves goes to the others by weight", () => {
    expect(
      shareRows(70, [
        { rows: 100, weight: 1 },
        { rows: 10, weight: 1 },
        { rows: 100, weight: 2 },
      ]),
    ).toEqual([21, 10, 39]);
  });

  test("all that is asked for is given where there is enough, and nothing more", () => {
    expect(
      shareRows(1000, [
        { rows: 7, weight: 1 },
        { rows: 25, weight: 9 },
      ]),
    ).toEqual([7, 25]);
  });

  test.each([0, 5, 17, 60, 61, 62, 199])(
    "%i rows are shared out whole, or three a table where that is more",
    (total) => {
      const demands = [25, 25, 25, 40, 1, 2, 25].map((rows, index) => ({ rows, weight: 1 + (index % 3) }));
      const shares = shareRows(total, demands);
      const least = demands.reduce((sum, { rows }) => sum + Math.min(rows, 3), 0);
      const all = demands.reduce((sum, { rows }) => sum + rows, 0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(Math.max(least, Math.min(total, all)));
      shares.forEach((share, index) => expect(share).toBeLessThanOrEqual(demands[index]?.rows ?? 0));
    },
  );
});

describe("withRows", () => {
  test("the line above says how many of how many are left, and links to rows that are gone lead nowhere", () => {
    const cut = withRows(section(table(25, 1, 5000)), 1, 8);
    const [heading, rows] = cut.blocks;
    expect(heading?.kind === "heading" && heading.note !== undefined && textOf(heading.note)).toBe(
      "First 8 of 5000 rows",
    );
    expect(rows?.kind === "table" && [rows.rows.length, rows.anchors?.length]).toEqual([8, 8]);
  });

  test("only tables of which a part is printed are partly printed", () => {
    expect(partlyPrinted(section(table(8, 1), table(25, 1, 26)))).toEqual([3]);
  });
});

test("withRowShares gives each table its part, in the order of the document", () => {
  const document = {
    sections: [section(table(25, 1)), section(table(4, 1), table(25, 3))],
  } as unknown as ReportDocument;
  expect(rowDemands(document)).toEqual([
    { rows: 25, weight: 1 },
    { rows: 4, weight: 1 },
    { rows: 25, weight: 3 },
  ]);
  const shared = withRowShares(document, [5, 4, 20]);
  expect(rowDemands(shared).map(({ rows }) => rows)).toEqual([5, 4, 20]);
});
