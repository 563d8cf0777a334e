import type { ActorKind, RegisterEntry, RegisterSummary } from "@kaudit/evidence";
import { actorText } from "./actors.js";
import type { HeadingBlock, NamespaceMatrixBlock, Text } from "./report-document.js";
import { logText, plain } from "./text.js";
import { counted, formatCount } from "./words/count.js";

const mostRows = 10;
/** With "other" and "all namespaces". */
const mostColumns = 6;
/** "" in the summary: the object has no namespace, or the request reached every one; what that means depends on the register. */
const everywhere = "";

type Cell = NonNullable<NamespaceMatrixBlock["rows"][number]["cells"][number]>;
type Entry = RegisterSummary["namespaces"][number];

/**
 * Gives who reached which namespace, with its heading: the actors and namespaces with most rows, the rest of them in
 * one line and one column; nodes and system components share a line, and so do callers without identity.
 */
export function namespaceMatrix(
  entry: RegisterEntry,
  withoutNamespace: string,
): readonly [HeadingBlock, NamespaceMatrixBlock] | readonly [] {
  const { namespaces } = entry.summary;
  const columns = columnsOf(namespaces, withoutNamespace);
  if (columns.length === 0) return [];
  const lines = linesOf(namespaces);
  const shown = shownLines(lines);
  const rows = shown.map((line) => {
    const cells = columns.map((column) => sumOf(line.entries.filter((item) => column.holds(item.namespace))));
    const total = cells.reduce((sum, cell) => sum + (cell === null ? 0 : cell.success + cell.other), 0);
    return { actor: line.actor, actorKind: line.actorKind, cells, total };
  });
  const heading: HeadingBlock = { kind: "heading", text: "Who reached which namespace", note: note(entry) };
  const description =
    `${counted(lines.length, "line")} of actors by namespace. ` +
    rows.map((row) => formatCount(row.total)).join(", ") +
    " rows in the order of the lines.";
  return [heading, { kind: "namespace-matrix", columns: columns.map((column) => column.head), rows, description }];
}

function note(entry: RegisterEntry): Text {
  const { capped } = entry.summary;
  const stopped =
    capped === null
      ? ""
      : ` Counting stopped at ${formatCount(capped)} different pairs; the file ${entry.file} holds every row.`;
  return [plain(`Successful requests, then “+” those without success. Areas are to scale.${stopped}`)];
}

interface Column {
  readonly head: Text;
  holds(namespace: string): boolean;
}

function columnsOf(entries: readonly Entry[], withoutNamespace: string): Column[] {
  const totals = new Map<string, number>();
  for (const entry of entries) {
    totals.set(entry.namespace, (totals.get(entry.namespace) ?? 0) + entry.success + entry.other);
  }
  const named = [...totals.keys()].filter((namespace) => namespace !== everywhere);
  named.sort((one, other) => (totals.get(other) ?? 0) - (totals.get(one) ?? 0) || (one < other ? -1 : 1));
  const room = mostColumns - (totals.has(everywhere) ? 1 : 0);
  const shown = named.length <= room ? named : named.slice(0, room - 1);
  const top = new Set(shown);
  const columns: Column[] = shown.map((name) => ({ head: logText(name), holds: (namespace) => namespace === name }));
  if (named.length > shown.length) {
    columns.push({
      head: [plain(`${formatCount(named.length - shown.length)} others`)],
      holds: (namespace) => namespace !== everywhere && !top.has(namespace),
    });
  }
  if (totals.has(everywhere)) {
    columns.push({ head: [plain(withoutNamespace)], holds: (namespace) => namespace === everywhere });
  }
  return columns;
}

interface Line {
  readonly actor: Text;
  readonly actorKind: ActorKind;
  readonly entries: Entry[];
  readonly order: number;
}

/** People and service accounts by name, most rows first; then the machines' line and the line of callers without identity. */
function linesOf(entries: readonly Entry[]): Line[] {
  const lines = new Map<string, Line>();
  for (const entry of entries) {
    const key = lineKey(entry);
    const line = lines.get(key) ?? newLine(entry);
    line.entries.push(entry);
    lines.set(key, line);
  }
  const size = (line: Line) => line.entries.reduce((sum, entry) => sum + entry.success + entry.other, 0);
  return [...lines.values()].toSorted((one, other) => one.order - other.order || size(other) - size(one));
}

/** The largest lines of people and service accounts, the rest of them as one; the last two lines always stay. */
function shownLines(lines: readonly Line[]): readonly Line[] {
  const named = lines.filter((line) => line.order < 2);
  const shared = lines.filter((line) => line.order >= 2);
  const room = mostRows - shared.length;
  if (named.length <= room) return lines;
  return [...named.slice(0, room - 1), otherLine(named.slice(room - 1)), ...shared];
}

function lineKey(entry: Entry): string {
  if (entry.actorKind === "human" || entry.actorKind === "serviceaccount") return `${entry.actorKind} ${entry.actor}`;
  return isMachine(entry.actorKind) ? "machine" : "none";
}

function isMachine(kind: ActorKind): boolean {
  return kind === "node" || kind === "system";
}

function newLine(entry: Entry): Line {
  const { actorKind } = entry;
  if (actorKind === "human") return { actor: actorText(entry.actor), actorKind, entries: [], order: 0 };
  if (actorKind === "serviceaccount") return { actor: actorText(entry.actor), actorKind, entries: [], order: 1 };
  if (isMachine(actorKind)) {
    return { actor: [plain("system components and nodes")], actorKind: "system", entries: [], order: 2 };
  }
  return { actor: [plain("anonymous or no identity")], actorKind: "anonymous", entries: [], order: 3 };
}

function otherLine(lines: readonly Line[]): Line {
  return {
    actor: [plain(`${formatCount(lines.length)} other ${lines.length === 1 ? "actor" : "actors"}`)],
    actorKind: "system",
    entries: lines.flatMap((line) => line.entries),
    order: 4,
  };
}

function sumOf(entries: readonly Entry[]): Cell | null {
  if (entries.length === 0) return null;
  return {
    success: entries.reduce((sum, entry) => sum + entry.success, 0),
    other: entries.reduce((sum, entry) => sum + entry.other, 0),
  };
}
