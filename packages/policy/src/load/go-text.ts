/** `text` as Go's `strconv.Quote` writes it, which is how kube-apiserver shows values in its messages. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += quoteCharacter(character);
  return `${quoted}"`;
}

const escapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

function quoteCharacter(character: string): string {
  const escape = escapes[character];
  if (escape !== undefined) return escape;
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, "0");
}

/**
 * A list of strings as field errors print it: JSON since Kubernetes 1.34, Go syntax (`[]string{"a"}`) before.
 */
export function goStringList(list: readonly string[], asJson: boolean): string {
  if (!asJson) return `[]string{${list.map(goQuote).join(", ")}}`;
  const escaped = JSON.stringify(list).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${hex(character.charCodeAt(0), 4)}`,
  );
  return escaped;
}
