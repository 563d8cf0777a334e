import type { Text } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import type { Faces } from "./faces.js";
import { fragmentsOf, runLevels, runStyle, type Fragment } from "./fragments.js";
import type { TextStyle } from "./text-style.js";

/** One line of a text. */
export interface Line {
  readonly fragments: readonly Fragment[];
  readonly width: number;
}

/** How a text is wrapped. */
export interface WrapOptions {
  /** Lines beyond this are cut, and the cut says so. */
  readonly maxLines?: number;
  readonly underlined?: boolean;
  readonly struck?: boolean;
}

/** Text between two places where a line may break, and the space before it. */
interface Piece {
  readonly fragments: Fragment[];
  width: number;
  /** The space that stands before the piece unless it begins a line. */
  readonly space: Fragment | undefined;
}

/**
 * Breaks a text into lines no wider than `width`. Names break after `:` and `/`; only a part that alone is wider than the
 * line breaks after `-` `.` `_` `@` `,` `=`, and only then anywhere. No hyphen is added, so copied text stays exact.
 */
export function wrapText(
  faces: Faces,
  text: Text,
  style: TextStyle,
  width: number,
  options: WrapOptions = {},
): readonly Line[] {
  const lines = fill(faces, pieces(faces, text, style, options), width);
  const most = options.maxLines;
  if (most === undefined || lines.length <= most) return lines;
  return cut(faces, lines, style, width, most);
}

/** Gives the width a text needs on one line. */
export function textWidth(faces: Faces, text: Text, style: TextStyle): number {
  return pieces(faces, text, style, {}).reduce((sum, piece) => sum + (piece.space?.width ?? 0) + piece.width, 0);
}

/**
 * Gives the lines of a title with their lengths evened out: as few lines as fit, each about as long as the others.
 */
export function wrapBalanced(faces: Faces, text: Text, style: TextStyle, width: number): readonly Line[] {
  const fewest = wrapText(faces, text, style, width).length;
  let low = width / fewest / 2;
  let high = width;
  while (high - low > 2) {
    const middle = (low + high) / 2;
    if (wrapText(faces, text, style, middle).length > fewest) low = middle;
    else high = middle;
  }
  return wrapText(faces, text, style, high);
}

/** Gives the width of the widest stretch of a text that has no place to break. */
export function widestPiece(faces: Faces, text: Text, style: TextStyle): number {
  return Math.max(0, ...pieces(faces, text, style, {}).map((piece) => piece.width));
}

/** A stretch of a text that has no place to break, and the space before it. */
export interface PieceWidth {
  readonly width: number;
  readonly space: number;
}

/** Gives the widths of the stretches between which a text may break. */
export function pieceWidths(faces: Faces, text: Text, style: TextStyle): readonly PieceWidth[] {
  return pieces(faces, text, style, {}).map(({ width, space }) => ({ width, space: space?.width ?? 0 }));
}

/** A literal of our own that is no longer than this is never broken. */
const longestUnbrokenCode = 34;

function pieces(faces: Faces, text: Text, style: TextStyle, options: WrapOptions): Piece[] {
  const result: Piece[] = [];
  let space: Fragment | undefined;
  let joins = false;
  text.forEach((run, index) => {
    const own = runStyle(run.kind, style);
    const literal = run.kind === "log" || (run.kind === "code" && run.text.length > longestUnbrokenCode);
    const levels = runLevels(run.text);
    const bound = run.kind === "plain" || run.kind === "strong" ? boundSpaces(run.text) : noBoundSpaces;
    let at = 0;
    for (const token of run.text.match(/ +|[^ ]+/g) ?? []) {
      const start = at;
      at += token.length;
      if (token.startsWith(" ")) {
        space = fragmentsOf(faces, token, own, index, levels.slice(start)).map((item) => decorated(item, options))[0];
        const last = result.at(-1);
        joins = space !== undefined && last !== undefined && bound.has(start);
        if (joins && space !== undefined && last !== undefined) {
          append(last, [space]);
          space = undefined;
        }
        continue;
      }
      let offset = start;
      for (const part of literal ? softParts(token) : [token]) {
        const fragments = fragmentsOf(faces, part, own, index, levels.slice(offset)).map((item) =>
          decorated(item, options),
        );
        offset += part.length;
        const last = result.at(-1);
        if (joins && last !== undefined) append(last, fragments);
        else result.push({ fragments, width: widthOf(fragments), space });
        space = undefined;
        joins = !/[:/]$/.test(part) || !literal;
      }
    }
  });
  return result;
}

const noBoundSpaces: ReadonlySet<number> = new Set();

