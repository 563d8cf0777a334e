/** A set of strings that is finite, or all strings but finitely many. */
export interface StringSet {
  /** Whether `values` are the strings that are missing rather than those that are in. */
  readonly inverted: boolean;
  readonly values: ReadonlySet<string>;
}

export const allStrings: StringSet = { inverted: true, values: new Set() };

export function stringSet(values: Iterable<string>): StringSet {
  return { inverted: false, values: new Set(values) };
}

export function allStringsBut(values: Iterable<string>): StringSet {
  return { inverted: true, values: new Set(values) };
}

/** The set that a list of a rule stands for: a missing or empty list is no condition. */
export function conditionSet(list: readonly string[] | null | undefined): StringSet {
  return list === null || list === undefined || list.length === 0 ? allStrings : stringSet(list);
}

export function isEmptySet({ inverted, values }: StringSet): boolean {
  return !inverted && values.size === 0;
}

export function has({ inverted, values }: StringSet, value: string): boolean {
  return values.has(value) !== inverted;
}

export function intersection(one: StringSet, other: StringSet): StringSet {
  if (isEverything(one)) return other;
  if (isEverything(other)) return one;
  if (!one.inverted) return stringSet(filter(one.values, (value) => has(other, value)));
  if (!other.inverted) return stringSet(filter(other.values, (value) => has(one, value)));
  return allStringsBut([...one.values, ...other.values]);
}

export function difference(one: StringSet, other: StringSet): StringSet {
  return intersection(one, { inverted: !other.inverted, values: other.values });
}

export function union(one: StringSet, other: StringSet): StringSet {
  return complement(intersection(complement(one), complement(other)));
}

function complement({ inverted, values }: StringSet): StringSet {
  return { inverted: !inverted, values };
}

export function isSubset(one: StringSet, other: StringSet): boolean {
  return isEmptySet(difference(one, other));
}

export function areDisjoint(one: StringSet, other: StringSet): boolean {
  if (one.inverted && other.inverted) return false;
  const [finite, any] = one.inverted ? [other, one] : [one, other];
  for (const value of finite.values) if (has(any, value)) return false;
  return true;
}

export function areEqual(one: StringSet, other: StringSet): boolean {
  return isSubset(one, other) && isSubset(other, one);
}

function isEverything({ inverted, values }: StringSet): boolean {
  return inverted && values.size === 0;
}

function filter(values: ReadonlySet<string>, keep: (value: string) => boolean): string[] {
  return [...values].filter(keep);
}
