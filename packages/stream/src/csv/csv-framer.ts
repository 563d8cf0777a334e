import { ByteWindow } from "../byte-window.js";
import type { FrameSink, FramingLimits } from "../frame-sink.js";
import { describeLimit, headOf } from "../record-bytes.js";
import { csvCells } from "./csv-cells.js";
import type { CsvForm } from "./csv-form.js";
import { csvRowObject } from "./csv-row.js";
import { CsvScan } from "./csv-scan.js";

const newline = 0x0a;

/**
 * Cuts CSV into rows, each handed on as a document whose value is an object with the columns as keys. The header, and
 * the same header again where files were joined, is no record; nor are blank lines.
 *
 * A row with too few or too many cells is rejected, and so is a quoted cell that is not closed before the end of the
 * file. A row that breaks is rejected up to the line in which it breaks.
 */
export class CsvFramer {
  readonly #window = new ByteWindow();
  readonly #sink: FrameSink;
  readonly #limits: FramingLimits;
  readonly #form: CsvForm;
  #scan: CsvScan;
  /** Where the row begins in the decompressed file. */
  #rowOffset = 0;
  /** Set once the row is over the limit: its bytes are no longer kept. */
  #head: Buffer | undefined;
  #isBroken = false;

  constructor(sink: FrameSink, limits: FramingLimits, form: CsvForm) {
    this.#sink = sink;
    this.#limits = limits;
    this.#form = form;
    this.#scan = this.#scanFrom(0);
  }

  /** How many bytes are held back because their row is not complete: at most the limit and one chunk. */
  get heldBytes(): number {
    return this.#window.length - this.#keepFrom;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    this.#scan.moveBack(this.#window.append(chunk, this.#keepFrom));
    this.#drain();
  }

  /** Says that no more bytes come. */
  end(): void {
    const { length } = this.#window;
    if (this.#rowOffset - this.#window.offset >= length) return;
    const isWhole = this.#head !== undefined || this.#scan.isComplete;
    if (isWhole) this.#endRow(length);
    else this.#damaged(length, "truncated", "breaks off at the end of the file");
    this.#next(length);
  }

  get #keepFrom(): number {
    if (this.#head === undefined) return this.#rowOffset - this.#window.offset;
    // The last byte is looked at again: it can be a carriage return.
    return Math.max(this.#scan.position - 1, 0);
  }

  #scanFrom(start: number): CsvScan {
    return new CsvScan(start, this.#form.delimiter.charCodeAt(0), this.#form.columns.length);
  }

  #drain(): void {
    for (;;) {
      const step = this.#isBroken ? this.#skipLine() : this.#scan.run(this.#window.view);
      const { position } = this.#scan;
      this.#limitRow(position);
      if (step === "more") return;
      if (step === "broken") {
        this.#breakRow();
      } else {
        this.#endRow(position);
        this.#next(position + 1);
      }
    }
  }

  /** Stops keeping the bytes of a row that is over the limit (a carriage return may still come off). */
  #limitRow(position: number): void {
    const start = this.#rowOffset - this.#window.offset;
    if (this.#head !== undefined || position - start <= this.#limits.maxRecordBytes + 1) return;
    this.#head = headOf(this.#window.bytes, start, position, this.#limits);
  }

  /** Gives up the row up to the line in which it broke; the rest of that line as well if the row began in it. */
  #breakRow(): void {
    const { lineStart } = this.#scan;
    if (this.#head === undefined && lineStart > this.#rowOffset - this.#window.offset) {
      this.#damaged(lineStart - 1, "truncated", "breaks off where another row begins");
      this.#next(lineStart);
    } else {
      this.#isBroken = true;
    }
  }

  #skipLine(): "more" | "row" {
    const { view, length } = this.#window;
    const found = view.indexOf(newline, this.#scan.position);
    this.#scan.position = found < 0 ? length : found;
    return found < 0 ? "more" : "row";
  }

  #next(start: number): void {
    this.#rowOffset = this.#window.offset + start;
    this.#head = undefined;
    this.#isBroken = false;
    this.#scan = this.#scanFrom(start);
  }

  #endRow(lineEnd: number): void {
    const { view: bytes, offset } = this.#window;
    const start = this.#rowOffset - offset;
    const end = this.#withoutReturn(lineEnd);
    if (end - start > this.#limits.maxRecordBytes)
      return this.#damaged(lineEnd, "too-long", describeLimit(this.#limits));
    if (this.#isBroken) return this.#damaged(lineEnd, "not-json", "a row of CSV with text behind a closing quote");
    const row = bytes.toString("utf8", start, end);
    if (row.trim() === "") return;
    const { columns, delimiter } = this.#form;
    const cells = csvCells(row, delimiter, columns.length);
    if (cells.length !== columns.length) {
      this.#damaged(lineEnd, "not-json", `a row of ${cells.length} cells under a header of ${columns.length}`);
      return;
    }
    // The byte order mark stands before the first column's name.
    if (cells.every((cell, at) => cell === columns[at] || (at === 0 && cell.startsWith("\ufeff")))) return;
    const value = csvRowObject(columns, cells);
    this.#sink.document({
      bytes,
      start,
      end,
      byteOffset: this.#rowOffset,
      text: JSON.stringify(value),
      value,
      envelope: "csv",
      listVersion: undefined,
    });
  }

  #withoutReturn(end: number): number {
    const { view: bytes, offset } = this.#window;
    return end > this.#rowOffset - offset && bytes[end - 1] === 0x0d ? end - 1 : end;
  }

  #damaged(lineEnd: number, reason: "too-long" | "truncated" | "not-json", detail: string): void {
    const end = this.#withoutReturn(lineEnd);
    const start = this.#rowOffset - this.#window.offset;
    const head = this.#head ?? headOf(this.#window.bytes, start, end, this.#limits);
    const record = {
      byteOffset: this.#rowOffset,
      byteLength: end - start,
      reason,
      detail,
      head,
      envelope: "csv" as const,
    };
    this.#sink.damaged(record);
  }
}
