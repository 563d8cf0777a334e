import { compileAddressRange } from "./address-range.js";
import type { Comparison, Condition, NumberOrParameter } from "./condition.js";
import { factFields } from "./fact-fields.js";
import type { RequestFacts } from "./fact-fields.js";
import { compileGlob } from "./glob.js";
import { microsecondsOf } from "./internal/instant.js";
import type { CompiledList, ListKind } from "./lists.js";

/** A condition, compiled to a function. */
export type Predicate = (facts: RequestFacts) => boolean;

/** What conditions refer to by name. */
export interface ConditionNames {
  /** A list; undefined where the configuration gives none: then nothing is in it, and every time is inside of its windows. */
  list(name: string, kind: ListKind): CompiledList | undefined;
  parameter(name: string): number;
}

/** Compiles a condition that the schema has accepted. Evaluating it takes time linear in the texts that it looks at. */
export function compileCondition(condition: Condition, names: ConditionNames): Predicate {
  if ("all" in condition) return every(condition.all.map((one) => compileCondition(one, names)));
  if ("any" in condition) return some(condition.any.map((one) => compileCondition(one, names)));
  if ("not" in condition) {
    const inner = compileCondition(condition.not, names);
    return (facts) => !inner(facts);
  }
  if ("matchesEntry" in condition) {
    const list = names.list(condition.matchesEntry, "entries");
    return list === undefined ? never : (facts) => list.fits("", facts);
  }
  return comparison(condition, names);
}

const never: Predicate = () => false;

function every(tests: readonly Predicate[]): Predicate {
  const [a, b, c] = tests as [Predicate, Predicate, Predicate];
  if (tests.length === 1) return a;
  if (tests.length === 2) return (facts) => a(facts) && b(facts);
  if (tests.length === 3) return (facts) => a(facts) && b(facts) && c(facts);
  return (facts) => {
    for (const test of tests) if (!test(facts)) return false;
    return true;
  };
}

function some(tests: readonly Predicate[]): Predicate {
  const [a, b] = tests as [Predicate, Predicate];
  if (tests.length === 1) return a;
  if (tests.length === 2) return (facts) => a(facts) || b(facts);
  return (facts) => {
    for (const test of tests) if (test(facts)) return true;
    return false;
  };
}

/** Gives a number, or the parameter's value. */
export function resolvedNumber(value: NumberOrParameter, names: Pick<ConditionNames, "parameter">): number {
  return typeof value === "number" ? value : names.parameter(value.parameter) * (value.times ?? 1);
}

function comparison(condition: Comparison, names: ConditionNames): Predicate {
  const { field } = condition;
  const { type } = factFields[field];
  if (condition.exists !== undefined) {
    const wanted = condition.exists;
    return (facts) => (facts[field] !== undefined) === wanted;
  }
  if (type === "boolean") {
    const wanted = condition.is;
    return (facts) => facts[field] === wanted;
  }
  if (type === "number") return numberTest(condition, names);
  if (type === "instant") return instantTest(condition, names);
  const test = textTest(condition, type === "list", names);
  if (type === "text") {
    return (facts) => {
      const value = facts[field] as string | undefined;
      return value !== undefined && test(value, facts);
    };
  }
  return (facts) => {
    const values = facts[field] as readonly string[] | undefined;
    if (values === undefined) return false;
    for (const value of values) if (test(value, facts)) return true;
    return false;
  };
}

function numberTest(condition: Comparison, names: ConditionNames): Predicate {
  const { field } = condition;
  const { in: among, is, above, below } = condition;
  if (among !== undefined) {
    const wanted = new Set(among as readonly number[]);
    return (facts) => wanted.has(facts[field] as number);
  }
  const bound = resolvedNumber((is ?? above ?? below) as NumberOrParameter, names);
  return (facts) => {
    const value = facts[field] as number | undefined;
    if (value === undefined) return false;
    if (is !== undefined) return value === bound;
    return above === undefined ? value < bound : value > bound;
  };
}

function instantTest(condition: Comparison, names: ConditionNames): Predicate {
  const { field, insideWindow, is, above, below } = condition;
  if (insideWindow !== undefined) {
    const windows = names.list(insideWindow, "windows");
    return (facts) => {
      const value = facts[field] as string | undefined;
      return value !== undefined && (windows === undefined || windows.fits(value, facts));
    };
  }
  const bound = microsecondsOf((is ?? above ?? below) as string);
  return (facts) => {
    const value = facts[field] as string | undefined;
    if (value === undefined) return false;
    const at = microsecondsOf(value);
    if (is !== undefined) return at === bound;
    return above === undefined ? at < bound : at > bound;
  };
}

type TextTest = (text: string, facts: RequestFacts) => boolean;

function textTest(condition: Comparison, whole: boolean, names: ConditionNames): TextTest {
  if (condition.is !== undefined) {
    const wanted = condition.is as string;
    return (text) => text === wanted;
  }
  if (condition.in !== undefined) return among(condition.in as readonly string[]);
  if (condition.startsWith !== undefined) return anyOf(condition.startsWith, (text, part) => text.startsWith(part));
  if (condition.endsWith !== undefined) return anyOf(condition.endsWith, (text, part) => text.endsWith(part));
  if (condition.contains !== undefined) {
    if (whole) return among(listOf(condition.contains));
    // A pattern's search is linear whatever the text holds; the engine's own search need not be.
    const parts = listOf(condition.contains).map((part) => literalInside(part));
    return (text) => parts.some((part) => part(text));
  }
  if (condition.matchesGlob !== undefined) {
    const globs = listOf(condition.matchesGlob).map(compileGlob);
    return (text) => globs.some((glob) => glob(text));
  }
  if (condition.inCidr !== undefined) return rangeTest(condition.inCidr, names);
  const list = names.list(condition.inList ?? "", "names");
  return list === undefined ? () => false : (text, facts) => list.fits(text, facts);
}

/** `*` in a part stands for itself here. */
function literalInside(part: string): (text: string) => boolean {
  return part.includes("*") ? (text) => text.includes(part) : compileGlob(`*${part}*`);
}

function rangeTest(given: NonNullable<Comparison["inCidr"]>, names: ConditionNames): TextTest {
  if (typeof given === "object" && "list" in given) {
    const list = names.list(given.list, "ranges");
    return list === undefined ? () => false : (text, facts) => list.fits(text, facts);
  }
  const ranges = listOf(given).map(compileAddressRange);
  return (text) => ranges.some((range) => range?.(text) === true);
}

function among(values: readonly string[]): TextTest {
  const wanted = new Set(values);
  return (text) => wanted.has(text);
}

function anyOf(parts: string | readonly string[], test: (text: string, part: string) => boolean): TextTest {
  const all = listOf(parts);
  return (text) => all.some((part) => test(text, part));
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
