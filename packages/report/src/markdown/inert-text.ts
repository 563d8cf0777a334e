import type { Text, TextRun } from "../document/report-document.js";

/** What Markdown, or GitHub's form of it, acts on: escaped with a backslash, or written as an entity. */
const acting = /[\\`*_[\]~|<>&]/g;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;" };

/**
 * What GitHub turns into a link, a mention or a picture although its characters are escaped, as it looks at the text only
 * afterwards: addresses, `@user`, `#1`, `GH-1`, commit hashes, `:smile:`, `$math$`. Only in code does it let them be.
 */
const linked = /@|:\/\/|www\.|#\d|\bGH-\d|:(?!\d\d:)[\w+-]+:|\b[0-9a-f]{7,40}\b|mailto:|xmpp:|\$/iu;

/** What begins a list, a heading, a quotation or a rule at the beginning of a line. */
const lineStart = /^(?:(\d{1,9})([.)])(?=\s|$)|([-+=#]))/;

/**
 * Gives a text as one line of Markdown (CommonMark and GitHub's form of it) in which nothing acts: no markup, HTML, link,
 * mention or picture. Text of the log stands in code spans; an invisible character of it is named outside of them, in
 * brackets, so that nothing in the log can pass for one. It has no `|`, and so fits a cell of a table.
 */
export function markdownText(text: Text): string {
  return joinedRuns(text).map(markdownRun).join("");
}

/** Gives a text as a paragraph, of which the beginning is no list, heading or rule either. */
export function markdownParagraph(text: Text): string {
  return markdownText(text).replace(lineStart, (all, digits: string | undefined, mark: string | undefined) =>
    digits === undefined ? `\\${all}` : `${digits}\\${mark}`,
  );
}

/** Gives our own words as Markdown. */
export function markdownWords(words: string): string {
  return markdownText([{ kind: "plain", text: words }]);
}

/** Neighbours of one kind are one run: two code spans side by side would be read as something else. */
function joinedRuns(text: Text): Text {
  const joined: TextRun[] = [];
  for (const run of text) {
    const kind = run.kind === "code" ? "log" : run.kind;
    const last = joined.at(-1);
    if (run.text === "") continue;
    if (last?.kind === kind && kind !== "escape") joined[joined.length - 1] = { kind, text: last.text + run.text };
    else joined.push({ kind, text: run.text });
  }
  return joined;
}

function markdownRun({ kind, text }: TextRun): string {
  switch (kind) {
    case "log":
    case "code":
      return codeSpan(text);
    case "escape":
      return `\\[${escaped(text)}\\]`;
    case "strong":
      return emphasised(text, "**");
    case "none":
      return emphasised(text, "*");
    case "plain":
    case "muted":
      return plainWords(text);
  }
}

/** Emphasis holds only where no blank stands inside of its marks. */
function emphasised(text: string, mark: string): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  return inner === "" ? text : `${before}${mark}${plainWords(inner)}${mark}${after}`;
}

function plainWords(text: string): string {
  return text
    .split(/(\s+)/u)
    .map((word) =>
      /^\s*$/u.test(word) ? word.replace(/\s+/gu, " ") : linked.test(word) ? codeSpan(word) : escaped(word),
    )
    .join("");
}

function escaped(text: string): string {
  return text.replace(acting, (character) => entities[character] ?? `\\${character}`);
}

/** A span is fenced by more backticks than it holds, and has no `|`, which would end a table's cell. */
function codeSpan(text: string): string {
  return text
    .split("|")
    .map((part) => (part === "" ? "" : fenced(part)))
    .join("&#124;");
}

function fenced(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  // One blank at each end is taken away again by the reader of a span that begins or ends with a backtick or blank.
  const pad = /^[` ]|[` ]$/.test(text) && text.trim() !== "" ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}
