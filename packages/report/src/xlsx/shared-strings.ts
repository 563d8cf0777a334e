import { textElement } from "./cell-text.js";

/** Beyond these limits texts are written into their cells instead: memory stays bounded whatever the log says. */
const maxEntries = 100_000;
const maxCharacters = 8_000_000;
const maxLength = 256;

/** After so many new texts a column is looked at: one whose texts hardly repeat is not shared any more. */
const trialLength = 1_000;

/** What was seen of a column so far. */
interface Trial {
  added: number;
  found: number;
}

/** Gives the place of a text of one column in the table; null when the cell has to hold it itself. */
export type PlaceOf = (text: string) => number | null;

/**
 * The workbook's table of texts that stand in more than one cell. It keeps the sheets small: users, verbs and namespaces
 * repeat in nearly every row, ids in none.
 */
export class SharedStrings {
  readonly #places = new Map<string, number>();
  readonly #trials = new Map<string, Trial>();
  #characters = 0;

  /** Gives what places a column's texts; columns of one name, in whatever sheet, are looked at as one. */
  column(name: string): PlaceOf {
    const trial = this.#trials.get(name) ?? { added: 0, found: 0 };
    this.#trials.set(name, trial);
    return (text) => this.#placeOf(trial, text);
  }

  #placeOf(trial: Trial, text: string): number | null {
    if (text.length > maxLength) return null;
    if (trial.added >= trialLength && trial.found < trial.added) return null;
    const known = this.#places.get(text);
    if (known !== undefined) {
      trial.found += 1;
      return known;
    }
    if (this.#places.size >= maxEntries || this.#characters + text.length > maxCharacters) return null;
    trial.added += 1;
    this.#characters += text.length;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  /** Gives `xl/sharedStrings.xml` in pieces. */
  *xml(): Generator<string> {
    yield `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="${this.#places.size}">`;
    for (const text of this.#places.keys()) yield `<si>${textElement(text)}</si>`;
    yield "</sst>";
  }
}
