import { z } from "zod";

/** The four audit levels, lowest first (kubernetes/apiserver `pkg/apis/audit/v1/types.go`). */
export const Level = z.enum(["None", "Metadata", "Request", "RequestResponse"]);
export type Level = z.infer<typeof Level>;

const ranks: ReadonlyMap<string, number> = new Map(Level.options.map((level, rank) => [level, rank]));

/**
 * Gives how much a level records: None 0, Metadata 1, Request 2, RequestResponse 3. The empty string and every unknown
 * word are 0, as in kube-apiserver, whose decoder does not check levels.
 */
export function levelRank(level: string): number {
  return ranks.get(level) ?? 0;
}

/** Compares two levels by {@link levelRank}: negative when `a` records less, zero when they record the same. */
export function compareLevels(a: string, b: string): number {
  return levelRank(a) - levelRank(b);
}
