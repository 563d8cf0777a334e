import type { TextRun } from "../../document/report-document.js";
import { palette } from "../palette.js";
import { levelsOf } from "./direction.js";
import type { Face, Faces } from "./faces.js";
import type { TextStyle } from "./text-style.js";

/** A stretch of text in one face, size and colour that is drawn in one go. */
export interface Fragment {
  readonly text: string;
  readonly face: Face;
  readonly size: number;
  readonly colour: string;
  /** Tracking in points. */
  readonly tracking: number;
  readonly width: number;
  /** Fragments of one run, which keep their own order against right-to-left neighbours. */
  readonly run: number;
  /** Direction as in the Unicode bidi algorithm: odd is right to left. */
  readonly level: number;
  /** The character that no face has; the text is then its code point, drawn in a box. */
  readonly boxed?: string;
  readonly underlined?: boolean;
  readonly struck?: boolean;
}

const monoShare = 0.91;
const boxPadding = 2;
const smallestText = 7;
/** Room on either side of the box of a character that no face has. */
export const boxMargin = 0.8;

/** Gives the style of a run within the style around it. */
export function runStyle(kind: TextRun["kind"], style: TextStyle): TextStyle {
  const isMono = style.face === "mono" || style.face === "monoMedium";
  switch (kind) {
    case "plain":
      return style;
    case "strong":
      return { ...style, face: "semibold", colour: palette.ink };
    case "muted":
      return { ...style, colour: palette.ink3 };
    case "none":
      return { ...style, face: "italic", colour: palette.ink2 };
    case "log":
    case "code":
      return isMono ? style : monoWithin(style, style.colour);
    case "escape":
      return isMono ? { ...style, colour: palette.ink3 } : monoWithin(style, palette.ink3);
  }
}

function monoWithin(style: TextStyle, colour: string): TextStyle {
  const heavy = style.face === "medium" || style.face === "semibold";
  return { ...style, face: heavy ? "monoMedium" : "mono", size: style.size * monoShare, colour, tracking: -0.01 };
}

/** Splits a text into fragments: by direction, and by the first face that has each character. */
export function fragmentsOf(
  faces: Faces,
  text: string,
  style: TextStyle,
  run: number,
  levels: readonly number[],
): Fragment[] {
  const fragments: Fragment[] = [];
  let open: { face: Face; level: number; text: string } | undefined;
  const close = () => {
    if (open !== undefined) fragments.push(fragment(faces, open.text, open.face, style, run, open.level));
    open = undefined;
  };
  let index = 0;
  for (const character of text) {
    const level = levels[index] ?? 0;
    index += character.length;
    const face = faceFor(faces, style.face, character.codePointAt(0) ?? 0, open?.face);
    if (face === undefined) {
      close();
      fragments.push(boxFragment(faces, character, style, run, level));
    } else if (open !== undefined && open.face === face && open.level === level) {
      open.text += character;
    } else {
      close();
      open = { face, level, text: character };
    }
  }
  close();
  return fragments;
}

/** Gives the levels of a run's characters, by index into the string. */
export function runLevels(text: string): readonly number[] {
  return levelsOf(text);
}

/** Marks that join to the character before them stay in its face where it has them. */
const joining = /^[\p{M}\u200d]$/u;

function faceFor(faces: Faces, face: Face, codePoint: number, before: Face | undefined): Face | undefined {
  if (before !== undefined && joining.test(String.fromCodePoint(codePoint)) && faces.has(before, codePoint))
    return before;
  if (faces.has(face, codePoint)) return face;
  const mono = face === "mono" || face === "monoMedium";
  const chain: readonly Face[] = mono ? ["fallbackMono", "fallbackSans"] : ["fallbackSans", "fallbackMono"];
  return [...chain, ...faces.added].find((candidate) => faces.has(candidate, codePoint));
}

function fragment(faces: Faces, text: string, face: Face, style: TextStyle, run: number, level: number): Fragment {
  const tracking = (style.tracking ?? 0) * style.size;
  const width = faces.unitWidth(face, text) * style.size + tracking * Array.from(text).length;
  return { text, face, size: style.size, colour: style.colour, tracking, width, run, level };
}

function boxFragment(faces: Faces, character: string, style: TextStyle, run: number, level: number): Fragment {
  const text = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const size = Math.max(smallestText, style.size * 0.8);
  const width = faces.unitWidth("mono", text) * size + 2 * (boxPadding + boxMargin);
  return { text, face: "mono", size, colour: palette.ink2, tracking: 0, width, run, level, boxed: character };
}
