const day = 86_400;
const hour = 3_600;

/**
 * Gives a length of time in its two largest units: "6 h 34 min", "3 min 54 s", "2 d 4 h", "7 s".
 * Below ten seconds one decimal is kept ("1.3 s"); anything above nothing and below a tenth is "under 0.1 s".
 */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 0.05) return "under 0.1 s";
  if (seconds < 9.95) return `${String(Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < hour) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  if (minutes * 60 < day) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(whole / hour);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
