import type { Evidence } from "@kaudit/evidence";

/** What every renderer is given. */
export interface ReportInput {
  readonly evidence: Evidence;
  /** The framework to report on: one of the bundle's. */
  readonly frameworkId: string;
  /** SHA-256 (hex) of `bundle.json`. */
  readonly evidenceId: string;
}
