import type { IdentityBasis } from "./event-source.js";

/**
 * Events of one API server, file and hour that a source has counted and not kept: leases, reads of what is no evidence,
 * and the like. Enough to judge gaps and heartbeats as if they had been kept.
 */
export interface CountedActivity {
  /** The hour in which they were recorded, as `2026-11-22T12`. Empty or odd where no time could be read. */
  readonly hour: string;
  /** The file they were read from, as in provenance. */
  readonly file: string;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  readonly cluster?: string;
  readonly clusterBasis?: IdentityBasis;
  readonly events: number;
  readonly stages: Readonly<Record<string, number>>;
  /** Steps of ten seconds of the hour with an event: which one, how many, and the first and last millisecond of the hour. */
  readonly steps: readonly (readonly [step: number, events: number, first: number, last: number])[];
  /** The steps in which a heartbeat of the cluster was recorded. */
  readonly heartbeats: readonly number[];
}
