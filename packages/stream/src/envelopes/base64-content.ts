import { base64Bytes } from "./base64-bytes.js";
import type { EnvelopeContent } from "./envelope.js";

/** Gives the bytes that a base64 field holds as a file of its own, perhaps compressed; rejected if it is no base64. */
export function base64Content(field: string, text: string): EnvelopeContent {
  const bytes = base64Bytes(text);
  if (bytes === undefined) return { kind: "rejected", reason: "not-json", detail: `${field}: expected base64` };
  return { kind: "bytes", bytes };
}
