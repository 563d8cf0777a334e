import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong while a report is made.
 *
 * - `KAUDIT_REPORT_OUT_EXISTS`: the output folder is there already and `force` was not given.
 * - `KAUDIT_REPORT_OUT_UNWRITABLE`: the output could not be written: no permission, disk full, not a folder.
 * - `KAUDIT_REPORT_UNKNOWN_FRAMEWORK`: a framework was asked for that the bundle does not hold.
 * - `KAUDIT_REPORT_ROWS_DIFFER`: a register's rows are not those that its hash in the bundle was made from.
 * - `KAUDIT_REPORT_KEY_INVALID`: a key is not an Ed25519 key of the kind that is needed, or its passphrase is missing or wrong.
 * - `KAUDIT_REPORT_SIGNING_FAILED`: a signer's signature is not one of its own key.
 * - `KAUDIT_REPORT_PACK_UNREADABLE`: a folder is not a pack that can be read: it is missing, or its manifest or bundle is.
 * - `KAUDIT_REPORT_FONT_INVALID`: a font that was handed in is none that a report can be set in.
 * - `KAUDIT_REPORT_LOGO_INVALID`: an organisation's logo is too large, broken, or not of a kind that can be drawn.
 * - `KAUDIT_REPORT_FILE_MISSING`: a template or font of this package is not where it was installed.
 */
export type ReportErrorCode =
  | "KAUDIT_REPORT_OUT_EXISTS"
  | "KAUDIT_REPORT_OUT_UNWRITABLE"
  | "KAUDIT_REPORT_UNKNOWN_FRAMEWORK"
  | "KAUDIT_REPORT_ROWS_DIFFER"
  | "KAUDIT_REPORT_KEY_INVALID"
  | "KAUDIT_REPORT_SIGNING_FAILED"
  | "KAUDIT_REPORT_PACK_UNREADABLE"
  | "KAUDIT_REPORT_FONT_INVALID"
  | "KAUDIT_REPORT_LOGO_INVALID"
  | "KAUDIT_REPORT_FILE_MISSING";

/** An error thrown while a report is rendered or a pack is written. The message names paths, never log content. */
export class ReportError extends KauditError<ReportErrorCode> {}
