import { visibleString } from "@kaudit/schema";

/** A cell holds no more characters (Excel specifications and limits: "Total number of characters that a cell can contain"). */
export const maxCellCharacters = 32_767;

/** A text that fits into a cell, and whether something had to be cut off. */
export interface CellText {
  readonly text: string;
  readonly isCut: boolean;
}

/** Cuts a text to what a cell can hold; the cut is written at its end. A character is never halved. */
export function fittingText(text: string): CellText {
  if (text.length <= maxCellCharacters) return { text, isCut: false };
  const roomForNote = 60;
  let end = maxCellCharacters - roomForNote;
  if (/[\ud800-\udbff]/.test(text[end - 1] ?? "")) end -= 1;
  return { text: `${text.slice(0, end)} … [cut: ${text.length - end} more characters]`, isCut: true };
}

const special = /[&<>"\t\r\n]/g;
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\r": "&#13;",
  "\n": "&#10;",
};

/** What XML 1.0 has no place for, not even escaped (2.2, Char), and control characters that it advises against. */
const notXml = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu;

/** Spreadsheet programs read `_x0041_` as the character U+0041 (ECMA-376 Part 1, 22.9.2.19, ST_Xstring). */
const escapeLike = /_(?=x[0-9A-Fa-f]{4}_)/g;

/** Gives a text as XML character data or attribute value: characters that XML cannot hold are made visible. */
export function xmlText(text: string): string {
  if (!/[^ !#-%'-;=?-~]/.test(text)) return text;
  return text
    .replace(notXml, (character) => visibleString(character))
    .replace(special, (character) => entities[character] ?? "");
}

/** Gives a text as the content of a cell's `<t>`. */
function cellXml(text: string): string {
  return xmlText(text.includes("_x") ? text.replace(escapeLike, "_x005F_") : text);
}

/** White space at the ends is kept only where `xml:space` says so. */
export function textElement(text: string): string {
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : "";
  return `<t${space}>${cellXml(text)}</t>`;
}
