import { Readable, Writable } from "node:stream";
import type { CommandContext } from "../src/command-context.js";
import { runToEnd } from "../src/command-line/run-to-end.js";
import type { ProcessSignals } from "../src/signals.js";
import { createStyle } from "../src/terminal/style.js";
import { createTextOutput } from "../src/terminal/text-output.js";

/** What a run in this process is given besides its arguments. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly standardInput?: string;
  /** Columns of the terminal that standard output and standard error are; default: they are no terminal. */
  readonly terminal?: number;
  /** Default 2026-12-03T06:15:00Z. */
  readonly now?: Date;
}

/** How a run ended. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const noSignals: ProcessSignals = {
  aborted: new AbortController().signal,
  exitCode: null,
  onForcedEnd: () => () => undefined,
};

/** Runs a kaudit command line in this process, with a clock that stands still and an environment of its own. */
export async function runProgramHere(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout: Buffer[] = [];
  const stderr: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      stdout.push(chunk);
      done();
    },
  });
  const isTerminal = options.terminal !== undefined;
  const environment = { LANG: "C.UTF-8", ...options.environment };
  let time = 0;
  const context: CommandContext = {
    arguments: args,
    standardInput: () => Readable.from([Buffer.from(options.standardInput ?? "")]),
    output: createTextOutput(Object.assign(sink, { isTTY: isTerminal })),
    notes: {
      isTerminal,
      columns: options.terminal ?? 100,
      write: (text) => stderr.push(text),
      elapsed: () => (time += 100),
    },
    environment,
    signals: noSignals,
    now: () => options.now ?? new Date("2026-12-03T06:15:00Z"),
    style: (color) => createStyle({ isTerminal, columns: options.terminal, color, environment, platform: "linux" }),
  };
  const exitCode = await runToEnd(context);
  return { exitCode, stdout: Buffer.concat(stdout).toString("utf8"), stderr: stderr.join("") };
}
