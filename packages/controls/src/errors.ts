import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong with the catalogue.
 *
 * - `KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK`: no framework has this id; the message lists the ids there are.
 */
export type ControlsErrorCode = "KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK";

/** An error of `@kaudit/controls`; see {@link ControlsErrorCode}. */
export class ControlsError extends KauditError<ControlsErrorCode> {}
