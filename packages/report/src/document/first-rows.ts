/**
 * Gives the first `limit` rows by rank (lowest first), and within a rank in their own order. Reads the rows once and holds
 * no more than `limit` of them.
 */
export async function firstRows<Row>(
  rows: AsyncIterable<Row>,
  limit: number,
  rank: (row: Row) => number,
): Promise<readonly Row[]> {
  const kept: { readonly rank: number; readonly row: Row }[] = [];
  for await (const row of rows) {
    const place = rank(row);
    const last = kept.at(-1);
    if (kept.length === limit && last !== undefined && place >= last.rank) continue;
    kept.splice(position(kept, place), 0, { rank: place, row });
    if (kept.length > limit) kept.pop();
  }
  return kept.map((entry) => entry.row);
}

/** Where a row of this rank goes: behind all of the same rank. */
function position(kept: readonly { readonly rank: number }[], rank: number): number {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = kept[middle];
    if (entry !== undefined && entry.rank <= rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
