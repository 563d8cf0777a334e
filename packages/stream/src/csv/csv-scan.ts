const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
const openBrace = 0x7b;

/** What a scan came to. */
export type CsvStep = "more" | "row" | "broken";

/**
 * Finds where a row of CSV ends, over any number of chunks. Every byte is looked at once.
 *
 * A quote opens a quoted cell only at the cell's beginning, and what closes it must be followed by a delimiter or the
 * end of the line: where it is not, the row is broken, as when its end is missing and another row was written behind.
 */
export class CsvScan {
  /** Index of the next byte to look at; after `row`, of the line feed. */
  position: number;
  /** Index at which the line that `position` is in begins; a quoted cell can hold line feeds. */
  lineStart: number;
  readonly #delimiter: number;
  readonly #columns: number;
  #state: "cell-start" | "plain" | "quoted" | "quote-in-quoted" | "behind-quoted" | "rest" = "cell-start";
  #cells = 1;

  constructor(start: number, delimiter: number, columns: number) {
    this.position = start;
    this.lineStart = start;
    this.#delimiter = delimiter;
    this.#columns = columns;
  }

  /** Whether the input may end here without a cell being open. */
  get isComplete(): boolean {
    return this.#state !== "quoted";
  }

  /** Tells that indices moved down by `count`. */
  moveBack(count: number): void {
    this.position -= count;
    this.lineStart -= count;
  }

  /** Goes on to the end of the row, or of the bytes. */
  run(bytes: Buffer): CsvStep {
    while (this.position < bytes.length) {
      if (this.#state === "quoted") {
        if (!this.#toQuote(bytes)) return "more";
      } else if (this.#state === "rest") {
        return this.#toLineEnd(bytes);
      } else {
        const byte = bytes[this.position] as number;
        if (byte === newline) return "row";
        if (!this.#take(byte)) return "broken";
        this.position++;
      }
    }
    return "more";
  }

  /** Takes one byte outside of a quoted cell. Gives false where no byte of that kind can stand. */
  #take(byte: number): boolean {
    if (byte === this.#delimiter && this.#state !== "behind-quoted") {
      this.#cells++;
      this.#state = "cell-start";
      return true;
    }
    switch (this.#state) {
      case "cell-start":
        if (byte === quote) this.#state = "quoted";
        else this.#state = byte === openBrace && this.#cells === this.#columns ? "rest" : "plain";
        return true;
      case "quote-in-quoted":
        if (byte === quote) this.#state = "quoted";
        else if (byte === carriageReturn) this.#state = "behind-quoted";
        else return false;
        return true;
      case "behind-quoted":
        return false;
      default:
        return true;
    }
  }

  #toQuote(bytes: Buffer): boolean {
    const found = bytes.indexOf(quote, this.position);
    const end = found < 0 ? bytes.length : found;
    const lastLine = bytes.subarray(this.position, end).lastIndexOf(newline);
    if (lastLine >= 0) this.lineStart = this.position + lastLine + 1;
    this.position = found < 0 ? end : found + 1;
    if (found < 0) return false;
    this.#state = "quote-in-quoted";
    return true;
  }

  #toLineEnd(bytes: Buffer): CsvStep {
    const found = bytes.indexOf(newline, this.position);
    this.position = found < 0 ? bytes.length : found;
    return found < 0 ? "more" : "row";
  }
}
