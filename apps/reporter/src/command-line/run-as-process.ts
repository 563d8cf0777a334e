import { monotonicMilliseconds, now } from "../clock.js";
import type { ExitCode } from "../exit-codes.js";
import { listenForSignals } from "../signals.js";
import { createStyle } from "../terminal/style.js";
import { createTextOutput } from "../terminal/text-output.js";
import { runToEnd } from "./run-to-end.js";

/** Runs the command line of this process; gives the exit code once everything is written. Throws nothing. */
export async function runAsProcess(): Promise<ExitCode> {
  const { argv, env, platform, stderr, stdout } = process;
  // Nobody reads the notes any more: no reason to stop.
  stderr.on("error", () => undefined);
  return runToEnd({
    arguments: argv.slice(2),
    // Asking for process.stdin opens it; only a command that reads it should.
    standardInput: () => process.stdin,
    output: createTextOutput(stdout),
    notes: {
      isTerminal: stderr.isTTY === true,
      columns: stderr.columns ?? 100,
      write: (text) => void stderr.write(text),
      elapsed: monotonicMilliseconds,
    },
    environment: env,
    signals: listenForSignals(),
    now,
    style: (color) =>
      createStyle({ isTerminal: stdout.isTTY === true, columns: stdout.columns, color, environment: env, platform }),
  });
}
