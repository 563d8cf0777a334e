import { displayWidth } from "./display-width.js";

/**
 * Breaks text at spaces into lines of at most `width` columns; each begins with `indent`. A word that is longer stands on
 * a line of its own, uncut: paths and names are copied from here.
 */
export function wrapText(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const isFirst = line === indent;
    if (!isFirst && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
