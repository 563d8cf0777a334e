import type { Readable } from "node:stream";
import type { ProcessSignals } from "./signals.js";
import type { TerminalStyle } from "./terminal/style.js";
import type { TextOutput } from "./terminal/text-output.js";

/** All that a command sees of the world outside its arguments. Only the top of the program makes one. */
export interface CommandContext {
  /** The command line after `kaudit`, for the manifest. */
  readonly arguments: readonly string[];
  /** Opens standard input; only for a command that was told to read it. */
  readonly standardInput: () => Readable;
  /** Results. */
  readonly output: TextOutput;
  /** Notes, warnings and progress; they go to standard error. */
  readonly notes: NoteOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signals: ProcessSignals;
  readonly now: () => Date;
  /** How results are written to standard output; `color` is false for `--no-color`. */
  style(color: boolean): TerminalStyle;
}

/** Standard error. */
export interface NoteOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
  /** Milliseconds for the pace of progress, never running backwards. */
  elapsed(): number;
}
