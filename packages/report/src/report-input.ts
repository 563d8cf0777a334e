import type { Evidence } from "@kaudit/evidence";
import type { Organisation } from "./organisation/organisation.js";

/** What every renderer is given. */
export interface ReportInput {
  readonly evidence: Evidence;
  /** The framework to report on: one of the bundle's. */
  readonly frameworkId: string;
  /** SHA-256 (hex) of `bundle.json`. */
  readonly evidenceId: string;
  /** Whose report it is; default: nobody's in particular. */
  readonly organisation?: Organisation;
}
