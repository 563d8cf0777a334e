/**
 * Compiles a pattern in which `*` stands for any characters, also none; all others stand for themselves.
 *
 * The test takes time that grows with the length of pattern plus text, whatever they hold: each piece between two stars is
 * searched once, from left to right, by Knuth, Morris and Pratt's method. Rules are written by users and log text by
 * attackers, so regular expressions are not offered.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  if (pieces.length === 1) return (text) => text === pattern;
  const last = pieces.at(-1) ?? "";
  const middle = pieces
    .slice(1, -1)
    .filter((piece) => piece !== "")
    .map((piece) => ({ piece, borders: bordersOf(piece) }));
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const { piece, borders } of middle) {
      at = endOf(piece, borders, text, at, end);
      if (at === -1) return false;
    }
    return true;
  };
}

/** For each prefix of a piece: the length of the longest part that both begins and ends it. */
function bordersOf(piece: string): readonly number[] {
  const borders = [0];
  let length = 0;
  for (let i = 1; i < piece.length; i++) {
    while (length > 0 && piece.charCodeAt(i) !== piece.charCodeAt(length)) length = borders[length - 1] ?? 0;
    if (piece.charCodeAt(i) === piece.charCodeAt(length)) length++;
    borders.push(length);
  }
  return borders;
}

/** Where the first occurrence of `piece` within [from, end) ends; -1 where there is none. */
function endOf(piece: string, borders: readonly number[], text: string, from: number, end: number): number {
  let matched = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    while (matched > 0 && piece.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (piece.charCodeAt(matched) === code) matched++;
    if (matched === piece.length) return i + 1;
  }
  return -1;
}