/** Where a line must not break: between a number and its noun, and within "3 of 24". */
function boundSpaces(text: string): ReadonlySet<number> {
  return new Set(
    Array.from(
      text.matchAll(/(?<=\d) (?=[a-z(])|(?<=\bof) (?=\d)|(?<=[+=]) (?=\d)|(?<=\d) (?=[A-Z][a-z]+)/g),
      (match) => match.index,
    ),
  );
}

/** Cuts a name after each `:` and `/`. */
function softParts(token: string): readonly string[] {
  return token.match(/[^:/]*[:/]+|[^:/]+$/g) ?? [token];
}

function decorated(item: Fragment, options: WrapOptions): Fragment {
  if (options.underlined !== true && options.struck !== true) return item;
  return { ...item, underlined: options.underlined === true, struck: options.struck === true };
}

function append(piece: Piece, fragments: readonly Fragment[]): void {
  piece.fragments.push(...fragments);
  piece.width += widthOf(fragments);
}

function widthOf(fragments: readonly Fragment[]): number {
  return fragments.reduce((sum, item) => sum + item.width, 0);
}

function fill(faces: Faces, all: readonly Piece[], width: number): Line[] {
  const lines: Line[] = [];
  let line: Fragment[] = [];
  let used = 0;
  const close = () => {
    if (line.length > 0) lines.push({ fragments: line, width: used });
    line = [];
    used = 0;
  };
  const put = (piece: Piece) => {
    const space = line.length === 0 ? undefined : piece.space;
    if (line.length > 0 && used + (space?.width ?? 0) + piece.width > width + 0.01) {
      close();
      line.push(...piece.fragments);
      used = piece.width;
      return;
    }
    if (space !== undefined) line.push(space);
    line.push(...piece.fragments);
    used += (space?.width ?? 0) + piece.width;
  };
  for (const piece of all) {
    if (piece.width <= width + 0.01) put(piece);
    else for (const part of harderParts(faces, piece, width)) put(part);
  }
  close();
  return lines.length === 0 ? [{ fragments: [], width: 0 }] : lines;
}

/** Cuts a piece that is wider than the line: after punctuation of names, then anywhere. */
function harderParts(faces: Faces, piece: Piece, width: number): readonly Piece[] {
  const parts: Piece[] = [];
  piece.fragments.forEach((item, index) => {
    const space = index === 0 ? piece.space : undefined;
    if (item.boxed !== undefined) {
      parts.push({ fragments: [item], width: item.width, space });
      return;
    }
    const names = item.text.match(/[^-._@,=:/]*[-._@,=:/]+|[^-._@,=:/]+$/g) ?? [item.text];
    let first = true;
    for (const name of names) {
      const whole = resized(faces, item, name);
      const cuts =
        whole.width <= width ? [whole] : characters(name).map((character) => resized(faces, item, character));
      for (const fragment of cuts) {
        parts.push({ fragments: [fragment], width: fragment.width, space: first ? space : undefined });
        first = false;
      }
    }
  });
  return merged(faces, parts, width);
}

/** Graphemes, so that a mark never leaves its letter. */
function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), (part) => part.segment);
}

/** Joins single characters of one fragment again as far as a line holds them, so that they are drawn in one go. */
function merged(faces: Faces, parts: readonly Piece[], width: number): readonly Piece[] {
  const result: Piece[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    const before = last?.fragments.at(-1);
    const item = part.fragments[0];
    const same =
      before !== undefined &&
      item !== undefined &&
      before.boxed === undefined &&
      item.boxed === undefined &&
      before.face === item.face &&
      before.run === item.run &&
      before.level === item.level &&
      part.space === undefined;
    if (last !== undefined && same && Array.from(item.text).length === 1 && last.width + part.width <= width) {
      const joined = resized(faces, before, before.text + item.text);
      last.fragments.splice(-1, 1, joined);
      last.width = widthOf(last.fragments);
    } else {
      result.push({ fragments: [...part.fragments], width: part.width, space: part.space });
    }
  }
  return result;
}

function resized(faces: Faces, item: Fragment, text: string): Fragment {
  const width = faces.unitWidth(item.face, text) * item.size + item.tracking * Array.from(text).length;
  return { ...item, text, width };
}

/** Keeps `most` lines; the last one says how many characters are missing. */
function cut(faces: Faces, lines: readonly Line[], style: TextStyle, width: number, most: number): readonly Line[] {
  const kept = lines.slice(0, Math.max(1, most - 1));
  const missing = lines.slice(kept.length).reduce((sum, line) => sum + lengthOf(line), 0);
  const note: Text = [{ kind: "muted", text: `… ${formatCount(missing)} more characters` }];
  const noteLines = fill(faces, pieces(faces, note, style, {}), width);
  return [...kept, ...noteLines];
}

function lengthOf(line: Line): number {
  return line.fragments.reduce((sum, item) => sum + (item.boxed === undefined ? Array.from(item.text).length : 1), 0);
}
