import type { Comparison, Condition, NumberOrParameter } from "./condition.js";
import type { FactName } from "./fact-fields.js";
import type { ListKind } from "./lists.js";

/** What a condition refers to. */
export interface ConditionUses {
  readonly fields: ReadonlySet<FactName>;
  /** Lists by name, with the kind that each is used as. */
  readonly lists: ReadonlyMap<string, ListKind>;
  readonly parameters: ReadonlySet<string>;
}

/** Gives the fields, lists and parameters that conditions refer to. */
export function conditionUses(conditions: readonly Condition[]): ConditionUses {
  const fields = new Set<FactName>();
  const lists = new Map<string, ListKind>();
  const parameters = new Set<string>();
  const visit = (condition: Condition): void => {
    if ("all" in condition) condition.all.forEach(visit);
    else if ("any" in condition) condition.any.forEach(visit);
    else if ("not" in condition) visit(condition.not);
    else if ("matchesEntry" in condition) lists.set(condition.matchesEntry, "entries");
    else {
      fields.add(condition.field);
      if (condition.inList !== undefined) lists.set(condition.inList, "names");
      if (condition.insideWindow !== undefined) lists.set(condition.insideWindow, "windows");
      const { inCidr } = condition;
      if (typeof inCidr === "object" && "list" in inCidr) lists.set(inCidr.list, "ranges");
      for (const value of [condition.is, condition.above, condition.below])
        if (typeof value === "object") parameters.add(value.parameter);
    }
  };
  conditions.forEach(visit);
  return { fields, lists, parameters };
}

/** Writes a condition as lines to read, inner conditions indented by two spaces. */
export function describeCondition(condition: Condition): string[] {
  if ("all" in condition) return joined("all of", condition.all);
  if ("any" in condition) return joined("any of", condition.any);
  if ("not" in condition) {
    const inner = describeCondition(condition.not);
    return inner.length === 1 ? [`not: ${inner[0]}`] : ["not", ...inner.map((line) => `  ${line}`)];
  }
  if ("matchesEntry" in condition) return [`an entry of the list ${condition.matchesEntry} fits`];
  return [comparisonWords(condition)];
}

function joined(words: string, conditions: readonly Condition[]): string[] {
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) return describeCondition(only);
  return [words, ...conditions.flatMap((one) => describeCondition(one).map((line) => `  ${line}`))];
}

function comparisonWords(condition: Comparison): string {
  const { field } = condition;
  if (condition.exists !== undefined) return `${field} is ${condition.exists ? "there" : "absent"}`;
  if (condition.is !== undefined) return `${field} is ${valueWords(condition.is)}`;
  if (condition.in !== undefined) return `${field} is ${alternatives(condition.in)}`;
  if (condition.startsWith !== undefined) return `${field} starts with ${alternatives(condition.startsWith)}`;
  if (condition.endsWith !== undefined) return `${field} ends with ${alternatives(condition.endsWith)}`;
  if (condition.contains !== undefined) return `${field} contains ${alternatives(condition.contains)}`;
  if (condition.matchesGlob !== undefined) return `${field} matches ${alternatives(condition.matchesGlob)}`;
  if (condition.above !== undefined) return `${field} is above ${valueWords(condition.above)}`;
  if (condition.below !== undefined) return `${field} is below ${valueWords(condition.below)}`;
  if (condition.insideWindow !== undefined) return `${field} is inside of the list ${condition.insideWindow}`;
  if (condition.inList !== undefined) return `${field} is in the list ${condition.inList}`;
  const { inCidr } = condition;
  if (typeof inCidr === "object" && "list" in inCidr) return `${field} is in the list ${inCidr.list}`;
  return `${field} is in ${alternatives(inCidr ?? [])}`;
}

/** Writes a number, or names the parameter that gives it. */
export function numberWords(value: NumberOrParameter): string {
  if (typeof value === "number") return String(value);
  return value.times === undefined ? value.parameter : `${value.parameter} × ${value.times}`;
}

function valueWords(value: string | boolean | NumberOrParameter): string {
  if (typeof value === "string") return word(value);
  return typeof value === "boolean" ? String(value) : numberWords(value);
}

function alternatives(values: string | readonly (string | number)[]): string {
  const all = typeof values === "string" ? [values] : values.map(String);
  return all.map(word).join(" or ");
}

function word(text: string): string {
  return /^[^\s"',]+$/.test(text) ? text : JSON.stringify(text);
}
