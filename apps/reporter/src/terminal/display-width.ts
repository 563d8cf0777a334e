const printableAscii = /^[\x20-\x7e]*$/;
/** Marks that sit on the character before them, and format characters. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), and what is drawn as an emoji. */
const doubleWidth =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]$/u;

function characterWidth(character: string): number {
  if (character >= " " && character <= "~") return 1;
  if (zeroWidth.test(character)) return 0;
  return doubleWidth.test(character) ? 2 : 1;
}

/** Gives how many terminal columns a text takes. It must hold no control characters. */
export function displayWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Takes characters from the start until the next one would not fit. Marks stay with their character. */
function takeStart(characters: readonly string[], width: number): string {
  let taken = "";
  let used = 0;
  for (const character of characters) {
    used += characterWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

/** Takes characters from the end; a mark whose character did not fit is left out with it. */
function takeEnd(characters: readonly string[], width: number): string {
  let used = 0;
  let first = characters.length;
  for (let at = characters.length - 1; at >= 0; at--) {
    const own = characterWidth(characters[at] as string);
    if (used + own > width) break;
    used += own;
    if (own > 0) first = at;
  }
  return characters.slice(first).join("");
}

/**
 * Shortens a text to at most `width` columns by leaving out its middle, so that a name keeps its beginning and its end:
 * `external-sec…operator`. `mark` (one column wide) stands for what was left out.
 */
export function cutMiddle(text: string, width: number, mark = "…"): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 1) return mark;
  const characters = [...text];
  const start = takeStart(characters, Math.ceil((width - 1) / 2));
  return start + mark + takeEnd(characters, width - 1 - displayWidth(start));
}
