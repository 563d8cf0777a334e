import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { ParsedNode, Scalar, YAMLMap } from "yaml";

import { failAt } from "./loading-failure.js";
import type { Position } from "./policy-value.js";
import type { Aliases } from "./yaml-aliases.js";
import { resolveScalar } from "./yaml-scalar.js";

/** A key as yaml.v2 decodes it. */
export interface YamlKey {
  /** The key in JSON. */
  readonly text: string;
  /** Tells the integer 1 from the string "1": yaml.v2 sees two keys, JSON only one. */
  readonly identity: string;
  readonly isString: boolean;
}

/** One step of decoding a map: a key with its value, or maps merged in with `<<`, earliest first. */
export type YamlEntry =
  | { readonly kind: "pair"; readonly place: Position; readonly key: YamlKey; readonly value: ParsedNode | null }
  | { readonly kind: "merge"; readonly maps: readonly YAMLMap.Parsed[] };

/** The entries of YAML maps, in the order of the text. */
export class EntryReader {
  readonly #aliases: Aliases;
  readonly #position: (offset: number) => Position;

  constructor(aliases: Aliases, position: (offset: number) => Position) {
    this.#aliases = aliases;
    this.#position = position;
  }

  /** Throws a `LoadingFailure` for keys that JSON has no room for and for a `<<` without maps. */
  read(map: YAMLMap.Parsed): YamlEntry[] {
    return map.items.map((pair) => {
      const key = pair.key as ParsedNode | null;
      const value = pair.value as ParsedNode | null;
      const place = this.#position(key?.range[0] ?? map.range[0]);
      if (key !== null && isMergeKey(key)) return { kind: "merge", maps: this.#mergedMaps(value, place) };
      return { kind: "pair", place, key: this.#readKey(key, place), value };
    });
  }

  /** What `node` stands for: itself, or the node of the anchor when it is an alias. */
  target(node: ParsedNode | null): ParsedNode | null {
    return node !== null && isAlias(node) ? (this.#aliases.get(node) ?? null) : node;
  }

  /** Of a list of maps the earlier ones take precedence, so yaml.v2 merges from the last to the first. */
  #mergedMaps(value: ParsedNode | null, place: Position): YAMLMap.Parsed[] {
    const sources = value !== null && isSeq(value) ? (value.items as ParsedNode[]).toReversed() : [value];
    return sources.map((source) => {
      const map = this.target(source);
      if (isMap(map)) return map as YAMLMap.Parsed;
      throw failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        "The merge key << needs a map, an alias of a map, or a list of those.",
        "failed decoding: yaml: map merge requires map or sequence of maps as the value",
      );
    });
  }

  #readKey(node: ParsedNode | null, place: Position): YamlKey {
    const target = this.target(node);
    if (target !== null && !isScalar(target)) {
      throw failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        "A list or a map cannot be a key. Is a bracket or a quote missing?",
        `failed decoding: yaml: invalid map key: ${isMap(target) ? "map[interface {}]interface {}" : "[]interface {}"}`,
      );
    }
    const meaning = target === null ? resolveScalar("", undefined, true) : scalarMeaning(target);
    switch (meaning.kind) {
      case "string":
        return { text: meaning.value, identity: `string ${meaning.value}`, isString: true };
      case "bool":
        return { text: String(meaning.value), identity: `bool ${meaning.value}`, isString: false };
      case "float":
        return { text: meaning.key, identity: `float ${meaning.key}`, isString: false };
      case "int":
        if (meaning.fitsInt64) return { text: meaning.text, identity: `int ${meaning.text}`, isString: false };
        throw unsupportedKey(place, "uint64");
      case "null":
        throw unsupportedKey(place, "%!s(<nil>)");
      default:
        throw tagMismatch(target?.tag, String(target?.value ?? ""), meaning.found, place);
    }
  }
}

/** The meaning of a scalar node by the rules of yaml.v2. */
export function scalarMeaning(node: Scalar.Parsed): ReturnType<typeof resolveScalar> {
  return resolveScalar(String(node.value ?? ""), node.tag, node.type === "PLAIN");
}

/** The failure of a value such as `!!int foo`. */
export function tagMismatch(tag: string | undefined, text: string, found: string, place: Position): Error {
  const short = (tag ?? "").replace(/^tag:yaml\.org,2002:/, "!!");
  return failAt(
    "KAUDIT_POLICY_SYNTAX",
    place,
    `The value does not fit its tag ${short}. Remove the tag or mend the value.`,
    `failed decoding: yaml: cannot decode !!${found} \`${text}\` as a ${short}`,
  );
}

function isMergeKey(node: ParsedNode): boolean {
  if (!isScalar(node)) return false;
  const meaning = scalarMeaning(node);
  return meaning.kind === "string" && meaning.mergeKey;
}

function unsupportedKey(place: Position, goType: string): Error {
  return failAt(
    "KAUDIT_POLICY_SYNTAX",
    place,
    "This key is empty, null or a number too large. Quote it, or remove it: a policy has no such field.",
    `failed decoding: Unsupported map key of type: ${goType}`,
  );
}
