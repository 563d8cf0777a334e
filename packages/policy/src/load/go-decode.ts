import { goQuote } from "./go-text.js";
import type { GoShape, GoStruct } from "./go-shape.js";
import { goValueName } from "./policy-value.js";
import type { PolicyField, PolicyValue, Position } from "./policy-value.js";
import type { PolicyProblem } from "../errors.js";

/** A field that lenient decoding passes over: it is not part of the API, or a later one takes its place. */
export interface IgnoredField extends Position {
  readonly reason: "unknown" | "duplicate";
  /** As in `rules[0].verb`. For duplicates in YAML only the key is known. */
  readonly path: string;
  readonly key: string;
}

/** What decoding a tree into Go structs gives, with everything that strict decoding would have said. */
export interface Decoded {
  readonly value: Readonly<Record<string, unknown>>;
  readonly typeErrors: readonly PolicyProblem[];
  readonly ignored: readonly IgnoredField[];
  /** `unknown field "…"` and `duplicate field "…"`, without repetitions, at most 100 (sigs.k8s.io/json). */
  readonly strictErrors: readonly string[];
  /** Where each decoded field stands: the key of a field, the value of a list item. */
  readonly positions: ReadonlyMap<string, Position>;
}

const maxStrictErrors = 100;

/**
 * Decodes a tree as Go's JSON decoder fills a struct: case-sensitive, later fields over earlier ones and into the
 * same lists, nulls leaving values as they are, and on with the rest after a field of the wrong type.
 */
export function decodeAs(shape: GoStruct, root: PolicyValue): Decoded {
  const decoder = new Decoder();
  const value = decoder.decode(shape, root, {}, { path: "", stack: [], owner: shape });
  return {
    value: value as Record<string, unknown>,
    typeErrors: decoder.typeErrors,
    ignored: decoder.ignored,
    strictErrors: [...decoder.strictErrors].slice(0, maxStrictErrors),
    positions: decoder.positions,
  };
}

interface Place {
  readonly path: string;
  /** JSON names of the enclosing fields, without list indexes: how Go's errors name a field. */
  readonly stack: readonly string[];
  /** The struct whose field is being decoded. */
  readonly owner: GoStruct;
}

class Decoder {
  readonly typeErrors: PolicyProblem[] = [];
  readonly ignored: IgnoredField[] = [];
  readonly strictErrors = new Set<string>();
  readonly positions = new Map<string, Position>();

  decode(shape: GoShape, value: PolicyValue, current: unknown, place: Place): unknown {
    if (shape.kind === "any") return current;
    if (value.kind === "null") return isNilable(shape) ? undefined : current;
    switch (shape.kind) {
      case "struct":
        if (value.kind === "map") return this.#decodeStruct(shape, value.fields, current, place);
        break;
      case "list":
        if (value.kind === "list") return this.#decodeList(shape.item, value.items, current, place);
        break;
      case "stringMap":
        if (value.kind === "map") return this.#decodeMap(shape.item, value.fields, current, place);
        break;
      case "bool":
      case "boolPointer":
        if (value.kind === "bool") return value.value;
        break;
      case "int64":
        if (value.kind === "number" && /^-?\d{1,18}$/.test(value.text)) return Number(value.text);
        break;
      case "time":
        if (value.kind === "string") return this.#decodeTime(value, place);
        break;
      default:
        if (value.kind === "string") return value.value;
    }
    this.#typeError(shape, value, place);
    return current;
  }

