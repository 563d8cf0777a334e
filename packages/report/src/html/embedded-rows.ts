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
  readonly #rows: number[][] = [];

  get size(): number {
    return this.#rows.length;
  }

  add(texts: readonly Text[]): void {
    this.#rows.push(texts.map((text) => this.#place(text)));
  }

  build(): EmbeddedRows {
    return { texts: this.#texts, rows: this.#rows };
  }

  #place(text: Text): number {
    const embedded = embeddedText(text);
    const key = typeof embedded === "string" ? embedded : `\0${embedded.join("\0")}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#texts.length;
    this.#texts.push(embedded);
    this.#places.set(key, place);
    return place;
  }
}

function embeddedText(text: Text): EmbeddedText {
  const [first] = text;
  if (first === undefined) return "";
  if (text.length === 1 && first.kind === "plain") return first.text;
  return text.flatMap((run) => [kindLetters[run.kind], run.text]);
}
