import { visibleText } from "@kaudit/schema";
import type { Text, TextRun } from "./report-document.js";

/** Our own words. */
export function plain(text: string): TextRun {
  return { kind: "plain", text };
}

/** Our own words that open a line or carry its point. */
export function strong(text: string): TextRun {
  return { kind: "strong", text };
}

/** Our own words that stand back. */
export function muted(text: string): TextRun {
  return { kind: "muted", text };
}

/** A literal of our own: a file of the pack, a field, a hash. */
export function code(text: string): TextRun {
  return { kind: "code", text };
}

/** Words for something that was looked for and is absent: "no identity". */
export function absent(text: string): TextRun {
  return { kind: "none", text };
}

/** How many characters of one value a document shows; the whole value stands in the register's file. */
const shownCharacters = 240;

/**
 * Gives text from the log, made visible: characters that cannot be seen or would act (control characters, bidi overrides,
 * zero-width characters) become `escape` runs. A value longer than `limit` is cut and says by how much.
 */
export function logText(value: string, limit: number = shownCharacters): Text {
  return visible(value, "log", limit);
}

/** Gives text from outside in the words' own face: a cluster's name, a sentence that may quote. */
export function outsideText(value: string, limit: number = shownCharacters): Text {
  return visible(value, "plain", limit);
}

function visible(value: string, kind: "log" | "plain", limit: number): Text {
  return visibleText(value, { maxCharacters: limit }).map((run): TextRun => {
    if (run.kind === "text") return { kind, text: run.text };
    // What was cut off is told in words; an escape of the log never begins like this.
    return { kind: run.text.startsWith("… ") ? "muted" : "escape", text: run.text };
  });
}

/** Joins texts with a separator of our own. */
export function joined(texts: readonly Text[], separator: string): Text {
  return texts.flatMap((text, index) => (index === 0 ? text : [plain(separator), ...text]));
}

/** Gives the characters of a text without their kinds. */
export function textOf(text: Text): string {
  return text.map((run) => run.text).join("");
}
