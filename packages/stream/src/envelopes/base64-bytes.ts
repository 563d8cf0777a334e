/**
 * Gives the bytes of base64 text, also of its URL-safe form and with white space in it; undefined for text that is not
 * base64. Runs without Node.
 */
export function base64Bytes(text: string): Uint8Array | undefined {
  let decoded: string;
  try {
    decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(decoded.length);
  for (let at = 0; at < decoded.length; at++) bytes[at] = decoded.charCodeAt(at);
  return bytes;
}
