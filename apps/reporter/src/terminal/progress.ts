import { formatBytes, formatCount, formatRemaining } from "./numbers.js";

/** How far the reading has come. */
export interface ReadingProgress {
  readonly filesDone: number;
  /** Null where it is not known, as for standard input. */
  readonly filesTotal: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
  readonly events: number;
  readonly rejected: number;
}

/** Where progress is written to, and by what clock. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  write(text: string): void;
  /** Milliseconds, never running backwards. */
  now(): number;
}

/** Shows progress until it is ended. */
export interface Progress {
  update(state: ReadingProgress): void;
  /** Erases the line, so that what follows begins on a clean one. */
  end(): void;
}

const terminalIntervalMs = 250;
const logIntervalMs = 60_000;

/** Writes a state as one line: `reading  41 of 93 files  2.7 of 6.2 GB  1,803,442 events  3 rejected  61 MB/s  00:57 left`. */
export function progressLine(state: ReadingProgress, elapsedMs: number): string {
  const { filesDone, filesTotal, bytesDone, bytesTotal, events, rejected } = state;
  const parts = ["reading"];
  if (filesTotal !== null) parts.push(`${formatCount(filesDone)} of ${formatCount(filesTotal)} files`);
  parts.push(bytesTotal === null ? formatBytes(bytesDone) : partOf(bytesDone, bytesTotal));
  parts.push(`${formatCount(events)} events`, `${formatCount(rejected)} rejected`);
  const bytesASecond = elapsedMs > 0 ? (bytesDone / elapsedMs) * 1000 : 0;
  if (bytesASecond > 0) {
    parts.push(`${formatBytes(Math.round(bytesASecond))}/s`);
    if (bytesTotal !== null) parts.push(`${formatRemaining((bytesTotal - bytesDone) / bytesASecond)} left`);
  }
  return parts.join("  ");
}

/** "2.7 of 6.2 GB": the unit once where both have it. */
function partOf(done: number, total: number): string {
  const [doneText, totalText] = [formatBytes(done), formatBytes(total)];
  const unit = totalText.slice(totalText.indexOf(" "));
  return `${doneText.endsWith(unit) ? doneText.slice(0, -unit.length) : doneText} of ${totalText}`;
}

/**
 * Shows progress: on a terminal one line, at most four times a second, erased at the end; elsewhere a line a minute,
 * so that a log of the run shows that it lives.
 */
export function createProgress(output: ProgressOutput): Progress {
  const started = output.now();
  let last = output.isTerminal ? Number.NEGATIVE_INFINITY : started;
  let shown = false;
  return {
    update(state) {
      const now = output.now();
      if (now - last < (output.isTerminal ? terminalIntervalMs : logIntervalMs)) return;
      last = now;
      const line = progressLine(state, now - started);
      // A line that wraps could not be erased again.
      output.write(output.isTerminal ? `\r\u001b[2K${line.slice(0, output.columns - 1)}` : `${line}\n`);
      shown = true;
    },
    end() {
      if (shown && output.isTerminal) output.write("\r\u001b[2K");
      shown = false;
    },
  };
}

/** Shows nothing, for `--quiet`. */
export const silentProgress: Progress = { update() {}, end() {} };
