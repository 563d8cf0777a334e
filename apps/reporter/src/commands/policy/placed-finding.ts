import type { LintSeverity } from "@kaudit/policy";
import type { RequestAttributes } from "@kaudit/schema";

/** A finding of `lintPolicy` or `lintApiServer` with the file it was found in. */
export interface PlacedFinding {
  readonly id: string;
  readonly severity: LintSeverity;
  /** As given on the command line. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly consequence: string;
  readonly mend: string;
  readonly witness?: RequestAttributes;
}
