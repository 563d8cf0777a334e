import type { RegisterName, RegisterRow } from "@kaudit/evidence";
import { registerColumns } from "@kaudit/evidence";
import type { RegisterBlock, TableColumn, Text } from "../document/report-document.js";
import { exceptionKey } from "../document/row-exceptions.js";
import { code, logText, muted, plain, strong } from "../document/text.js";
import { formatCount } from "../document/words/count.js";
import { linkOf } from "./block-view.js";
import { columnWidth } from "./coordinates.js";
import { EmbeddedRowsBuilder } from "./embedded-rows.js";
import type { EmbeddedRows } from "./embedded-rows.js";
import { textView } from "./text-view.js";
import type { RunView } from "./text-view.js";

/** A register for the templates. */
export interface RegisterView {
  readonly name: RegisterName;
  readonly heading: string;
  readonly description: string;
  readonly note: readonly RunView[];
  readonly dataId: string;
  /** More rows than paper shows of it. */
  readonly long: boolean;
  readonly columns: readonly { readonly head: string; readonly right: boolean; readonly width: string }[];
  /** The rows that are plain HTML. */
  readonly rows: readonly { readonly anchor: string; readonly cells: readonly CellView[] }[];
}

interface CellView {
  readonly head: string;
  readonly className: string;
  readonly text: readonly RunView[];
  /** The element that the cell links to; null for none. */
  readonly link: string | null;
}

/** A register for the page's script. */
export interface RegisterData extends EmbeddedRows {
  readonly total: number;
  /** The columns of the printed table. */
  readonly cells: readonly {
    readonly head: string;
    readonly className: string;
    /** Place in a row by which the column is sorted; null: by time, which is the order of the rows. */
    readonly sort: number | null;
    readonly numeric: boolean;
  }[];
  /** The names of all of the register's columns; their texts follow the cells in each row. */
  readonly details: readonly string[];
  /** Places in a row of the texts that the filters look at. */
  readonly filters: {
    readonly actor: number;
    readonly actorKind: number;
    readonly outcome: number;
    readonly namespace: number;
    readonly time: number;
    readonly rowId: number;
  };
}

/** A printed page shows this many rows of a register; the rule for paper in `templates/report.css` says the same. */
const paperRows = 40;

/** The head of a time names day or month and zone, and takes two lines at most. */
const leastTimeShare = 0.135;

/** A column's share of the page's width: what the time needs more than on paper is taken from the actor. */
function pageShare({ key, share }: TableColumn, columns: readonly TableColumn[]): number {
  const time = columns.find((column) => timeKeys.has(column.key));
  const more = Math.max(0, leastTimeShare - (time?.share ?? leastTimeShare));
  if (!columns.some((column) => column.key === "actor")) return share;
  if (key === time?.key) return share + more;
  return key === "actor" ? share - more : share;
}

/** Most characters of one value that the page shows; the CSV file holds all. */
const longestValue = 2_000;

/** Reads a register's rows, at most `maxRows`, into what the page shows of them; their ids are added to `anchors`. */
export async function readRegister(
  block: RegisterBlock,
  heading: string,
  rows: AsyncIterable<RegisterRow>,
  limits: { readonly maxRows: number; readonly maxPlainRows: number; readonly anchors: Set<string> },
): Promise<{ readonly view: RegisterView; readonly data: RegisterData }> {
  const { columns } = block.printed;
  const details = registerColumns(block.register);
  const classNames = columns.map(cellClass);
  const builder = new EmbeddedRowsBuilder(valueText);
  const plainRows: { anchor: string; cells: CellView[] }[] = [];
  const known = new Set(limits.anchors);
  for await (const row of rows) {
    if (builder.size >= limits.maxRows) break;
    const full = block.cells(row);
    const cells = full.map((cell) => cell.text);
    limits.anchors.add(row.rowId);
    builder.add(
      cells,
      details.map((name) => row[name as keyof RegisterRow]),
    );
    if (plainRows.length >= limits.maxPlainRows) continue;
    plainRows.push({
      anchor: row.rowId,
      cells: cells.map((text, index) => ({
        head: columns[index]?.head ?? "",
        className: classNames[index] ?? "",
        text: textView(text),
        link: linkOf(full[index] ?? { text }, { sections: new Map(), rows: known }),
      })),
    });
  }
  const view: RegisterView = {
    name: block.register,
    heading,
    description: block.printed.description,
    note: textView(embeddedNote(block, builder.size, plainRows.length)),
    dataId: `rows-${block.register}`,
    long: plainRows.length > paperRows,
    columns: columns.map((column) => ({
      head: column.head,
      right: column.align === "right",
      width: columnWidth(pageShare(column, columns)),
    })),
    rows: plainRows,
  };
  return { view, data: { ...registerData(columns, details, classNames), total: block.rows, ...builder.build() } };
}

