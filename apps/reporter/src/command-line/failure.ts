import { isKauditError } from "@kaudit/schema";
import { ReporterError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";

/** How a failed run ends: what its user reads, and the exit code. */
export interface Failure {
  /** One line, without "kaudit: ". */
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Exit codes for the errors of the other packages; what is not named here is a defect. */
const exitCodeOfOthers: Readonly<Record<string, ExitCode>> = {
  KAUDIT_STREAM_INPUT_MISSING: exitCodes.input,
  KAUDIT_STREAM_INPUT_UNREADABLE: exitCodes.input,
  KAUDIT_STREAM_INPUT_EMPTY: exitCodes.input,
  KAUDIT_STREAM_INPUT_CHANGED: exitCodes.input,
  KAUDIT_STREAM_OPTION_INVALID: exitCodes.usage,
  KAUDIT_STREAM_PACKAGE_MISSING: exitCodes.usage,
  KAUDIT_EVIDENCE_PERIOD_INVALID: exitCodes.usage,
  KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK: exitCodes.usage,
  KAUDIT_CONTROLS_UNKNOWN_CATEGORY: exitCodes.usage,
  KAUDIT_CONTROLS_FRAMEWORK_INVALID: exitCodes.usage,
  KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN: exitCodes.usage,
  KAUDIT_REPORT_OUT_EXISTS: exitCodes.output,
  KAUDIT_REPORT_OUT_UNWRITABLE: exitCodes.output,
  KAUDIT_REPORT_UNKNOWN_FRAMEWORK: exitCodes.usage,
  KAUDIT_REPORT_KEY_INVALID: exitCodes.usage,
  KAUDIT_REPORT_LOGO_INVALID: exitCodes.usage,
  KAUDIT_REPORT_SIGNING_FAILED: exitCodes.output,
  KAUDIT_REPORT_PACK_UNREADABLE: exitCodes.input,
  KAUDIT_STORE_MISSING: exitCodes.input,
  KAUDIT_STORE_FORMAT: exitCodes.usage,
  KAUDIT_STORE_BUSY: exitCodes.busy,
  KAUDIT_STORE_DAMAGED: exitCodes.input,
  KAUDIT_STORE_UNREADABLE: exitCodes.input,
  KAUDIT_STORE_UNWRITABLE: exitCodes.output,
  KAUDIT_STORE_FULL: exitCodes.output,
  KAUDIT_STORE_OPTION_INVALID: exitCodes.usage,
  KAUDIT_STORE_CHECKPOINT_INVALID: exitCodes.usage,
  KAUDIT_STORE_PACKAGE_MISSING: exitCodes.usage,
};

function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof ReporterError) return error.exitCode;
  return isKauditError(error) ? (exitCodeOfOthers[error.code] ?? null) : null;
}

/**
 * Gives the line and the exit code for whatever a command threw.
 *
 * The message of a foreign error is never shown: a parser's message quotes its input, and the input is somebody's audit
 * log. Its name and system code tell enough to report it.
 */
export function describeFailure(error: unknown): Failure {
  const exitCode = exitCodeOf(error);
  if (exitCode !== null) return { message: (error as Error).message, exitCode };
  if (isKauditError(error)) return { message: `${error.message} (${error.code})`, exitCode: exitCodes.internal };
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error, code: "" };
  const what = code ? `${name}, ${code}` : name;
  return {
    message: `unexpected error KAUDIT_CLI_UNEXPECTED (${what}); this is a defect of kaudit, run again with KAUDIT_DEBUG=1 to see where`,
    exitCode: exitCodes.internal,
  };
}
