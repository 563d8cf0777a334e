import type { EnvelopeContent } from "./envelope.js";

/** Gives the bytes that a base64 field holds as a file of its own, perhaps compressed; rejected if it is no base64. */
export function base64Content(field: string, text: string): EnvelopeContent {
  const bytes = bytesOfBase64(text);
  if (bytes === undefined) return { kind: "rejected", reason: "not-json", detail: `${field}: expected base64` };
  return { kind: "bytes", bytes };
}

/** Standard or URL-safe alphabet, with or without padding. No `Buffer`, which reads anything and browsers lack. */
function bytesOfBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
