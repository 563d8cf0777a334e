const units: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
]);
const quantity = /^([1-9]\d{0,15})(|[KMGT]i)$/;

/** Gives a size in bytes, 67108864 or 64Mi as Kubernetes writes sizes; NaN for anything else. */
export function parseSize(text: string): number {
  const [, digits, unit = ""] = quantity.exec(text) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * (units.get(unit) ?? Number.NaN);
}
