/**
 * Gives the cells of one row (RFC 4180). Of as many `columns`, the last takes all the rest where it begins with a brace
 * and no quote: exporters that do not quote put the log line last, and its commas are its own.
 */
export function csvCells(row: string, delimiter: string, columns?: number): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = "";
    if (row[at] === '"') {
      const end = closingQuote(row, at + 1);
      cell = row.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    }
    const isRest = row[at] === "{" && cells.length + 1 === columns;
    const found = isRest ? -1 : row.indexOf(delimiter, at);
    const end = found < 0 ? row.length : found;
    cells.push(cell + row.slice(at, end));
    if (found < 0) return cells;
    at = found + 1;
  }
}

function closingQuote(row: string, start: number): number {
  let at = start;
  for (;;) {
    const quote = row.indexOf('"', at);
    if (quote < 0) return row.length;
    if (row[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}
