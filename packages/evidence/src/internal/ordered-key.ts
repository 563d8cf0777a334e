const loneSurrogate = /\p{Surrogate}/u;

/**
 * Joins parts into one key that sorts as the parts do, one after the other, and that no content can forge.
 *
 * A part ends with two U+0000; a U+0000 inside is written as U+0000 U+0001. The byte order of the keys' UTF-8 forms is
 * then the order of the parts, and different parts never give the same key. Lone surrogates, which UTF-8 cannot hold,
 * are written as U+FFFD and four digits, a U+FFFD in the text as two.
 */
export function orderedKey(parts: readonly string[]): string {
  let key = "";
  for (const part of parts) key += `${terminated(part)}\u0000\u0000`;
  return key;
}

function terminated(part: string): string {
  let text = part;
  if (text.includes("\ufffd")) text = text.replaceAll("\ufffd", "\ufffd\ufffd");
  if (loneSurrogate.test(text)) {
    text = text.replace(/\p{Surrogate}/gu, (unit) => `\ufffd${unit.charCodeAt(0).toString(16)}`);
  }
  return text.includes("\u0000") ? text.replaceAll("\u0000", "\u0000\u0001") : text;
}
