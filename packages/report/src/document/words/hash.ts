/** Gives the first 16 hex digits of a hash in groups of four, to be compared by eye: "5f0c 9a1e 77b2 04d8". */
export function formatHash(hash: string): string {
  return (hash.slice(0, 16).match(/.{1,4}/g) ?? []).join(" ");
}
