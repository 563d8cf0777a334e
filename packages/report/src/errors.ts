import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong while a report is made.
 *
 * - `KAUDIT_REPORT_OUT_EXISTS`: the output folder is there already and `force` was not given.
 * - `KAUDIT_REPORT_OUT_UNWRITABLE`: the output could not be written: no permission, disk full, not a folder.
 * - `KAUDIT_REPORT_UNKNOWN_FRAMEWORK`: a framework was asked for that the bundle does not hold.
 * - `KAUDIT_REPORT_ROWS_DIFFER`: a register's rows are not those that its hash in the bundle was made from.
 * - `KAUDIT_REPORT_FILE_MISSING`: a template or font of this package is not where it was installed.
 */
export type ReportErrorCode =
  | "KAUDIT_REPORT_OUT_EXISTS"
  | "KAUDIT_REPORT_OUT_UNWRITABLE"
  | "KAUDIT_REPORT_UNKNOWN_FRAMEWORK"
  | "KAUDIT_REPORT_ROWS_DIFFER"
  | "KAUDIT_REPORT_FILE_MISSING";

/** An error thrown while a report is rendered or a pack is written. The message names paths, never log content. */
export class ReportError extends KauditError<ReportErrorCode> {}
