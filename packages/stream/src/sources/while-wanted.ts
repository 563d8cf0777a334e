import { throwIfAborted } from "../abort.js";

/** Says that something took too long. Not for users: whoever waits says what it waited for. */
export class WaitedTooLong extends Error {
  constructor(milliseconds: number) {
    super(`nothing came for ${milliseconds} ms`);
  }
}

/**
 * Waits for a promise, but no longer than the signal allows and, if it is given, than `atMostMs`. What the promise does
 * afterwards is ignored.
 *
 * Throws StreamError `KAUDIT_STREAM_ABORTED`, `WaitedTooLong`, or what the promise throws.
 */
export function whileWanted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
  atMostMs?: number,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      action();
    };
    const onAbort = (): void =>
      settle(() => {
        try {
          throwIfAborted(signal);
        } catch (error) {
          reject(error);
        }
      });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    if (atMostMs !== undefined) timer = setTimeout(() => settle(() => reject(new WaitedTooLong(atMostMs))), atMostMs);
  });
}
