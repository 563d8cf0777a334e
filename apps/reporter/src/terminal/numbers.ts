/** Writes a whole number for people: `4,109,310`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

const byteUnits = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** Writes a number of bytes for people, in powers of 1,000: `512 bytes`, `8.4 MB`, `61 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 and more would print as "1000.0".
  while (unit < byteUnits.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${byteUnits[unit]}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Writes a time that is left: `00:57`, `12:05`, `1:02:03`. */
export function formatRemaining(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const clock = `${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${clock}` : clock;
}

/** Gives `1 file`, `2 files`; `plural` where an s does not do. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Writes a duration with its two largest units: `50 s`, `12 min`, `6 h 34 min`, `3 d 4 h`. Seconds are rounded down. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const;
  const first = units.findIndex(([size]) => whole >= size);
  if (first === -1) return "0 s";
  const parts: string[] = [];
  let left = whole;
  for (const [size, unit] of units.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${formatCount(count)} ${unit}`);
  }
  return parts.join(" ");
}
