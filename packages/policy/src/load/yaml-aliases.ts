import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { ParsedNode } from "yaml";

import { failAt } from "./loading-failure.js";
import type { Position } from "./policy-value.js";

/** What each alias node of a document stands for. */
export type Aliases = ReadonlyMap<ParsedNode, ParsedNode>;

/**
 * Finds the node of every alias: the latest anchor of that name before it. Throws a `LoadingFailure` for an alias
 * without an anchor and for one inside the value that it names.
 */
export function resolveAliases(root: ParsedNode, position: (offset: number) => Position): Aliases {
  const aliases = new Map<ParsedNode, ParsedNode>();
  const anchors = new Map<string, ParsedNode>();
  const unfinished = new Set<ParsedNode>();

  const resolve = (node: ParsedNode, name: string): void => {
    const place = position(node.range[0]);
    const target = anchors.get(name);
    if (target === undefined) {
      throw failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        `The alias *${name} has no anchor &${name} before it. Quote the value if it is meant as text.`,
        `failed decoding: yaml: unknown anchor '${name}' referenced`,
      );
    }
    if (unfinished.has(target)) {
      throw failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        `The alias *${name} stands inside the value that it names. Write that value out.`,
        `failed decoding: yaml: anchor '${name}' value contains itself`,
      );
    }
    aliases.set(node, target);
  };

  const walk = (node: ParsedNode | null): void => {
    if (node === null) return;
    if (isAlias(node)) return resolve(node, node.source);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    unfinished.add(node);
    for (const child of childrenOf(node)) walk(child);
    unfinished.delete(node);
  };

  walk(root);
  return aliases;
}

const lowCount = 400_000;
const highCount = 4_000_000;

/**
 * Refuses texts that unfold to gigabytes ("billion laughs"), by the measure of yaml.v2: it counts every node it
 * decodes, those inside aliases apart, and gives up when aliases make up too much of the work.
 */
export function refuseExcessiveAliasing(
  root: ParsedNode,
  aliases: Aliases,
  position: (offset: number) => Position,
): void {
  if (aliases.size === 0) return;
  let decoded = 0;
  let inAliases = 0;
  const open: (readonly [node: ParsedNode, depth: number])[] = [[root, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    decoded++;
    if (depth > 0) inAliases++;
    if (inAliases > 100 && decoded > 1000 && inAliases / decoded > allowedRatio(decoded)) {
      throw failAt(
        "KAUDIT_POLICY_LIMIT",
        position(node.range[0]),
        "Nearly all of this YAML comes from aliases that repeat each other. Write the lists out.",
        "failed decoding: yaml: document contains excessive aliasing",
      );
    }
    const target = aliases.get(node);
    if (target !== undefined) open.push([target, depth + 1]);
    for (const child of childrenOf(node).toReversed()) {
      if (child !== null && !isMergeIndicator(child)) open.push([child, depth]);
    }
  }
}

function childrenOf(node: ParsedNode): (ParsedNode | null)[] {
  if (isSeq(node)) return node.items as ParsedNode[];
  if (!isMap(node)) return [];
  return node.items.flatMap((pair) => [pair.key as ParsedNode | null, pair.value as ParsedNode | null]);
}

function isMergeIndicator(node: ParsedNode): boolean {
  return isScalar(node) && node.value === "<<" && node.type === "PLAIN";
}

/** 99 % of small texts may come from aliases, 10 % of very large ones. */
function allowedRatio(decoded: number): number {
  if (decoded <= lowCount) return 0.99;
  if (decoded >= highCount) return 0.1;
  return 0.99 - 0.89 * ((decoded - lowCount) / (highCount - lowCount));
}
