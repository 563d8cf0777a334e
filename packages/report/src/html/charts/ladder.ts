import type { LadderBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { percentOf } from "../coordinates.js";

/** The ladder from raised to open: a table of steps, with a bar in each row. */
export interface LadderView {
  readonly description: string;
  readonly severities: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly tone: "closed" | "open";
    readonly strong: boolean;
    /** Null for a step without an exception. */
    readonly bar: { readonly x: string; readonly width: string } | null;
    readonly count: string;
    readonly figures: readonly string[];
    readonly meaning: string;
  }[];
}

/** Lays out the ladder; the browser stretches its bars to the width at hand. */
export function ladderView(block: LadderBlock): LadderView {
  const share = (count: number): string => percentOf(block.total === 0 ? 0 : count / block.total);
  return {
    description: block.description,
    severities: block.severities,
    rows: block.rows.map((row, index) => ({
      label: row.label,
      tone: row.tone,
      strong: row.count > 0 && (index === 0 || row.tone === "open"),
      bar: row.count === 0 ? null : { x: share(row.start), width: share(row.count) },
      count: formatCount(row.count),
      figures: row.figures.map(formatCount),
      meaning: row.meaning,
    })),
  };
}
