import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Gives the SHA-256 of a text's UTF-8 form, in hex. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Gives the SHA-256 of a text's UTF-8 form. */
export function sha256Bytes(text: string): Uint8Array {
  return sha256(utf8ToBytes(text));
}

/** Gives the SHA-256 of bytes that a text holds one a character, in hex. */
export function byteTextSha256(bytes: string): string {
  return bytesToHex(sha256(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
}

/** Takes text in pieces and gives the SHA-256 of all of it, in hex. */
export function createTextHash(): { update(text: string): void; hex(): string } {
  const hash = sha256.create();
  return {
    update(text) {
      hash.update(utf8ToBytes(text));
    },
    hex: () => bytesToHex(hash.digest()),
  };
}
