import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { describeFailure } from "./failure.js";
import { runProgram } from "./program.js";

/** What a message quotes comes from the command line or from file names; it must not act on the terminal either. */
function onOneLine(message: string): string {
  return message.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Where in the program an error came from: the stack's places without its message, which may quote the input. */
function placesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .join("\n");
}

/**
 * Runs a command line to its end and says in one line what went wrong, if anything did. Gives the exit code. Throws
 * nothing.
 */
export async function runToEnd(context: CommandContext): Promise<ExitCode> {
  const { signals, notes, output } = context;
  try {
    const exitCode = await runProgram(context);
    await output.flush();
    return signals.exitCode ?? exitCode;
  } catch (error) {
    if (signals.exitCode !== null) {
      notes.write("kaudit: interrupted before its end\n");
      return signals.exitCode;
    }
    const failure = describeFailure(error);
    notes.write(`kaudit: ${onOneLine(failure.message)}\n`);
    if (context.environment["KAUDIT_DEBUG"] === "1") notes.write(`${placesOf(error)}\n`);
    return failure.exitCode;
  }
}
