import { CsvFramer } from "./csv/csv-framer.js";
import { detectCsv, longestCsvHeader } from "./csv/csv-form.js";
import type { FrameSink, FramingLimits } from "./frame-sink.js";
import { RecordFramer } from "./framing.js";

type Framer = Pick<RecordFramer, "push" | "end" | "heldBytes">;

const newline = 0x0a;

/** Cuts the content of a file into records: rows of CSV where it begins with a header that says so, else JSON and lines. */
export class ContentFramer implements Framer {
  readonly #sink: FrameSink;
  readonly #limits: FramingLimits;
  #framer: Framer | undefined;
  /** The beginning, until it shows what the content is. */
  #head = Buffer.alloc(0);

  constructor(sink: FrameSink, limits: FramingLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** How many bytes are held back because their record, or the header, is not complete. */
  get heldBytes(): number {
    return this.#framer?.heldBytes ?? this.#head.length;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    if (this.#framer !== undefined) {
      this.#framer.push(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (showsForm(this.#head)) this.#choose();
  }

  /** Says that no more bytes come. */
  end(): void {
    (this.#framer ?? this.#choose()).end();
  }

  #choose(): Framer {
    const head = this.#head;
    const csv = detectCsv(head);
    const framer =
      csv === undefined ? new RecordFramer(this.#sink, this.#limits) : new CsvFramer(this.#sink, this.#limits, csv);
    this.#head = Buffer.alloc(0);
    this.#framer = framer;
    framer.push(head);
    return framer;
  }
}

/** Whether enough is there: a header holds no brace, and what follows it has to be seen, too. */
function showsForm(head: Buffer): boolean {
  const lineEnd = head.indexOf(newline);
  return (lineEnd >= 0 && lineEnd + 1 < head.length) || head.includes("{") || head.length > longestCsvHeader + 1;
}
