/** A JSON object, whatever it holds. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells a JSON object from an array, null and everything else. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Gives what lies under a path of keys; undefined where one of them is missing or leads through something else than an object. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (!isJsonObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** Gives the text under a path of keys; undefined for everything else and for the empty text. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Gives the first text of several paths. */
export function firstTextAt(value: unknown, paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    const text = textAt(value, ...path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Gives the object without some of its keys; a key called `__proto__` stays what it is. */
export function withoutKeys(value: JsonObject, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}
