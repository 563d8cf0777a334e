import { goQuote } from "./go-text.js";
import { failAt } from "./loading-failure.js";
import { maxDepth } from "./policy-value.js";
import type { PolicyField, PolicyTree, PolicyValue, Position } from "./policy-value.js";
import { createPositionFinder } from "./text-position.js";

const jsonPrefix = "failed decoding: couldn't get version/kind; json parse error: ";

/**
 * Reads `text` as JSON, the way Go's `encoding/json` does: no comments, no trailing commas, nothing after the value,
 * and duplicate keys kept in order. Throws a `LoadingFailure` with the words of Go's scanner.
 */
export function readJsonTree(text: string): PolicyTree {
  const reader = new JsonReader(text);
  return { root: reader.readDocument(), duplicates: [] };
}

class JsonReader {
  readonly #text: string;
  readonly #position: (offset: number) => Position;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#position = createPositionFinder(text);
  }

  readDocument(): PolicyValue {
    const root = this.#readValue();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected("after top-level value");
    return root;
  }

  #readValue(): PolicyValue {
    this.#skipSpace();
    const start = this.#position(this.#at);
    const character = this.#text[this.#at];
    if (character === "{") return this.#nested(() => ({ ...start, kind: "map", fields: this.#readFields() }));
    if (character === "[") return this.#nested(() => ({ ...start, kind: "list", items: this.#readItems() }));
    if (character === '"') return { ...start, kind: "string", value: this.#readString() };
    if (character === "t") return this.#readWord("true", { ...start, kind: "bool", value: true });
    if (character === "f") return this.#readWord("false", { ...start, kind: "bool", value: false });
    if (character === "n") return this.#readWord("null", { ...start, kind: "null" });
    if (character !== undefined && /[-0-9]/.test(character)) return { ...start, kind: "number", text: this.#number() };
    throw this.#unexpected("looking for beginning of value");
  }

  #nested(read: () => PolicyValue): PolicyValue {
    this.#depth++;
    if (this.#depth > maxDepth) {
      throw failAt(
        "KAUDIT_POLICY_LIMIT",
        this.#position(this.#at),
        `The JSON is nested more than ${maxDepth} levels deep; a policy needs 6. Remove what is not part of the policy.`,
        "",
      );
    }
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #readFields(): PolicyField[] {
    const fields: PolicyField[] = [];
    this.#skipSpace();
    if (this.#take("}")) return fields;
    for (;;) {
      this.#skipSpace();
      const place = this.#position(this.#at);
      if (this.#text[this.#at] !== '"') throw this.#unexpected("looking for beginning of object key string");
      const key = this.#readString();
      this.#skipSpace();
      if (!this.#take(":")) throw this.#unexpected("after object key");
      fields.push({ ...place, key, value: this.#readValue() });
      this.#skipSpace();
      if (this.#take("}")) return fields;
      if (!this.#take(",")) throw this.#unexpected("after object key:value pair");
    }
  }

  #readItems(): PolicyValue[] {
    const items: PolicyValue[] = [];
    this.#skipSpace();
    if (this.#take("]")) return items;
    for (;;) {
      items.push(this.#readValue());
      this.#skipSpace();
      if (this.#take("]")) return items;
      if (!this.#take(",")) throw this.#unexpected("after array element");
    }
  }

  /** A string from its opening quote on; lone surrogate escapes become U+FFFD, as in Go. */
  #readString(): string {
    const start = this.#at++;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(unit)) throw this.#unexpected("");
      if (unit < 0x20) throw this.#unexpected("in string literal");
      if (unit === 0x22) break;
      if (unit === 0x5c) this.#skipEscape();
      else this.#at++;
    }
    this.#at++;
    const value = JSON.parse(this.#text.slice(start, this.#at)) as string;
    return value.replaceAll(/\p{Surrogate}/gu, "\ufffd");
  }

  #skipEscape(): void {
    this.#at++;
    const character = this.#text[this.#at] ?? "";
    if (character === "u") {
      for (let digit = 0; digit < 4; digit++) {
        this.#at++;
        if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? "")) {
          throw this.#unexpected("in \\u hexadecimal character escape");
        }
      }
    } else if (character === "" || !'"\\/bfnrt'.includes(character)) {
      throw this.#unexpected("in string escape code");
    }
    this.#at++;
  }

  #readWord(word: string, value: PolicyValue): PolicyValue {
    for (let index = 0; index < word.length; index++) {
      if (this.#text[this.#at] !== word[index]) {
        throw this.#unexpected(`in literal ${word} (expecting '${word[index] ?? ""}')`);
      }
      this.#at++;
    }
    return value;
  }

  #number(): string {
    const start = this.#at;
    this.#take("-");
    if (!this.#take("0")) this.#digits("in numeric literal");
    if (this.#take(".")) this.#digits("after decimal point in numeric literal");
    if (this.#take("e") || this.#take("E")) {
      if (!this.#take("+")) this.#take("-");
      this.#digits("in exponent of numeric literal");
    }
    return this.#text.slice(start, this.#at);
  }

  #digits(context: string): void {
    if (!/^[0-9]$/.test(this.#text[this.#at] ?? "")) throw this.#unexpected(context);
    while (/^[0-9]$/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(context: string): Error {
    const place = this.#position(this.#at);
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) {
      return failAt(
        "KAUDIT_POLICY_SYNTAX",
        place,
        "The JSON ends in the middle of a value. Is the file complete?",
        `${jsonPrefix}unexpected end of JSON input`,
      );
    }
    // Go's scanner works on bytes, and shows the first one as the character of that number.
    const shown = String.fromCharCode(new TextEncoder().encode(String.fromCodePoint(code))[0] ?? 0);
    const quoted = shown === "'" ? "'\\''" : shown === '"' ? "'\"'" : `'${goQuote(shown).slice(1, -1)}'`;
    return failAt(
      "KAUDIT_POLICY_SYNTAX",
      place,
      `Not valid JSON: unexpected ${quoted} ${context}. A text that starts with "{" is read as JSON only, never as YAML.`,
      `${jsonPrefix}invalid character ${quoted} ${context}`,
    );
  }
}
