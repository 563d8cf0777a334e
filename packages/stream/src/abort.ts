import { StreamError } from "./errors.js";

/** Throws StreamError `KAUDIT_STREAM_ABORTED` when the signal was given. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new StreamError("KAUDIT_STREAM_ABORTED", "The reading was aborted before its end.", { cause: signal.reason });
}
