/** A share as a coordinate in per cent: two decimals, no trailing zeros, the same text on every machine. */
export function percentOf(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

/** A column's share as the `width` of a `col`: one decimal. */
export function columnWidth(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}
