import { compareByCodePoint } from "@kaudit/schema";
import { isScalar, isSeq } from "yaml";
import type { ParsedNode, Scalar, YAMLMap } from "yaml";

import { failAt } from "./loading-failure.js";
import type { PolicyField, PolicyTree, PolicyValue, Position } from "./policy-value.js";
import { createPositionFinder } from "./text-position.js";
import { refuseExcessiveAliasing, resolveAliases } from "./yaml-aliases.js";
import { parseFirstDocument } from "./yaml-document.js";
import { findDuplicateKeys } from "./yaml-duplicates.js";
import { EntryReader, scalarMeaning, tagMismatch } from "./yaml-entries.js";
import { normalizeLineEnds, refuseControlCharacters } from "./yaml-text.js";

/**
 * Reads the first document of `source` as kube-apiserver does: YAML 1.1 as yaml.v2 understands it, turned into what
 * JSON can hold. Of duplicate keys the last one counts.
 *
 * Throws a `LoadingFailure` for syntax errors, keys that JSON has no room for, and excessive aliasing.
 */
export function readYamlTree(source: string): PolicyTree {
  const text = normalizeLineEnds(source);
  const position = createPositionFinder(text);
  refuseControlCharacters(text, position);
  const root = parseFirstDocument(text, position)?.contents ?? null;
  if (root === null) return { root: { kind: "null", line: 1, column: 1 }, duplicates: [] };
  const aliases = resolveAliases(root, position);
  refuseExcessiveAliasing(root, aliases, position);
  const entries = new EntryReader(aliases, position);
  const tree = new TreeBuilder(entries, position).build(root);
  return { root: tree, duplicates: findDuplicateKeys(root, entries, position) };
}

class TreeBuilder {
  readonly #entries: EntryReader;
  readonly #position: (offset: number) => Position;
  readonly #built = new Map<ParsedNode, PolicyValue>();

  constructor(entries: EntryReader, position: (offset: number) => Position) {
    this.#entries = entries;
    this.#position = position;
  }

  build(node: ParsedNode): PolicyValue {
    const target = this.#entries.target(node) ?? node;
    const known = this.#built.get(target);
    if (known !== undefined) return known;
    const value = this.#buildNode(target);
    this.#built.set(target, value);
    return value;
  }

  #buildNode(node: ParsedNode): PolicyValue {
    const place = this.#position(node.range[0]);
    if (isScalar(node)) return buildScalar(node, place);
    if (isSeq(node)) {
      return { ...place, kind: "list", items: node.items.map((item) => this.build(item as ParsedNode)) };
    }
    const fields = new Map<string, PolicyField>();
    this.#fill(fields, node as YAMLMap.Parsed);
    return { ...place, kind: "map", fields: [...fields.values()].toSorted(byKey) };
  }

  /** Sets the entries of `map` in the order of the text, merged maps where their `<<` stands: the last one wins. */
  #fill(fields: Map<string, PolicyField>, map: YAMLMap.Parsed): void {
    for (const entry of this.#entries.read(map)) {
      if (entry.kind === "merge") {
        for (const merged of entry.maps) this.#fill(fields, merged);
        continue;
      }
      const { key, place } = entry;
      const value = entry.value === null ? null : this.build(entry.value);
      const placed: PolicyValue = value === null || value.kind === "null" ? { ...place, kind: "null" } : value;
      fields.set(key.text, { ...place, key: key.text, value: placed });
    }
  }
}

function buildScalar(node: Scalar.Parsed, place: Position): PolicyValue {
  const meaning = scalarMeaning(node);
  switch (meaning.kind) {
    case "null":
      return { ...place, kind: "null" };
    case "bool":
      return { ...place, kind: "bool", value: meaning.value };
    case "string":
      return { ...place, kind: "string", value: meaning.value };
    case "int":
      return { ...place, kind: "number", text: meaning.text };
    case "float":
      if (meaning.finite) return { ...place, kind: "number", text: meaning.text };
      throw failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        "This unquoted value is a number that JSON cannot hold. Quote it if it is meant as text.",
        `failed decoding: json: unsupported value: ${{ ".nan": "NaN", ".inf": "+Inf" }[meaning.text] ?? "-Inf"}`,
      );
    default:
      throw tagMismatch(node.tag, String(node.value ?? ""), meaning.found, place);
  }
}

/** JSON that Go makes from a map has its keys in byte order, which for UTF-8 is the order of code points. */
function byKey(one: PolicyField, other: PolicyField): number {
  return compareByCodePoint(one.key, other.key);
}
