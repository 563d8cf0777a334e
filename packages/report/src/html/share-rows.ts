/**
 * Shares `most` rows among registers of the given sizes: each gets all of its rows or an equal part, and what small ones
 * leave goes to the large ones. Gives one number a register, in their order; they add up to at most `most`.
 */
export function shareRows(sizes: readonly number[], most: number): readonly number[] {
  const shares = sizes.map(() => 0);
  const smallestFirst = sizes.map((_, index) => index).toSorted((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0) || a - b);
  let left = most;
  smallestFirst.forEach((index, done) => {
    const share = Math.min(sizes[index] ?? 0, Math.floor(left / (sizes.length - done)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}
