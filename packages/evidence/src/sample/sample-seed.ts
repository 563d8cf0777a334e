/** What a sample's seed came from. */
export type SeedBasis = "given" | "period and cluster";

/** A seed and what it came from. */
export interface SampleSeed {
  readonly seed: string;
  readonly basis: SeedBasis;
}

/**
 * Gives the seed of a sample: the one that was given (best by the auditor, after the period), else one that is fixed by the
 * period and the cluster, `2026-10-01T00:00:00Z/2026-11-01T00:00:00Z/prod-eu-1`, so that nobody can try seeds until a sample suits.
 */
export function sampleSeed(
  given: string | undefined,
  period: { readonly from: string; readonly to: string },
  cluster: string,
): SampleSeed {
  if (given !== undefined) return { seed: given, basis: "given" };
  return { seed: `${period.from}/${period.to}/${cluster}`, basis: "period and cluster" };
}
