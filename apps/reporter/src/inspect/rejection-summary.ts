import type { RejectionReason, SourceAccount } from "@kaudit/schema";

/** The records that were rejected for one reason. */
export interface RejectionSummary {
  readonly reason: RejectionReason;
  readonly count: number;
  /** The first few of them. */
  readonly places: readonly { readonly file: string; readonly byteOffset: number; readonly detail: string }[];
}

const mostPlaces = 3;

/** Gives the rejected records by reason, the most frequent first, each with its first places. */
export function summarizeRejections({ files, rejected }: SourceAccount): readonly RejectionSummary[] {
  const counts = new Map<RejectionReason, number>();
  for (const file of files) {
    for (const [reason, count] of Object.entries(file.rejectedByReason) as [RejectionReason, number][]) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  return [...counts]
    .toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([reason, count]) => {
      const found = rejected.filter((record) => record.reason === reason).slice(0, mostPlaces);
      const places = found.map(({ file, byteOffset, detail }) => ({ file, byteOffset, detail }));
      return { reason, count, places };
    });
}
