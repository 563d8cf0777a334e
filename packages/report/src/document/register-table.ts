import type { ActorKind, Evidence, RegisterEntry, RegisterName, RegisterRows } from "@kaudit/evidence";
import { firstRows } from "./first-rows.js";
import type { Block, TableCell, TableColumn, Text } from "./report-document.js";
import { severalClusters } from "./clusters.js";
import { column } from "./row-cells.js";
import { code, outsideText, plain, strong } from "./text.js";
import { formatCount } from "./words/count.js";

/** Up to this many rows a register is printed whole. */
const wholeRows = 40;
/** Of a longer register this many are printed. */
const longestPrint = 25;

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
}

/** Gives a register's heading and its block: the note "First N of M rows" and the rows that are printed. Reads the register once. */
export async function registerTable<Name extends RegisterName>(
  evidence: Evidence,
  entry: RegisterEntry,
  print: RegisterPrint<Name>,
): Promise<readonly Block[]> {
  const whole = entry.rows <= wholeRows;
  const rank = whole ? () => 0 : print.rank;
  const rows = await firstRows(evidence.rows(print.name), whole ? wholeRows : (print.longest ?? longestPrint), rank);
  const several = severalClusters(evidence.bundle);
  const columns = several ? withClusterColumn(print.columns) : print.columns;
  const cells = (row: RegisterRows[Name]): readonly TableCell[] =>
    several ? withClusterCell(print.cells(row), row.cluster) : print.cells(row);
  const note = rowsNote(rows.length, entry.rows, whole ? "" : print.order, entry.file);
  return [
    { kind: "heading", text: print.heading },
    {
      kind: "register",
      register: print.name,
      note,
      printed: {
        kind: "table",
        description: print.description,
        columns,
        rows: rows.map((row) => cells(row)),
      },
      // The block names the register, so a renderer hands in that register's rows.
      cells: (row) => cells(row as RegisterRows[Name]),
      rows: entry.rows,
      file: entry.file,
    },
  ];
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
function rowsNote(shown: number, total: number, order: string, file: string): Text {
  if (shown === total) {
    const all = total === 1 ? "The only row" : `All ${formatCount(total)} rows`;
    return [strong(all), plain(", in order of time; also in "), code(file), plain(".")];
  }
  const ordered = order === "" ? "" : `, ${order}`;
  return [
    strong(`First ${shown} of ${formatCount(total)} rows`),
    plain(`${ordered}; all are in `),
    code(file),
    plain("."),
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
