import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";

/** A place in a file, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a file, and where. */
export interface DataProblem extends Place {
  /** As in `approvals[0].expires`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
}

/** A file of data as a tree: the value, and where each part of it stands. */
export interface DataDocument {
  readonly value: unknown;
  /** Where the value at a path stands; for one that is missing, what would hold it. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** Where a key stands in the map at a path. */
  placeOfKey(path: readonly PropertyKey[], key: string): Place;
}

/** What reading a file of data gives: the document, or everything that is wrong. */
export type ReadData =
  | { readonly document: DataDocument; readonly problems: readonly [] }
  | { readonly document: null; readonly problems: readonly DataProblem[] };

/** Keys by which JavaScript reaches an object's inside; no setting is called so. */
const refusedKeys = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads YAML 1.2, and JSON as a part of it, into plain data. Throws nothing.
 *
 * It is data and nothing else: tags, anchors and aliases, merge keys, keys that are no texts, keys that stand twice, more than one
 * document, and the keys `__proto__`, `constructor` and `prototype` are problems.
 */
export function readDataDocument(bytes: Uint8Array): ReadData {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused([{ line: 1, column: 1, path: "", message: "is not UTF-8 text; expected YAML or JSON" }]);
  }
  const deep = tooDeep(text);
  return deep === null ? readText(text) : refused([{ ...deep, path: "", message: "is nested too deeply to be read" }]);
}

const mostBrackets = 100;
const mostIndentation = 400;

/**
 * Finds where a text may be nested deeper than the parser can follow: it calls itself for each level, and the end of the stack
 * ends the process. Counts brackets wherever they stand, and what a line begins with.
 */
function tooDeep(text: string): Place | null {
  let open = 0;
  let line = 1;
  let start = 0;
  let beginning = true;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\n") {
      line++;
      start = at + 1;
      beginning = true;
      continue;
    }
    if (character === "[" || character === "{") open++;
    else if (character === "]" || character === "}") open = Math.max(0, open - 1);
    else if (beginning && at - start > mostIndentation) return { line, column: at - start + 1 };
    beginning &&=
      character === " " || character === "-" || character === "?" || character === ":" || character === "\t";
    if (open > mostBrackets) return { line, column: at - start + 1 };
  }
  return null;
}

function refused(problems: readonly DataProblem[]): ReadData {
  return { document: null, problems };
}

function readText(text: string): ReadData {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed = parseDocument(text, {
    lineCounter: lines,
    schema: "core",
    version: "1.2",
    merge: false,
    prettyErrors: false,
    resolveKnownTags: false,
  });
  const problems: DataProblem[] = [...parsed.errors, ...parsed.warnings].map(({ pos, message, code }) => ({
    ...placeAt(pos[0]),
    path: "",
    message: wordsOf(code, message),
  }));
  const report = (node: unknown, message: string): void => {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    problems.push({ ...placeAt(offset), path: "", message });
  };
  visit(parsed, {
    Alias: (_key, node) => report(node, "is an alias of YAML; write the value itself"),
    Node: (_key, node) => {
      if (node.anchor !== undefined && node.anchor !== "")
        report(node, "has an anchor of YAML; write values where they belong");
      if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
        report(node, "has a tag of YAML; expected plain data");
    },
    Pair: (_key, { key }) => {
      if (!isScalar(key) || typeof key.value !== "string") report(key, "is not a text; put a key in quotes");
      else if (refusedKeys.has(key.value)) report(key, `${key.value}: is not known here`);
    },
  });
  if (problems.length > 0) return refused(problems.toSorted((a, b) => a.line - b.line || a.column - b.column));

  const root = parsed.contents;
  const offsetOf = (path: readonly PropertyKey[]): number => {
    let node: unknown = root;
    let offset = root?.range?.[0] ?? 0;
    for (const part of path) {
      node = childOf(node, part);
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    }
    return offset;
  };
  return {
    problems: [],
    document: {
      // Aliases are refused above, so nothing can grow.
      value: parsed.toJS({ maxAliasCount: 0 }) as unknown,
      placeOf: (path) => {
        // A map's own place is that of its first key; the key that holds it tells more.
        const last = path.at(-1);
        const parent = path.slice(0, -1);
        return typeof last === "string" ? (keyPlace(parent, last) ?? placeAt(offsetOf(path))) : placeAt(offsetOf(path));
      },
      placeOfKey: (path, key) => keyPlace(path, key) ?? placeAt(offsetOf(path)),
    },
  };

  function keyPlace(path: readonly PropertyKey[], key: string): Place | null {
    let node: unknown = root;
    for (const part of path) node = childOf(node, part);
    if (!isMap(node)) return null;
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    const start = (pair?.key as Node | undefined)?.range?.[0];
    return start === undefined ? null : placeAt(start);
  }
}

function childOf(node: unknown, part: PropertyKey): unknown {
  if (isAlias(node)) return undefined;
  if (isSeq(node) && typeof part === "number") return node.items[part];
  return isMap(node) && typeof part === "string" ? node.get(part, true) : undefined;
}

/** The parser's messages quote the file, which may hold anything. */
function wordsOf(code: string, message: string): string {
  if (code === "DUPLICATE_KEY") return "this key stands twice; keep one of them";
  if (code === "MULTIPLE_DOCS") return "a second document begins here; expected one";
  if (code === "TAG_RESOLVE_FAILED") return "has a tag of YAML; expected plain data";
  if (code === "TAB_AS_INDENT") return "is indented with a tab; YAML takes spaces only";
  const [first = ""] = message.split("\n");
  return /^[\w ,.:;()'&/-]{1,120}$/.test(first) ? `cannot be read as YAML: ${first}` : "cannot be read as YAML here";
}
