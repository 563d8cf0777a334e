/** One text, or all texts with a beginning. */
export interface PathPattern {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** The paths of one pattern without those of others. Without exclusions a `nonResourceURLs` entry. */
export interface PathSet {
  readonly include: PathPattern;
  readonly exclude: readonly PathPattern[];
}

export const allPaths: PathSet = { include: { text: "", isPrefix: true }, exclude: [] };

/** The pattern of an entry of `nonResourceURLs`: `*` is every path, and all final stars count as one. */
export function parsePathPattern(url: string): PathPattern {
  return url.endsWith("*") ? { text: url.replace(/\*+$/, ""), isPrefix: true } : { text: url, isPrefix: false };
}

/** Whether every path of `inner` is one of `outer`. */
export function covers(outer: PathPattern, inner: PathPattern): boolean {
  if (!outer.isPrefix) return !inner.isPrefix && outer.text === inner.text;
  return inner.text.startsWith(outer.text);
}

export function isEmptyPathSet({ include, exclude }: PathSet): boolean {
  return exclude.some((pattern) => covers(pattern, include));
}

/** The paths of `set` that `pattern` has too; undefined when there are none. */
export function intersectPaths(set: PathSet, pattern: PathPattern): PathSet | undefined {
  const narrowed = covers(pattern, set.include) ? set.include : covers(set.include, pattern) ? pattern : undefined;
  if (narrowed === undefined) return undefined;
  const result = { include: narrowed, exclude: set.exclude };
  return isEmptyPathSet(result) ? undefined : result;
}

/** The paths of `set` that `pattern` does not have; undefined when there are none. */
export function subtractPaths(set: PathSet, pattern: PathPattern): PathSet | undefined {
  const result = { include: set.include, exclude: [...set.exclude, pattern] };
  return isEmptyPathSet(result) ? undefined : result;
}

export function hasPath({ include, exclude }: PathSet, path: string): boolean {
  const point = { text: path, isPrefix: false };
  return covers(include, point) && !exclude.some((pattern) => covers(pattern, point));
}
