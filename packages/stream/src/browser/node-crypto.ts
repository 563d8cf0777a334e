import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Stands in for `hash` of `node:crypto`: SHA-256 in hex, which is all that reading asks for. */
export function hash(_algorithm: "sha256", data: string | Uint8Array, _encoding: "hex"): string {
  if (typeof data === "string") return bytesToHex(sha256(utf8ToBytes(data)));
  // Bytes of another frame or worker are no instances of this one's Uint8Array.
  return bytesToHex(sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
}
