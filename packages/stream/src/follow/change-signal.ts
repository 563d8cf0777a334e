import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";

/** How long changes are left to gather before somebody looks, in milliseconds. */
const gatherMilliseconds = 100;

/**
 * Waits for the next look at some folders: for a time, or less when the system reports a change in one of them. Its
 * reports only save time: they can be missing (network file systems, too many watches) and nothing is lost.
 */
export class ChangeSignal {
  readonly #watchers: FSWatcher[] = [];
  readonly #signal: AbortSignal | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(folders: readonly string[], signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    for (const folder of new Set(folders)) {
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.#changed = true;
          this.#wake?.();
        });
        watcher.on("error", () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // Polling is enough.
      }
    }
  }

  /** Settles after so many milliseconds, after a change, or when the signal is given. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.#changed) await this.#sleep(milliseconds);
    if (this.#changed) await this.#sleep(Math.min(milliseconds, gatherMilliseconds), false);
    this.#changed = false;
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    for (const watcher of this.#watchers) watcher.close();
  }

  readonly #onAbort = (): void => this.#wake?.();

  async #sleep(milliseconds: number, endsOnChange = true): Promise<void> {
    if (this.#signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        if (!endsOnChange && this.#signal?.aborted !== true) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
