const units = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** Gives a number of bytes in decimal units with at most one decimal: "6.2 GB", "870 bytes", "1 byte". */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return "1 byte";
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${value} bytes`;
  const digits = value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${digits} ${units[unit]}`;
}
