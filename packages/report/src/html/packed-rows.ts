import { zlibSync } from "fflate";
import type { RegisterData } from "./register-view.js";

/**
 * Packs a register for the page's script (`templates/script/row-store.js` unpacks it).
 *
 * Layout, before compression as a zlib stream (RFC 1950): the length of a JSON text as four bytes, low byte first; that
 * text in UTF-8, with everything but the columns; then each column's places in the list of texts, one number a row. A
 * number is the difference from the one before (0 at first), zigzag-coded, seven bits a byte, low bits first, the high bit
 * set when more follow: a column where every text is new costs next to nothing. The compressor is the one of the PDF,
 * which gives the same bytes on every machine.
 */
export function packRegister({ columns, ...rest }: RegisterData): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(rest));
  const body = columns.map(packColumn);
  const whole = new Uint8Array(4 + head.length + body.reduce((sum, { length }) => sum + length, 0));
  new DataView(whole.buffer).setUint32(0, head.length, true);
  whole.set(head, 4);
  let at = 4 + head.length;
  for (const bytes of body) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return zlibSync(whole, { level: 6 });
}

/** A difference of two places has at most 32 bits when zigzag-coded: five bytes. */
const mostBytes = 5;

function packColumn(places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(places.length * mostBytes);
  let length = 0;
  let before = 0;
  for (const place of places) {
    const difference = place - before;
    before = place;
    let left = ((difference << 1) ^ (difference >> 31)) >>> 0;
    while (left > 127) {
      bytes[length++] = (left & 127) | 128;
      left >>>= 7;
    }
    bytes[length++] = left;
  }
  return bytes.subarray(0, length);
}
