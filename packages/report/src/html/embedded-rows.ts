import type { Text, TextRun } from "../document/report-document.js";

/** One letter for each kind of run, to keep the data small. */
const kindLetters: Readonly<Record<TextRun["kind"], string>> = {
  plain: "p",
  strong: "b",
  muted: "m",
  none: "n",
  log: "l",
  escape: "e",
  code: "c",
};

/** A text in the data: a string is one run of the log, as most are; else kind and text alternate. */
export type EmbeddedText = string | readonly string[];

/** Rows for the page's script: every different text once, the rows as places in that list, column by column. */
export interface EmbeddedRows {
  readonly texts: readonly EmbeddedText[];
  readonly columns: readonly (readonly number[])[];
  readonly rowCount: number;
}

/**
 * Collects rows of texts as the data that the page's script draws.
 *
 * Actors, verbs, user agents and outcomes repeat, so each different text is kept once. A column is kept together because
 * its places are like each other, and so compress well.
 */
export class EmbeddedRowsBuilder {
  readonly #texts: EmbeddedText[] = [];
  readonly #places = new Map<string, number>();
  readonly #valuePlaces = new Map<unknown, number>();
  readonly #valueText: (value: unknown) => Text;
  readonly #columns: number[][] = [];
  #rowCount = 0;

  /** `valueText`: how a value of a row is shown among all columns. */
  constructor(valueText: (value: unknown) => Text) {
    this.#valueText = valueText;
  }

  get size(): number {
    return this.#rowCount;
  }

  /** Adds a row: the texts of its cells, then the values of all its columns. */
  add(cells: readonly Text[], values: readonly unknown[]): void {
    cells.forEach((text, index) => this.#column(index).push(this.#place(text)));
    values.forEach((value, index) => this.#column(cells.length + index).push(this.#valuePlace(value)));
    this.#rowCount++;
  }

  /** Texts come in the order in which the columns, one after the other, first hold them: like beside like packs well. */
  build(): EmbeddedRows {
    const texts: EmbeddedText[] = [];
    const newPlaces = new Int32Array(this.#texts.length).fill(-1);
    const columns = this.#columns.map((column) =>
      column.map((place) => {
        const known = newPlaces[place] ?? -1;
        if (known !== -1) return known;
        newPlaces[place] = texts.length;
        return texts.push(this.#texts[place] ?? "") - 1;
      }),
    );
    return { texts, columns, rowCount: this.#rowCount };
  }

  #column(index: number): number[] {
    return (this.#columns[index] ??= []);
  }

  /** Most values stand in many rows: the same value is made into text once. */
  #valuePlace(value: unknown): number {
    if (typeof value === "object" && value !== null) return this.#place(this.#valueText(value));
    const known = this.#valuePlaces.get(value);
    if (known !== undefined) return known;
    const place = this.#place(this.#valueText(value));
    this.#valuePlaces.set(value, place);
    return place;
  }

  #place(text: Text): number {
    const key = keyOf(text);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#texts.length;
    this.#texts.push(embeddedText(text));
    this.#places.set(key, place);
    return place;
  }
}

/** One key for what is embedded alike: a single run of the log is its text, other runs begin with NUL and their kind. */
function keyOf(text: Text): string {
  const [first] = text;
  if (first === undefined) return "";
  if (text.length === 1 && first.kind === "log") return first.text;
  let key = "";
  for (const { kind, text: part } of text) key += `\0${kindLetters[kind]}${part}`;
  return key;
}

function embeddedText(text: Text): EmbeddedText {
  const [first] = text;
  if (first === undefined) return "";
  if (text.length === 1 && first.kind === "log") return first.text;
  return text.flatMap((run) => [kindLetters[run.kind], run.text]);
}
