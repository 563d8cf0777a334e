/** Tells whether a path holds characters that mean something in a glob. */
export function isGlob(path: string): boolean {
  return /[*?[\]{}!()]/.test(path);
}
