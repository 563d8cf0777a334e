/**
 * Gives the text as Go would hold it: surrogates that stand alone, which no UTF-8 text can hold, become U+FFFD
 * (as Go's JSON decoder does).
 */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}

/**
 * Decodes UTF-8 as Go prints it: every byte that belongs to no valid sequence becomes one U+FFFD
 * (`TextDecoder` gives one for a whole truncated sequence instead).
 */
export function decodeUtf8AsGo(bytes: ArrayLike<number>): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    const length = sequenceLength(first);
    if (length === 1) {
      text += String.fromCharCode(first);
      at += 1;
    } else if (length > 0 && isSequence(bytes, at, length)) {
      let codePoint = first & (0xff >> (length + 1));
      for (let i = 1; i < length; i++) codePoint = (codePoint << 6) | (bytes[at + i]! & 0x3f);
      text += String.fromCodePoint(codePoint);
      at += length;
    } else {
      text += "\ufffd";
      at += 1;
    }
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function isSequence(bytes: ArrayLike<number>, at: number, length: number): boolean {
  if (at + length > bytes.length) return false;
  const first = bytes[at]!;
  // Overlong forms, surrogates and what lies beyond U+10FFFF are excluded by the range of the second byte.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1]!;
  if (second < lowest || second > highest) return false;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return false;
  return true;
}

/** Go's `strconv.ParseInt(text, 10, 64)` accepts the text. */
export function isInt64(text: string): boolean {
  if (!/^[+-]?[0-9]+$/.test(text)) return false;
  const digits = text.replace(/^[+-]?0*/, "");
  if (digits.length !== 19) return digits.length < 19;
  return digits <= (text.startsWith("-") ? "9223372036854775808" : "9223372036854775807");
}
