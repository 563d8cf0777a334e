/** Long content is given in portions, so that progress shows and the signal is heeded. */
const portionBytes = 1 << 18;

/** Gives content that lies in memory, in portions of at most 256 KiB. */
export async function* contentBytes(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += portionBytes) yield piece.subarray(at, at + portionBytes);
  }
}
