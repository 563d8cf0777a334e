/** Gives a whole number as English readers write it: `4,109,310`. */
export function formatCount(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Gives a number with its noun, singular or plural: "1 request", "3 requests", "0 requests", "2 identities". */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

/** Chooses the form of a word that follows a number: `agreeing(1, "is", "are")` is "is". */
export function agreeing(value: number, singular: string, plural: string): string {
  return value === 1 ? singular : plural;
}

/**
 * Gives a share as a percentage with at most one decimal: "99.7%". Rounds towards the middle, so that "100%" is never
 * said of less than all and "0%" never of more than none.
 */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return "0%";
  if (part === whole) return "100%";
  const tenths = Math.round((part / whole) * 1000);
  const kept = Math.min(999, Math.max(part > 0 ? 1 : 0, tenths));
  return `${(kept / 10).toFixed(kept % 10 === 0 ? 0 : 1)}%`;
}

/** Gives a part of a number as it follows it: "49 of them", "all of them", "none of them". */
export function partOf(part: number, whole: number): string {
  if (part === 0) return "none of them";
  return part === whole && whole > 1 ? "all of them" : `${formatCount(part)} of them`;
}