  #decodeStruct(shape: GoStruct, fields: readonly PolicyField[], current: unknown, place: Place): unknown {
    const target = { ...(current as Record<string, unknown>) };
    const seen = new Set<string>();
    for (const field of fields) {
      const path = join(place.path, field.key);
      const fieldShape = shape.fields.get(field.key);
      if (fieldShape === undefined) {
        this.#ignore("unknown", path, field);
        continue;
      }
      if (seen.has(field.key)) this.#ignore("duplicate", path, field);
      seen.add(field.key);
      this.positions.set(path, { line: field.line, column: field.column });
      const inner = { path, stack: [...place.stack, field.key], owner: shape };
      const decoded = this.decode(fieldShape, field.value, target[field.key] ?? zeroOf(fieldShape), inner);
      if (decoded === undefined) delete target[field.key];
      else target[field.key] = decoded;
    }
    return target;
  }

  #decodeList(item: GoShape, values: readonly PolicyValue[], current: unknown, place: Place): unknown {
    const before = (current ?? []) as readonly unknown[];
    return values.map((value, index) => {
      const path = `${place.path}[${index}]`;
      this.positions.set(path, { line: value.line, column: value.column });
      return this.decode(item, value, before[index] ?? zeroOf(item), { ...place, path });
    });
  }

  #decodeMap(item: GoShape, fields: readonly PolicyField[], current: unknown, place: Place): unknown {
    const target = new Map(Object.entries((current ?? {}) as Record<string, unknown>));
    const seen = new Set<string>();
    for (const field of fields) {
      const path = join(place.path, field.key);
      if (seen.has(field.key)) this.#ignore("duplicate", path, field);
      seen.add(field.key);
      target.set(field.key, this.decode(item, field.value, zeroOf(item), { ...place, path }));
    }
    return Object.fromEntries(target);
  }

  #decodeTime(value: PolicyValue & { readonly kind: "string" }, place: Place): string {
    const text = value.value;
    const valid = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[-+]\d\d:\d\d)$/.test(text);
    if (valid && !Number.isNaN(Date.parse(text.replace(",", ".")))) return text;
    this.typeErrors.push({
      code: "KAUDIT_POLICY_TYPE",
      path: place.path,
      line: value.line,
      column: value.column,
      message: `${place.path}: expected a time such as 2026-01-31T12:00:00Z. Remove the field: a policy has no use for it.`,
      apiServerMessage: `failed decoding: parsing time ${goQuote(text)} as "2006-01-02T15:04:05Z07:00"`,
    });
    return text;
  }

  #ignore(reason: IgnoredField["reason"], path: string, field: PolicyField): void {
    this.ignored.push({ reason, path, key: field.key, line: field.line, column: field.column });
    this.strictErrors.add(`${reason} field ${goQuote(path)}`);
  }

  #typeError(shape: GoShape, value: PolicyValue, place: Place): void {
    const got = goValueName(value);
    const number = shape.kind === "int64" && value.kind === "number" ? ` ${value.text}` : "";
    const target =
      place.path === ""
        ? `Go value of type ${shape.goType}`
        : `Go struct field ${place.owner.name}.${place.stack.join(".")} of type ${shape.goType}`;
    this.typeErrors.push({
      code: "KAUDIT_POLICY_TYPE",
      path: place.path,
      line: value.line,
      column: value.column,
      message: `${place.path === "" ? "The policy" : place.path}: ${expectation(shape, value)}`,
      apiServerMessage: `failed decoding: json: cannot unmarshal ${got}${number} into ${target}`,
    });
  }
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isNilable(shape: GoShape): boolean {
  return shape.kind === "list" || shape.kind === "stringMap" || shape.kind === "boolPointer";
}

function zeroOf(shape: GoShape): unknown {
  if (shape.kind === "struct") return {};
  return shape.kind === "string" ? "" : undefined;
}

const valueNames: Readonly<Record<PolicyValue["kind"], string>> = {
  null: "null",
  bool: "a boolean",
  number: "a number",
  string: "a single text",
  list: "a list",
  map: "a map",
};

const shapeNames: Readonly<Record<GoShape["kind"], string>> = {
  string: "text",
  bool: "true or false",
  boolPointer: "true or false",
  int64: "a whole number",
  time: "a time in quotes",
  any: "anything",
  list: "a list",
  stringMap: "a map of texts",
  struct: "a map of fields",
};

function expectation(shape: GoShape, value: PolicyValue): string {
  const mend =
    shape.kind === "string" && (value.kind === "bool" || value.kind === "number")
      ? "Put the value in quotes: YAML 1.1 reads unquoted y, n, yes, no, on, off and numbers as booleans and numbers."
      : (shape.kind === "bool" || shape.kind === "boolPointer") && value.kind === "string"
        ? "Remove the quotes."
        : shape.kind === "list" && value.kind === "string"
          ? "Put the value in brackets, or on a line of its own behind a dash."
          : shape.kind === "list" && value.kind === "map"
            ? "Put a dash before the first field of each entry."
            : shape.kind === "struct" && shape.name === "GroupResources"
              ? "Write an entry with fields: group, and resources as a list."
              : "Look at the indentation of the lines around it.";
  return `expected ${shapeNames[shape.kind]}, got ${valueNames[value.kind]}. ${mend}`;
}
