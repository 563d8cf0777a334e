/**
 * Gives what JSON text stands for, where a table holds an object or a list as text; every other value, and text that is
 * no JSON, stays as it is.
 */
export function parsedColumn(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
