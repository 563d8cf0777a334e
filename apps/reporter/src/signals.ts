import { type ExitCode, exitCodes } from "./exit-codes.js";

/** How long the work may take to end itself after a signal, before the process ends without it. */
const graceMs = 3000;

/** SIGINT and SIGTERM, seen by the work that they end. */
export interface ProcessSignals {
  /** Aborts when a signal comes. */
  readonly aborted: AbortSignal;
  /** The exit code for the signal that came; null while none has. */
  readonly exitCode: ExitCode | null;
  /** Names what must be removed even if the work does not end itself. Gives the way to take it back. */
  onForcedEnd(remove: () => void): () => void;
}

/**
 * Listens for SIGINT and SIGTERM. The first aborts the work, which then cleans up and ends; a second one, or three
 * seconds without an end, removes what was named and ends the process at once.
 */
export function listenForSignals(): ProcessSignals {
  const controller = new AbortController();
  const removals = new Set<() => void>();
  let exitCode: ExitCode | null = null;

  function endNow(): void {
    for (const remove of removals) {
      try {
        remove();
      } catch {
        // The other folders must still be removed.
      }
    }
    process.exit(exitCode ?? exitCodes.interrupted);
  }

  function receive(code: ExitCode): void {
    if (exitCode !== null) return endNow();
    exitCode = code;
    controller.abort();
    setTimeout(endNow, graceMs).unref();
  }

  process.on("SIGINT", () => receive(exitCodes.interrupted));
  process.on("SIGTERM", () => receive(exitCodes.terminated));
  return {
    aborted: controller.signal,
    get exitCode() {
      return exitCode;
    },
    onForcedEnd(remove) {
      removals.add(remove);
      return () => removals.delete(remove);
    },
  };
}
