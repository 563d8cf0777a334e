import type { ActorKind, Evidence, RegisterEntry, RegisterName, RegisterRows } from "@kaudit/evidence";
import { firstRows } from "./first-rows.js";
import type { Block, TableCell, TableColumn, Text } from "./report-document.js";
import { severalClusters } from "./clusters.js";
import { column } from "./row-cells.js";
import { type ExceptionColumn, exceptionColumn } from "./row-exceptions.js";
import { code, outsideText, plain, strong } from "./text.js";
import { formatCount } from "./words/count.js";

/** Up to this many rows a register is printed whole. */
const wholeRows = 40;
/** Of a longer register this many are printed. */
const longestPrint = 25;

/** More than any rank of a register's own. */
const afterExceptions = 1000;

/** How one register is printed. */
export interface RegisterPrint<Name extends RegisterName> {
  readonly name: Name;
  readonly heading: string;
  readonly description: string;
  readonly columns: readonly TableColumn[];
  cells(row: RegisterRows[Name]): readonly TableCell[];
  /** Which rows come first when not all are printed; lower is earlier. */
  rank(row: RegisterRows[Name]): number;
  /** How many rows of a long register are printed; default 25. */
  readonly longest?: number;
  /** What that order is: "requests of people first". */
  readonly order: string;
  /** The column that paper leaves out where the rows' exceptions need its place. */
  readonly yields?: string;
  /** How much its rows matter beside other registers' where pages run out; default 2. */
  readonly weight?: number;
}

/** Gives a register's heading and its block: the note "First N of M rows" and the rows that are printed. Reads the register once. */
export async function registerTable<Name extends RegisterName>(
  evidence: Evidence,
  entry: RegisterEntry,
  print: RegisterPrint<Name>,
): Promise<readonly Block[]> {
  const exceptions = exceptionColumn(evidence.bundle, print.name);
  const whole = entry.rows <= wholeRows;
  const rank = whole ? () => 0 : rankWithExceptions(print, exceptions);
  const rows = await firstRows(evidence.rows(print.name), whole ? wholeRows : (print.longest ?? longestPrint), rank);
  const several = severalClusters(evidence.bundle);
  const left = exceptions === undefined ? undefined : print.columns.find(({ key }) => key === print.yields);
  const own = print.columns.map((one) => (one === left ? { ...one, webOnly: true } : one));
  const columns = several ? withClusterColumn(own) : own;
  const order = whole
    ? "in order of time"
    : exceptions === undefined
      ? print.order
      : `open exceptions first, then ${print.order}`;
  const noteFor = (shown: number) => rowsNote(shown, order, entry, left);
  const cellsOf = (row: RegisterRows[Name]) => [
    ...(several ? withClusterCell(print.cells(row), row.cluster) : print.cells(row)),
    ...(exceptions === undefined ? [] : [exceptions.cell(row.rowId)]),
  ];
  return [
    { kind: "heading", text: print.heading },
    {
      kind: "register",
      register: print.name,
      note: noteFor(rows.length),
      printed: {
        kind: "table",
        description: print.description,
        columns: exceptions?.columns(columns) ?? columns,
        rows: rows.map(cellsOf),
        anchors: rows.map((row) => row.rowId),
        plan: { weight: print.weight ?? 2, total: entry.rows, note: noteFor },
      },
      // The block names the register, so a renderer hands in that register's rows.
      cells: (row) => cellsOf(row as RegisterRows[Name]),
      rows: entry.rows,
      file: entry.file,
    },
  ];
}

/** Rows with an open exception come before all others. */
function rankWithExceptions<Name extends RegisterName>(
  print: RegisterPrint<Name>,
  exceptions: ExceptionColumn | undefined,
): (row: RegisterRows[Name]) => number {
  if (exceptions === undefined) return (row) => print.rank(row);
  return (row) => print.rank(row) + (exceptions.isOpen(row.rowId) ? 0 : afterExceptions);
}

const clusterShare = 0.12;

/** Puts the cluster behind the first column, the time. */
function withClusterColumn(columns: readonly TableColumn[]): readonly TableColumn[] {
  const [first, ...others] = columns.map((one) => ({ ...one, share: one.share * (1 - clusterShare) }));
  return first === undefined ? [] : [first, column("cluster", "Cluster", clusterShare), ...others];
}

function withClusterCell(cells: readonly TableCell[], cluster: string): readonly TableCell[] {
  return [...cells.slice(0, 1), { text: outsideText(cluster, 60) }, ...cells.slice(1)];
}

/** Gives the line above a table that says how many of how many rows it holds and where all are. */
function rowsNote(
  shown: number,
  order: string,
  { file, name, rows }: RegisterEntry,
  left: TableColumn | undefined,
): Text {
  const more = left === undefined ? [] : [plain(` Column “${left.head}” is there only.`)];
  if (shown === rows) {
    const all = rows === 1 ? "The only row" : `All ${formatCount(rows)} rows`;
    return [strong(all), plain(", in order of time; also in "), code(file), plain("."), ...more];
  }
  return [
    strong(`First ${shown} of ${formatCount(rows)} rows`),
    plain(`, ${order}; all are in the workbook, sheet ${name}, and in `),
    code(file),
    plain("."),
    ...more,
  ];
}

const kindOrder: Readonly<Record<ActorKind, number>> = {
  human: 0,
  anonymous: 1,
  unauthenticated: 1,
  serviceaccount: 2,
  system: 3,
  node: 3,
};

/** Ranks a row by who acted: people, callers without identity, service accounts, then the cluster's own machinery. */
export function rankByActor(row: { readonly actorKind: ActorKind }): number {
  return kindOrder[row.actorKind];
}
