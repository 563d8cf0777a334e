import { isUtf8 } from "node:buffer";

/** Bytes of a name as text: UTF-8 where they are that. */
export function nameText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
}
