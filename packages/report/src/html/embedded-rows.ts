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

/** A text in the data: a string is one plain run; else kind and text alternate. */
export type EmbeddedText = string | readonly string[];

/** Rows for the page's script: every different text once, the rows as places in that list. */
export interface EmbeddedRows {
  readonly texts: readonly EmbeddedText[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * Collects rows of texts as the data that the page's script draws.
 *
 * Actors, verbs, user agents and outcomes repeat, so each different text is kept once; a row of 35 texts then costs
 * about 300 bytes.
 */
export class EmbeddedRowsBuilder {
  readonly #texts: EmbeddedText[] = [];
  readonly #places = new Map<string, number>();
  readonly #valuePlaces = new Map<unknown, number>();
  readonly #valueText: (value: unknown) => Text;
  readonly #rows: number[][] = [];

  /** `valueText`: how a value of a row is shown among all columns. */
  constructor(valueText: (value: unknown) => Text) {
    this.#valueText = valueText;
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Adds a row: the texts of its cells, then the values of all its columns. */
  add(cells: readonly Text[], values: readonly unknown[]): void {
    const row = cells.map((text) => this.#place(text));
    for (const value of values) row.push(this.#valuePlace(value));
    this.#rows.push(row);
  }

  build(): EmbeddedRows {
    return { texts: this.#texts, rows: this.#rows };
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

/** One key for what is embedded alike: a single plain run is its text, other runs begin with NUL and their kind. */
function keyOf(text: Text): string {
  const [first] = text;
  if (first === undefined) return "";
  if (text.length === 1 && first.kind === "plain") return first.text;
  let key = "";
  for (const { kind, text: part } of text) key += `\0${kindLetters[kind]}${part}`;
  return key;
}

function embeddedText(text: Text): EmbeddedText {
  const [first] = text;
  if (first === undefined) return "";
  if (text.length === 1 && first.kind === "plain") return first.text;
  return text.flatMap((run) => [kindLetters[run.kind], run.text]);
}
