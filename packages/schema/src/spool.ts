/** Rows that were put aside, to be read back in order. */
export interface SpooledRows<Row> {
  /** Adds a row. Wait for the promise where one is returned: the spool is then writing to disk. */
  append(row: Row): void | Promise<void>;
  /** How many rows were appended. */
  readonly size: number;
  /** Reads all rows by ascending key (byte order of the UTF-8 key); rows of equal key keep the order of appending. Can be read more than once. */
  sorted(): AsyncIterable<Row>;
}

/**
 * A place for more rows than memory holds. Rows must survive `JSON.stringify` unchanged.
 *
 * The command spools to a temporary folder; {@link createMemorySpool} serves tests and browsers.
 */
export interface Spool {
  /** Opens an empty set of rows, ordered by `key`. `name` must be unique within the spool. */
  open<Row>(name: string, key: (row: Row) => string): SpooledRows<Row>;
  /** Throws everything away. */
  close(): Promise<void>;
}

/** Compares two strings by Unicode code point, which is the byte order of their UTF-8 forms. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    if (xHigh !== yHigh) return xHigh ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** A spool that keeps its rows in memory, for tests, browsers and small inputs. */
export function createMemorySpool(): Spool {
  return {
    open<Row>(_name: string, key: (row: Row) => string): SpooledRows<Row> {
      const rows: { key: string; text: string }[] = [];
      let inOrder = true;
      return {
        append(row) {
          rows.push({ key: key(row), text: JSON.stringify(row) });
          inOrder = false;
        },
        get size() {
          return rows.length;
        },
        async *sorted() {
          if (!inOrder) rows.sort((a, b) => compareByCodePoint(a.key, b.key));
          inOrder = true;
          for (const row of rows) yield JSON.parse(row.text) as Row;
        },
      };
    },
    async close() {},
  };
}
