/** Seconds that one step of the activity of an API server stands for: the pace of the leases that nodes renew. */
export const stepSeconds = 10;

const shortestSeconds = 120;
const longestSeconds = 3600;

/** Distances of more steps than this are gaps for every server; they need not be told apart. */
export const maxCountedSteps = longestSeconds / stepSeconds;

/**
 * Gives the seconds of silence above which an API server's log has a gap, from the distances between the steps of ten
 * seconds in which it recorded anything: `distances[n]` is how often the next such step followed after `n` steps, and the
 * last entry (`maxCountedSteps + 1`) counts all longer ones. Pure; never throws.
 *
 * The rule: three times the distance that 99 of 100 stay within, at least 2 minutes (a restart takes less), at most 60
 * minutes. A server whose nodes and controllers are recorded writes in every step, so that 2 minutes of silence show; one
 * that records only people may rest for longer. With fewer than a hundred distances the longest of them decides, so that
 * a short log shows a gap only above 60 minutes or three times anything else it has. A log of one step has no pace to go
 * by; it speaks for its own ten seconds and two minutes around them.
 */
export function gapThresholdSeconds(distances: ArrayLike<number>): number {
  let total = 0;
  for (let steps = 0; steps <= maxCountedSteps + 1; steps++) total += distances[steps] ?? 0;
  if (total === 0) return shortestSeconds;
  const rank = Math.ceil(total * 0.99);
  let counted = 0;
  let steps = 0;
  while (steps <= maxCountedSteps) {
    counted += distances[steps] ?? 0;
    if (counted >= rank) break;
    steps++;
  }
  return Math.min(longestSeconds, Math.max(shortestSeconds, 3 * steps * stepSeconds));
}
