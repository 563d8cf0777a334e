import type { ExplainedGap } from "./coverage-options.js";

/** A part of a gap, in milliseconds; with the explanation that covers it, if there is one. */
export interface GapPiece {
  readonly from: number;
  readonly to: number;
  readonly explained: ExplainedGap | null;
}

/**
 * Cuts a gap where explanations begin and end. An explanation that covers a part of a gap explains that part only;
 * where two overlap, the one that begins first holds. What is left over beside an explained part counts as explained with
 * it when it is no longer than `leftoverMs`: nobody writes explanations to the second.
 */
export function gapPieces(
  from: number,
  to: number,
  explanations: readonly ExplainedGap[],
  leftoverMs: number,
): GapPiece[] {
  const pieces: GapPiece[] = [];
  const inTime = explanations
    .map((explained) => ({ explained, start: Date.parse(explained.from), end: Date.parse(explained.to) }))
    .filter(({ start, end }) => start < to && end > from)
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  let at = from;
  for (const { explained, start, end } of inTime) {
    if (end <= at) continue;
    const last = pieces.at(-1);
    if (start - at > leftoverMs) pieces.push({ from: at, to: start, explained: null });
    else if (start > at && last !== undefined) pieces[pieces.length - 1] = { ...last, to: start };
    const begins = start - at > leftoverMs ? start : (pieces.at(-1)?.to ?? from);
    pieces.push({ from: begins, to: Math.min(end, to), explained });
    at = Math.min(end, to);
  }
  const last = pieces.at(-1);
  if (last !== undefined && to - at <= leftoverMs) pieces[pieces.length - 1] = { ...last, to };
  else if (at < to) pieces.push({ from: at, to, explained: null });
  return pieces;
}
