/** How many rows of each population are drawn: a number, or a share of its rows. */
export type SampleSize =
  | { readonly kind: "rows"; readonly rows: number }
  | { readonly kind: "percent"; readonly percent: number };

/** What is drawn unless something else is asked for. */
export const defaultSampleSize: SampleSize = { kind: "rows", rows: 25 };

/** The most rows that are drawn from one population. */
const mostSampledRows = 10_000;

/** Reads `25` or `10%`; null when the text is neither, is zero, or asks for more than {@link mostSampledRows} rows or 100%. */
export function parseSampleSize(text: string): SampleSize | null {
  const match = /^(\d{1,5})(?:\.(\d{1,3}))?(%?)$/.exec(text.trim());
  if (match === null) return null;
  const [, whole = "", fraction, percentSign] = match;
  const value = Number(fraction === undefined ? whole : `${whole}.${fraction}`);
  if (value <= 0) return null;
  if (percentSign === "%") return value > 100 ? null : { kind: "percent", percent: value };
  return fraction !== undefined || value > mostSampledRows ? null : { kind: "rows", rows: value };
}

/** Gives a sample size as it is written: `25`, `10%`. */
export function sampleSizeText(size: SampleSize): string {
  return size.kind === "rows" ? String(size.rows) : `${size.percent}%`;
}

/** Gives how many rows of a population are drawn; a share is rounded up. */
export function sampledRows(size: SampleSize, population: number): number {
  // In thousandths, so that 0.1% of 1,000 is 1 and not a hair more.
  const wanted = size.kind === "rows" ? size.rows : Math.ceil((population * Math.round(size.percent * 1000)) / 100_000);
  return Math.min(wanted, population, mostSampledRows);
}
