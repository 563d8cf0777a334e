import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong with the catalogue.
 *
 * - `KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK`: no framework has this id; the message lists the ids there are.
 * - `KAUDIT_CONTROLS_FRAMEWORK_INVALID`: a framework of one's own is not as it should be; `details.problems` has each with its path.
 * - `KAUDIT_CONTROLS_UNKNOWN_CATEGORY`: none of the frameworks has this category; the message lists those there are.
 */
export type ControlsErrorCode =
  | "KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK"
  | "KAUDIT_CONTROLS_FRAMEWORK_INVALID"
  | "KAUDIT_CONTROLS_UNKNOWN_CATEGORY";

/** An error of `@kaudit/controls`; see {@link ControlsErrorCode}. */
export class ControlsError extends KauditError<ControlsErrorCode> {}
