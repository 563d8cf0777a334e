import type { z } from "zod";
import type { DataDocument, DataProblem } from "./data-document.js";
import { didYouMean } from "./did-you-mean.js";

/** What checking a document gives: the value in the schema's shape, or everything that is wrong with it. */
export type CheckedData<Value> =
  | { readonly value: Value; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly DataProblem[] };

type Issue = z.core.$ZodIssue;
type Schema = z.ZodType;

/** Holds a document against a schema; gives all problems with their places, in the order of the file. Throws nothing. */
export function checkData<Value>(schema: z.ZodType<Value>, document: DataDocument): CheckedData<Value> {
  const given = withoutSchemaKey(document.value);
  // An empty file holds nothing, which is a mapping without keys.
  const result = schema.safeParse(given ?? {});
  if (result.success) return { value: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, schema, document, given));
  return { value: null, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** `$schema` is for editors. */
function withoutSchemaKey(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "$schema")) return value;
  const { $schema: _, ...rest } = value as Record<string, unknown>;
  return rest;
}

function problemsOf(issue: Issue, schema: Schema, document: DataDocument, given: unknown): DataProblem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => ({
      ...document.placeOfKey(path, key),
      path: written([...path, key]),
      message: `is not known here${didYouMean(key, known)}${known.length > 0 && known.length < 9 ? ` (known: ${known.join(", ")})` : ""}`,
    }));
  }
  return [{ ...document.placeOf(path), path: written(path), message: wordsOf(issue, valueAt(given, path)) }];
}

function wordsOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return value === undefined
        ? `is missing; expected ${typeName(issue.expected)}`
        : `expected ${typeName(issue.expected)}, got ${nameOf(value)}`;
    case "invalid_value": {
      const known = issue.values.map(String);
      const meant = typeof value === "string" ? didYouMean(value, known) : "";
      return `expected ${known.join(", ")}; got ${nameOf(value)}${meant}`;
    }
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys",
  record: "a mapping of keys",
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** Short and without control characters: what is in the file may be anything. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return `${typeof value} ${String(value)}`;
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/** Gives a path as people write it: `clusters[0].scope.cde`. */
function written(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    const key = /^[\w$-]+$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}

/** The keys that a schema knows at a path. */
function keysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  let at: Schema | undefined = schema;
  for (const part of path) at = at === undefined ? undefined : childOf(unwrapped(at), part);
  const inner = at === undefined ? undefined : unwrapped(at);
  const shape = (inner?.def as { readonly shape?: object } | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function unwrapped(schema: Schema): Schema {
  const { innerType, in: input } = schema.def as { readonly innerType?: Schema; readonly in?: Schema };
  const inner = innerType ?? input;
  return inner === undefined ? schema : unwrapped(inner);
}

function childOf(schema: Schema, part: PropertyKey): Schema | undefined {
  const { shape, element, valueType } = schema.def as {
    readonly shape?: Readonly<Record<PropertyKey, Schema>>;
    readonly element?: Schema;
    readonly valueType?: Schema;
  };
  if (shape !== undefined) return Object.hasOwn(shape, part) ? shape[part] : undefined;
  return element ?? valueType;
}
