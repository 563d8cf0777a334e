/** The exit codes of the command; a code never changes its meaning. */
export const exitCodes = {
  /** Done; also with rejected records, which are reported. */
  done: 0,
  /** A requested gate failed. */
  gateFailed: 1,
  /** Usage or configuration: unknown framework, reversed range, bad option. */
  usage: 2,
  /** Input missing, empty or without a single event; anything rejected or insufficient under `--strict`. */
  input: 3,
  /** Output could not be written. */
  output: 4,
  /** A defect of the program itself (EX_SOFTWARE of sysexits.h). */
  internal: 70,
  /** Another run writes to the store (EX_TEMPFAIL of sysexits.h). */
  busy: 75,
  /** Ended by SIGINT (128 + 2). */
  interrupted: 130,
  /** Ended by SIGTERM (128 + 15). */
  terminated: 143,
} as const;

/** One of the command's exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
