/** Whether a text fits a pattern. */
export type TextMatcher = (text: string) => boolean;

/**
 * Gives the matcher of a pattern: `*` stands for any characters, also none; everything else for itself. There is no other
 * syntax, and matching takes time in proportion to the lengths, whatever the pattern (no regular expressions of users).
 */
function matcherOf(pattern: string): TextMatcher {
  const pieces = pattern.split("*");
  if (pieces.length === 1) return (text) => text === pattern;
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Gives the matcher of a list of patterns: one of them has to fit. No list fits everything; an empty one nothing. */
export function anyOf(patterns: readonly string[] | undefined): TextMatcher {
  if (patterns === undefined) return () => true;
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const globs = patterns.filter((pattern) => pattern.includes("*")).map(matcherOf);
  return (text) => exact.has(text) || globs.some((matches) => matches(text));
}

/** Whether a pattern fits every text. */
export function fitsEverything(pattern: string): boolean {
  return pattern !== "" && pattern.replaceAll("*", "") === "";
}
