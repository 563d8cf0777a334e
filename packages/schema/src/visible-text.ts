import { isCombining, isInvisible, isPicture } from "./invisible-characters.js";

/** A piece of a text made visible: `text` can be shown as it is, `escape` stands for something that cannot. */
export interface TextRun {
  readonly kind: "text" | "escape";
  readonly text: string;
}

/** How {@link visibleText} and {@link visibleString} show a text. */
export interface VisibleTextOptions {
  /** Show at most this many characters (code points), then how many more there are. Default: all. */
  readonly maxCharacters?: number;
}

/** Three are enough for every language; more of them pile up over the neighbouring lines. */
const maxCombiningMarks = 3;

const space = 0x20;
const zeroWidthJoiner = 0x200d;
const keycap = 0x20e3;

/** Nothing in it needs attention: printable ASCII that neither begins nor ends with a space. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * Makes text that an attacker may have written safe and honest to show to people. Never throws.
 *
 * Escapes stand for control characters (`\n`, `\t`, `\r`, else `\x1b`), and as `U+202E` for bidirectional controls,
 * zero-width and other invisible characters, spaces other than the ordinary one, line separators, tag characters,
 * variation selectors, private-use characters, surrogates that stand alone, spaces at the beginning and the end, and
 * combining marks that have no letter or pile up. Letters of every script stay, and so do emoji with their joiners.
 * With `maxCharacters` the last run can be an escape such as `… 12 more characters`.
 *
 * Neighbouring runs differ in kind or are both escapes; one escape run stands for one character. It is up to the
 * renderer to escape for its own format (HTML, PDF, spreadsheet formulas), to keep repeated spaces, and to isolate
 * right-to-left text (`<bdi>`).
 */
export function visibleText(text: string, options: VisibleTextOptions = {}): readonly TextRun[] {
  const limit = options.maxCharacters ?? Number.POSITIVE_INFINITY;
  if (text.length <= limit && plain.test(text)) return [{ kind: "text", text }];

  const leading = countSpaces(text, 0, 1);
  const trailing = text.length - countSpaces(text, text.length - 1, -1);
  const runs: TextRun[] = [];
  let kept = "";
  let previous = none;
  let marks = maxCombiningMarks;
  let shown = 0;
  let at = 0;
  while (at < text.length && shown < limit) {
    const codePoint = text.codePointAt(at)!;
    const next = at + (codePoint > 0xffff ? 2 : 1);
    marks = isCombining(codePoint) ? marks + 1 : codePoint === space ? maxCombiningMarks : 0;
    const isVisible = isInvisible(codePoint)
      ? joinsPicture(codePoint, previous, text.codePointAt(next) ?? none)
      : marks <= maxCombiningMarks && !(codePoint === space && (at < leading || at >= trailing));
    if (isVisible) {
      kept += text.slice(at, next);
      previous = codePoint;
    } else {
      if (kept !== "") runs.push({ kind: "text", text: kept });
      kept = "";
      runs.push({ kind: "escape", text: escapeOf(codePoint) });
      previous = none;
      // A mark that follows has nothing to stand on.
      marks = maxCombiningMarks;
    }
    at = next;
    shown++;
  }
  if (kept !== "") runs.push({ kind: "text", text: kept });
  const more = countCodePoints(text, at);
  if (more > 0) runs.push({ kind: "escape", text: `… ${more} more ${more === 1 ? "character" : "characters"}` });
  return runs;
}

/**
 * Gives {@link visibleText} as one string, for terminals, plain-text files and messages.
 *
 * A single backslash always begins an escape (`\n`, `\x1b`, `\u{202E}` for `U+202E`, `\… 12 more characters`), and a
 * backslash of the input is doubled, as in JSON: the text can be read back from it, so no input can pass for the escape
 * of another.
 */
export function visibleString(text: string, options: VisibleTextOptions = {}): string {
  let joined = "";
  for (const run of visibleText(text, options)) {
    if (run.kind === "text") joined += run.text.replaceAll("\\", "\\\\");
    else if (run.text.startsWith("U+")) joined += `\\u{${run.text.slice(2)}}`;
    else joined += run.text.startsWith("\\") ? run.text : `\\${run.text}`;
  }
  return joined;
}

const none = -1;

function countSpaces(text: string, from: number, step: 1 | -1): number {
  let at = from;
  while (text[at] === " ") at += step;
  return Math.abs(at - from);
}

function countCodePoints(text: string, from: number): number {
  let count = 0;
  for (let at = from; at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}

/** Emoji are sequences: a joiner between two pictures, and a selector of the coloured or plain form, belong to them. */
function joinsPicture(codePoint: number, previous: number, next: number): boolean {
  if (codePoint === zeroWidthJoiner) return (isPicture(previous) || isEmojiSelector(previous)) && isPicture(next);
  if (!isEmojiSelector(codePoint)) return false;
  return isPicture(previous) || (isKeycapBase(previous) && next === keycap);
}

function isEmojiSelector(codePoint: number): boolean {
  return codePoint === 0xfe0e || codePoint === 0xfe0f;
}

function isKeycapBase(codePoint: number): boolean {
  return codePoint === 0x23 || codePoint === 0x2a || (codePoint >= 0x30 && codePoint <= 0x39);
}

function escapeOf(codePoint: number): string {
  if (codePoint === 0x09) return "\\t";
  if (codePoint === 0x0a) return "\\n";
  if (codePoint === 0x0d) return "\\r";
  const digits = codePoint.toString(16);
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return `\\x${digits.padStart(2, "0")}`;
  return `U+${digits.toUpperCase().padStart(4, "0")}`;
}
