import { KauditError } from "@kaudit/schema";
import { type ExitCode, exitCodes } from "./exit-codes.js";

/** What can go wrong in the command itself, and the exit code it ends with. */
const exitCodeOfError = {
  /** An option or argument is missing, unknown or malformed. */
  KAUDIT_CLI_USAGE: exitCodes.usage,
  /** `--from`, `--to` or `--period` cannot be read, or the range is reversed or empty. */
  KAUDIT_CLI_PERIOD_INVALID: exitCodes.usage,
  /** The contract names it, this version does not do it yet. */
  KAUDIT_CLI_NOT_AVAILABLE: exitCodes.usage,
  /** kube-apiserver would not start with the policy, so nothing can be said about what it records. */
  KAUDIT_CLI_POLICY_REFUSED: exitCodes.usage,
  /** A configuration, approvals or dispositions file does not hold what it should. */
  KAUDIT_CLI_CONFIG_INVALID: exitCodes.usage,
  /** The key that signs, or its passphrase, lies in a file that others than its owner may read. */
  KAUDIT_CLI_KEY_EXPOSED: exitCodes.usage,
  /** The command that signs could not be run, failed, or gave no signature. */
  KAUDIT_CLI_SIGNER_FAILED: exitCodes.output,
  /** A program of the system that is needed, such as openssl, is not there. */
  KAUDIT_CLI_PROGRAM_MISSING: exitCodes.usage,
  /** An input or the policy file is missing or cannot be read. */
  KAUDIT_CLI_INPUT_UNREADABLE: exitCodes.input,
  /** The inputs hold no audit event. */
  KAUDIT_CLI_NO_EVENTS: exitCodes.input,
  /** The pack's folder, or the file to write, exists already. */
  KAUDIT_CLI_OUTPUT_EXISTS: exitCodes.output,
  /** Output could not be written. */
  KAUDIT_CLI_OUTPUT_FAILED: exitCodes.output,
  /** The disk that holds the temporary files is full. */
  KAUDIT_SPOOL_DISK_FULL: exitCodes.output,
  /** Temporary files could not be written or read back. */
  KAUDIT_SPOOL_FAILED: exitCodes.output,
} as const satisfies Record<`KAUDIT_${string}`, ExitCode>;

/** The error codes of the command. */
export type ReporterErrorCode = keyof typeof exitCodeOfError;

/** An error of the command. Its message is one line for a person: what was wrong, where, what to do. */
export class ReporterError extends KauditError<ReporterErrorCode> {
  /** The exit code that the process ends with. */
  get exitCode(): ExitCode {
    return exitCodeOfError[this.code];
  }
}

/** Makes the error for a command line that cannot be understood. */
export function usageError(message: string): ReporterError {
  return new ReporterError("KAUDIT_CLI_USAGE", message);
}
