import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { ParsedNode, YAMLMap } from "yaml";

import { goQuote } from "./go-text.js";
import type { DuplicateKey, Position } from "./policy-value.js";
import type { EntryReader } from "./yaml-entries.js";

/**
 * What strict decoding by yaml.v2 says about keys that are set twice, in the order in which it meets them.
 *
 * A value behind an alias is decoded, and reported, every time; a key that overrides a merged one counts as well.
 * Run after `refuseExcessiveAliasing`, which bounds the work.
 */
export function findDuplicateKeys(
  root: ParsedNode,
  entries: EntryReader,
  position: (offset: number) => Position,
): DuplicateKey[] {
  const found: DuplicateKey[] = [];

  const visit = (node: ParsedNode | null): void => {
    const target = entries.target(node);
    if (isSeq(target)) for (const item of target.items) visit(item as ParsedNode);
    if (isMap(target)) visitMap(target as YAMLMap.Parsed, new Set());
  };

  const visitMap = (map: YAMLMap.Parsed, seen: Set<string>): void => {
    for (const entry of entries.read(map)) {
      if (entry.kind === "merge") {
        for (const merged of entry.maps) visitMap(merged, seen);
        continue;
      }
      visit(entry.value);
      if (seen.has(entry.key.identity)) {
        const shown = entry.key.isString ? goQuote(entry.key.text) : entry.key.text;
        const line = valueLine(entry.value, entry.place, position);
        const apiServerMessage = `line ${line}: key ${shown} already set in map`;
        found.push({ ...entry.place, key: entry.key.text, apiServerMessage });
      }
      seen.add(entry.key.identity);
    }
  };

  visit(root);
  return found;
}

/** yaml.v2 names the line of the value, with its anchor or tag; an empty value stands right behind its colon. */
function valueLine(node: ParsedNode | null, key: Position, position: (offset: number) => Position): number {
  if (node === null || (isScalar(node) && node.source === "" && node.type === "PLAIN")) return key.line;
  if (!isAlias(node) && (node.anchor !== undefined || node.tag !== undefined)) return key.line;
  return position(node.range[0]).line;
}
