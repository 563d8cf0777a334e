/** Gives `; did you mean "expires"?` where a known word is close to what was written, else nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const word = closest(written, known);
  return word === null ? "" : `; did you mean ${JSON.stringify(word)}?`;
}

function closest(written: string, known: readonly string[]): string | null {
  // A long text is no slip of the finger.
  if (written.length > 64) return null;
  const most = Math.max(1, Math.floor(written.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const word of known) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase());
    if (distance < least || (distance === least && best !== null && word.length < best.length)) {
      least = distance;
      best = word;
    }
  }
  return best;
}

/** Letters put in, taken out, replaced, or exchanged with their neighbour. */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const current = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let least = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return previous[other.length] ?? 0;
}
