import type { Evidence, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { actorBars } from "../actor-bars.js";
import type { Block, ReportSection } from "../report-document.js";

/** A section before it has its number. */
export type SectionContent = Omit<ReportSection, "number">;

/** Makes one section; undefined where it has nothing to stand on in this run. */
export type SectionBuilder = (input: ReportInput) => Promise<SectionContent | undefined> | SectionContent | undefined;

/** Fewer rows than this are shown as a table only. */
export const fewestChartRows = 12;

/** Gives a register's charts; none for a few rows, which the table shows better. */
export async function charts(
  evidence: Evidence,
  entry: RegisterEntry,
  what: string,
  more: readonly Block[] = [],
): Promise<readonly Block[]> {
  if (entry.rows < fewestChartRows) return [];
  return [...(await actorBars(evidence, entry, what)), ...more];
}