function registerData(
  columns: readonly TableColumn[],
  details: readonly string[],
  classNames: readonly string[],
): Omit<RegisterData, "total" | keyof EmbeddedRows> {
  const place = (name: string): number => columns.length + details.indexOf(name);
  return {
    cells: columns.map((column, index) => ({
      head: column.head,
      className: classNames[index] ?? "",
      ...columnOrder(column, index, details, place),
    })),
    details,
    filters: {
      actor: place("actor"),
      actorKind: place("actorKind"),
      outcome: place("outcome"),
      namespace: place("namespace"),
      time: place("time"),
      rowId: place("rowId"),
    },
  };
}

const timeKeys: ReadonlySet<string> = new Set(["time", "start"]);
const numericNames: ReadonlySet<string> = new Set(["code", "durationSeconds"]);

/** A column is sorted by the register's own column of its name, where there is one, else by what it shows. */
function columnOrder(
  column: TableColumn,
  index: number,
  details: readonly string[],
  place: (name: string) => number,
): { readonly sort: number | null; readonly numeric: boolean } {
  if (timeKeys.has(column.key)) return { sort: null, numeric: false };
  const name = column.key === "duration" ? "durationSeconds" : column.key;
  return { sort: details.includes(name) ? place(name) : index, numeric: numericNames.has(name) };
}

/** Where a cell stands when a narrow screen turns the row into a block: actor and time first, then what, then how it ended. */
function cellClass(column: TableColumn): string {
  const right = column.align === "right" ? " right" : "";
  if (timeKeys.has(column.key)) return `is-time${right}`;
  if (column.key === "actor") return `is-actor${right}`;
  if (column.key === "outcome") return `is-outcome${right}`;
  if (column.key === "code") return `is-code${right}`;
  if (column.key === exceptionKey) return "is-exception";
  if (actionKeys.has(column.key)) return `is-action${right}`;
  return `${lineKeys.has(column.key) ? "is-line" : "is-other"}${right}`;
}

const actionKeys: ReadonlySet<string> = new Set(["access", "verb", "kind"]);
const lineKeys: ReadonlySet<string> = new Set(["object", "change", "command"]);

function embeddedNote(block: RegisterBlock, embedded: number, plainRows: number): Text {
  if (block.rows === 0) return block.note;
  const count =
    embedded < block.rows
      ? strong(`First ${formatCount(embedded)} of ${formatCount(block.rows)} rows`)
      : strong(block.rows === 1 ? "The only row" : `All ${formatCount(block.rows)} rows`);
  const script =
    plainRows < embedded ? `; without JavaScript the first ${formatCount(plainRows)} of these can be seen` : "";
  return [count, plain(`, in order of time${script}. The whole register is in `), code(block.file), plain(".")];
}

/** A value of a row as it is shown among all columns. */
function valueText(value: unknown): Text {
  if (value === null) return [muted("none")];
  if (Array.isArray(value)) return listText(value.map(String));
  if (typeof value === "string") return value === "" ? [] : logText(value, longestValue);
  return [plain(String(value))];
}

/** Entries between muted dots: an entry that holds a dot of its own looks different. */
function listText(entries: readonly string[]): Text {
  return entries.flatMap((entry, index) => [...(index === 0 ? [] : [muted(" · ")]), ...logText(entry, longestValue)]);
}
