/** The one place that asks what time it is. Everything else is told. */
export function now(): Date {
  return new Date();
}

/** Milliseconds since some fixed moment, for measuring durations; it never runs backwards. */
export function monotonicMilliseconds(): number {
  return performance.now();
}
