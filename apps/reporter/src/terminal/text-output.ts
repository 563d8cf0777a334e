import type { Writable } from "node:stream";
import { ReporterError } from "../errors.js";

const flushAtLength = 64 * 1024;

/** Text on its way to standard output. */
export interface TextOutput {
  /** Writes text; waits while the reader is slow. Does nothing once the reader has gone. */
  write(text: string): Promise<void>;
  /** Hands over what is still held back. */
  flush(): Promise<void>;
  /** Whether the reader has closed its end, as `head` does: there is nobody left to write for. */
  readonly isClosed: boolean;
  /** Whether a terminal shows the text: then nothing in it may act there. */
  readonly isTerminal: boolean;
}

/**
 * Gives a buffered output to a stream. A reader that goes away (EPIPE) is no error: it closes the output quietly.
 * Any other failure throws `KAUDIT_CLI_OUTPUT_FAILED`.
 */
export function createTextOutput(stream: Writable & { readonly isTTY?: boolean }): TextOutput {
  let held: string[] = [];
  let heldLength = 0;
  let isClosed = false;
  let failure: ReporterError | null = null;

  stream.on("error", (error: NodeJS.ErrnoException) => {
    isClosed = true;
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
    failure = new ReporterError(
      "KAUDIT_CLI_OUTPUT_FAILED",
      `standard output cannot be written (${error.code ?? "unknown error"})`,
      { cause: error },
    );
  });

  async function flush(): Promise<void> {
    const text = held.join("");
    held = [];
    heldLength = 0;
    if (text !== "" && !isClosed) {
      // The callback comes when the text has been taken, or with the error that "error" reports as well.
      await new Promise<void>((resolve) => {
        stream.write(text, () => resolve());
      });
      // A failure is announced to the callback first and as an event right after.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    if (failure !== null) throw failure;
  }

  return {
    async write(text) {
      if (isClosed && failure === null) return;
      held.push(text);
      heldLength += text.length;
      if (heldLength >= flushAtLength) await flush();
    },
    flush,
    isTerminal: stream.isTTY === true,
    get isClosed() {
      return isClosed;
    },
  };
}
