import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong while evidence is gathered.
 *
 * - `KAUDIT_EVIDENCE_PERIOD_INVALID`: the period is not two RFC 3339 instants, the first before the second.
 * - `KAUDIT_EVIDENCE_TOTALS_MISMATCH`: the source's account and the events that it gave do not tie.
 * - `KAUDIT_EVIDENCE_REGISTER_NOT_FILLED`: rows were asked for of a register that was not among the options' registers.
 * - `KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN`: a framework has the id of another, or of a built-in one.
 * - `KAUDIT_EVIDENCE_POLICY_INVALID`: the time for which an audit policy was in force is none.
 * - `KAUDIT_EVIDENCE_BUNDLE_INVALID`: a bundle does not have the shape of {@link EvidenceBundle}.
 */
export type EvidenceErrorCode =
  | "KAUDIT_EVIDENCE_PERIOD_INVALID"
  | "KAUDIT_EVIDENCE_TOTALS_MISMATCH"
  | "KAUDIT_EVIDENCE_REGISTER_NOT_FILLED"
  | "KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN"
  | "KAUDIT_EVIDENCE_POLICY_INVALID"
  | "KAUDIT_EVIDENCE_BUNDLE_INVALID";

/** An error of `@kaudit/evidence`; see {@link EvidenceErrorCode}. */
export class EvidenceError extends KauditError<EvidenceErrorCode> {}
