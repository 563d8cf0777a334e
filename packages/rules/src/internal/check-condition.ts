import { compileAddressRange } from "../address-range.js";
import { factFields, factNames, isFactName } from "../fact-fields.js";
import type { FactType } from "../fact-fields.js";
import { isInstant } from "./instant.js";
import { notKnown } from "./suggest.js";

/** A problem of a condition: where, and what was expected. */
export interface ConditionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Path = readonly (string | number)[];

/** Which kinds of facts an operator is for, and what its value must be (undefined: it is). */
interface Operator {
  readonly types: readonly FactType[];
  readonly check: (value: unknown, type: FactType) => string | undefined;
}

const deepest = 16;
const mostParts = 2000;
/** Longer patterns are no patterns: time grows with their length. */
const longestText = 1024;
const mostValues = 1000;
const listName = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= longestText;

function texts(value: unknown): string | undefined {
  if (isText(value)) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.length <= mostValues && value.every(isText)) return undefined;
  return `expected a text or a list of texts, of at most ${longestText} characters each`;
}

function nameOfList(value: unknown): string | undefined {
  return typeof value === "string" && listName.test(value)
    ? undefined
    : "expected the name of a list: letters and digits";
}

function numberOrParameter(value: unknown): string | undefined {
  return numberProblem(value) === undefined ? undefined : "expected a number, or { parameter: name }";
}

/** Says what is wrong with a value that is to be a number or a parameter; undefined where nothing is. */
export function numberProblem(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return undefined;
  if (isObject(value) && typeof value["parameter"] === "string" && listName.test(value["parameter"])) {
    const others = Object.keys(value).filter((key) => key !== "parameter" && key !== "times");
    const times = value["times"];
    if (others.length === 0 && (times === undefined || (typeof times === "number" && Number.isFinite(times))))
      return undefined;
  }
  return "expected a number, or { parameter: name }";
}

function ranges(value: unknown): string | undefined {
  if (isObject(value)) {
    const known = Object.keys(value).length === 1 && nameOfList(value["list"]) === undefined;
    return known ? undefined : "expected a range, a list of ranges, or { list: name }";
  }
  const all = Array.isArray(value) ? value : [value];
  const wrong = all.find((range) => typeof range !== "string" || compileAddressRange(range) === null);
  if (all.length > 0 && wrong === undefined) return undefined;
  return "expected addresses or CIDR ranges such as 10.0.0.0/8 or 2001:db8::/32";
}

function exactly(value: unknown, type: FactType): string | undefined {
  switch (type) {
    case "number":
      return numberOrParameter(value);
    case "boolean":
      return typeof value === "boolean" ? undefined : "expected true or false";
    case "instant":
      return isText(value) && isInstant(value) ? undefined : "expected an instant in UTC: 2026-11-22T12:00:00Z";
    default:
      return isText(value) ? undefined : `expected a text of at most ${longestText} characters`;
  }
}

function oneOf(value: unknown, type: FactType): string | undefined {
  const all = Array.isArray(value) && value.length > 0 && value.length <= mostValues ? value : null;
  if (type === "number")
    return all?.every((one) => typeof one === "number") === true ? undefined : "expected a list of numbers";
  return all?.every(isText) === true ? undefined : "expected a list of texts";
}

/** The operators of comparisons. */
const operators: Readonly<Record<string, Operator>> = {
  is: { types: ["text", "number", "boolean", "instant"], check: exactly },
  in: { types: ["text", "list", "number"], check: oneOf },
  startsWith: { types: ["text", "list"], check: texts },
  endsWith: { types: ["text", "list"], check: texts },
  contains: { types: ["text", "list"], check: texts },
  matchesGlob: { types: ["text", "list"], check: texts },
  above: { types: ["number", "instant"], check: exactly },
  below: { types: ["number", "instant"], check: exactly },
  exists: {
    types: ["text", "list", "number", "boolean", "instant"],
    check: (value) => (typeof value === "boolean" ? undefined : "expected true or false"),
  },
  inCidr: { types: ["text"], check: ranges },
  insideWindow: { types: ["instant"], check: nameOfList },
  inList: { types: ["text", "list"], check: nameOfList },
};
const operatorNames = Object.keys(operators);
const joints = ["all", "any", "not", "matchesEntry", "field"];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists everything that is wrong with a condition; empty when it is one. */
export function conditionProblems(value: unknown): ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  let parts = 0;

  function visit(condition: unknown, path: Path, depth: number): void {
    const fail = (message: string, ...inner: Path): void => {
      problems.push({ path: [...path, ...inner], message });
    };
    if (++parts > mostParts) {
      if (parts === mostParts + 1) fail(`more than ${mostParts} conditions in one`);
      return;
    }
    if (depth > deepest) return fail(`conditions inside of conditions go no deeper than ${deepest}`);
    if (!isObject(condition))
      return fail("expected a condition: all, any, not, matchesEntry, or a field with an operator");
    const keys = Object.keys(condition);
    if ("field" in condition) return comparison(condition, keys, fail);
    const [key] = keys;
    if (keys.length !== 1 || key === undefined || !joints.includes(key)) {
      const unknown = keys.find((name) => !joints.includes(name));
      if (unknown === undefined) return fail("expected exactly one of all, any, not, matchesEntry, or a field");
      if (operatorNames.includes(unknown)) return fail(`${unknown} needs the field that it is asked of`);
      return fail(notKnown("part of a condition", unknown, joints), unknown);
    }
    const inner = condition[key];
    if (key === "not") return visit(inner, [...path, key], depth + 1);
    if (key === "matchesEntry") {
      const wrong = nameOfList(inner);
      return wrong === undefined ? undefined : fail(wrong, key);
    }
    if (!Array.isArray(inner) || inner.length === 0) return fail("expected a list of conditions", key);
    for (const [i, one] of inner.entries()) visit(one, [...path, key, i], depth + 1);
  }

  visit(value, [], 0);
  return problems;
}

function comparison(
  condition: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  fail: (message: string, ...inner: Path) => void,
): void {
  const { field } = condition;
  const known = typeof field === "string" && isFactName(field);
  if (!known) {
    fail(typeof field === "string" ? notKnown("field", field, factNames) : "expected the name of a field", "field");
  }
  const given = keys.filter((key) => key !== "field");
  for (const key of given) {
    if (!operatorNames.includes(key)) fail(notKnown("operator", key, operatorNames), key);
  }
  const used = given.filter((key) => operatorNames.includes(key));
  if (used.length !== 1) {
    if (given.length === used.length) fail(`expected exactly one of ${operatorNames.join(", ")}`);
    return;
  }
  const [name = ""] = used;
  const operator = operators[name];
  if (!known || operator === undefined) return;
  const { type } = factFields[field];
  if (!operator.types.includes(type)) {
    const fitting = operatorNames.filter((other) => operators[other]?.types.includes(type));
    fail(`${name} is not for ${field}, which is a ${type}; use ${fitting.join(", ")}`, name);
    return;
  }
  const wrong = operator.check(condition[name], type);
  if (wrong !== undefined) fail(wrong, name);
}
