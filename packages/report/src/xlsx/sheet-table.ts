/** What a column's cells are. `instant`: a real date made from an RFC 3339 text. */
export type SheetColumnKind = "text" | "number" | "boolean" | "instant";

/** A column of a sheet. */
export interface SheetColumn {
  readonly head: string;
  readonly kind: SheetColumnKind;
  /** In characters. */
  readonly width: number;
  /** Breaks long text into lines instead of running it out of the cell. */
  readonly wraps?: boolean;
}

/** What a cell holds; text of a log must have been made visible. Null is an empty cell. */
export type SheetCell = string | number | boolean | null;

/** A table that becomes a sheet, or several where it has more rows than one holds. */
export interface SheetTable {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: Iterable<readonly SheetCell[]> | AsyncIterable<readonly SheetCell[]>;
  /** The file of the pack that has the whole of what had to be cut. */
  readonly whole: string;
}

/** What became of a table. */
export interface WrittenTable {
  readonly name: string;
  readonly whole: string;
  /** The names of its sheets, in order, with how many rows each holds. */
  readonly sheets: readonly { readonly name: string; readonly rows: number }[];
  /** Cells whose text was longer than a cell can hold. */
  readonly cutCells: number;
  /** Rows for which the file had no room left. */
  readonly omittedRows: number;
}
